/**
 * The bell between replicas: it says that something changed, never what. Whoever hears it looks;
 * who doesn't hear it looks a little later by itself.
 */

/**
 * - `changes`: there is something new in the feed of changes
 * - `events`: an event came, or ended, or something is due
 * - `replicas`: a replica has other settings than before, is gone, or is back
 */
export type Occasion = 'changes' | 'events' | 'replicas'

export interface ReplicaBell {
  /** Rings for all others, in a moment: what comes within it rings once. */
  ring(occasion: Occasion): void
  /**
   * Calls `listener`, which must not throw, when another replica rang, until what it returns is
   * called.
   */
  subscribe(listener: (occasion: Occasion) => void): () => void
}
