/** A record that is damaged, or can't be read: calls that need it fail. */
export interface UnreadableRecord {
  /** Null: of no suite, but of the service: an API key, or its secret. */
  readonly suiteId: string | null
  /** Null: the suite's own, with its ticket, or of no suite. */
  readonly corpid: string | null
  /** Where it stands, as a path below the data folder. */
  readonly file: string
  /** What is wrong with it, in a few safe words. */
  readonly problem: string
  /** Where its last good copy stands, likewise; null if there is none. */
  readonly copy: string | null
}
