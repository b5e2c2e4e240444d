/**
 * Claims whose answer got lost. The database may have written them all the same, and whoever took
 * them lives on and doesn't know: they would be hidden until their lease ends. So the next time
 * that a replica claims, it first gives back what it holds without knowing.
 */

export interface UnheardClaims {
  /**
   * Claims, and remembers what was given.
   *
   * @param keyOf what tells one claimed thing from another
   */
  take<T>(claim: () => Promise<readonly T[]>, keyOf: (taken: T) => string): Promise<readonly T[]>
  /** Its claim was settled, whatever came of that. */
  forget(key: string): void
}

/** @param giveBack frees what this replica holds, but for these keys */
export const createUnheardClaims = (
  giveBack: (known: readonly string[]) => Promise<void>,
): UnheardClaims => {
  const known = new Set<string>()
  let isUnheard = false
  let underWay = 0
  return {
    async take(claim, keyOf) {
      // One that is under way may have taken what is not known yet.
      if (isUnheard && underWay === 0) {
        await giveBack([...known])
        isUnheard = false
      }
      underWay += 1
      try {
        const taken = await claim()
        for (const one of taken) known.add(keyOf(one))
        return taken
      } catch (error) {
        isUnheard = true
        throw error
      } finally {
        underWay -= 1
      }
    },
    forget: (key) => void known.delete(key),
  }
}
