/**
 * Claims that a replica holds and doesn't know of: their answer got lost, or a standby that took
 * over never heard that they were settled. They would be hidden until their lease ends. So after a
 * call failed, the next one first gives back what the replica holds without knowing.
 */

export interface UnheardClaims {
  /**
   * Claims, and remembers what was given.
   *
   * @param keyOf what tells one claimed thing from another
   */
  take<T>(claim: () => Promise<readonly T[]>, keyOf: (taken: T) => string): Promise<readonly T[]>
  /** Any other call of who claims; a failure of it counts too. */
  watch<T>(call: () => Promise<T>): Promise<T>
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
  let givingBack: Promise<void> | null = null

  const giveUnheardBack = async (): Promise<void> => {
    // First: what fails meanwhile counts.
    isUnheard = false
    try {
      await giveBack([...known])
    } catch (error) {
      isUnheard = true
      throw error
    } finally {
      givingBack = null
    }
  }

  const endDoubt = async (): Promise<void> => {
    // A claim that is under way may have taken what is not known yet.
    if (isUnheard && underWay === 0) givingBack ??= giveUnheardBack()
    await givingBack
  }

  return {
    async take(claim, keyOf) {
      await endDoubt()
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
    async watch(call) {
      try {
        await endDoubt()
        return await call()
      } catch (error) {
        isUnheard = true
        throw error
      }
    },
    forget: (key) => void known.delete(key),
  }
}
