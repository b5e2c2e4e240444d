/** A suite or a company whose record stands damaged, or can't be read: its calls fail. */
export interface UnreadableRecord {
  readonly suiteId: string
  /** Null: the suite's own, with its ticket. */
  readonly corpid: string | null
  /** Where it stands, as a path below the data folder. */
  readonly file: string
  /** What is wrong with it, in a few safe words. */
  readonly problem: string
  /** Where its last good copy stands, likewise; null if there is none. */
  readonly copy: string | null
}
