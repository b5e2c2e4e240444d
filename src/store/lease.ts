/** A lease: who may do one thing, and the number that tells one holder from another. */

/**
 * A right to do one thing alone. It ends at its time, when it is given back, or with the life of
 * its owner. Time decides who may take over, the number who may write: whoever was paused may wake
 * at any moment.
 */
export interface Lease {
  readonly name: string
  /** Larger than that of every earlier holder of this name. */
  readonly fence: number
  /** Lets it end `ttlMs` from now. False: it is lost, whoever has it now, and stays lost. */
  extend(ttlMs: number): Promise<boolean>
  /** Gives the right back. Of a lost one it frees nobody's. */
  release(): Promise<void>
}
