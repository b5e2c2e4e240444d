/** What was counted lately, for drivers whose process is the only one that counts. */

/** Who counts is unsure of one batch at most. */
const mostKnown = 100

export interface KnownBatches {
  has(batch: string): boolean
  /** It was counted. */
  add(batch: string): void
}

export const createKnownBatches = (): KnownBatches => {
  const known = new Set<string>()
  return {
    has: (batch) => known.has(batch),
    add(batch) {
      const [oldest] = known
      if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
      known.add(batch)
    },
  }
}
