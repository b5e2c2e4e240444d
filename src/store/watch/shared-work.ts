/**
 * The port to work that is done once for all handles, whoever does it: when each kind was last
 * done. A driver of the event log serves this port too.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */

export const sharedWorks = ['purge', 'erasure', 'backup'] as const
export type SharedWork = (typeof sharedWorks)[number]

export interface SharedWorkLog {
  /** Epoch milliseconds; null if it was never done. */
  lastDoneAt(work: SharedWork): Promise<number | null>

  /** Notes when it was done last, whatever was noted before. */
  noteDone(work: SharedWork, at: number): Promise<void>
}
