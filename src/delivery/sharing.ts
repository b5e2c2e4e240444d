/** What deliveries have to know of the other processes that deliver from the same state. */
import type { Lease } from '../store/lease'
import type { Store } from '../store/store'

export interface DeliverySharing {
  /** How many processes live on the state, this one included. */
  livingReplicas(): number
  /**
   * Whether nobody can have taken over yet what this process has claimed: one that was paused
   * begins nothing before it knows that.
   */
  isSure(): boolean
  /** What another process calls a suite that none here is; null: nobody else has it either. */
  suiteKeyElsewhere(suiteId: string): string | null
  /**
   * What one process does at a time; null: another one does it. It is over when it is released,
   * after `ttlMs` unless it is extended, or with the life of its process.
   */
  takeTurn(name: string, ttlMs: number): Promise<Lease | null>
}

/** The turn of who shares its state with nobody. */
const always = (name: string): Lease => ({
  name,
  fence: 0,
  extend: async () => true,
  release: async () => undefined,
})

export const createDeliverySharing = (parts: {
  store: Pick<Store, 'acquireLease'>
  livingReplicas(): number
  isSure(): boolean
  suitesOfOthers(): readonly { readonly key: string; readonly suiteId: string }[]
}): DeliverySharing => {
  const { store, livingReplicas, isSure, suitesOfOthers } = parts
  return {
    livingReplicas,
    isSure,
    suiteKeyElsewhere: (id) => suitesOfOthers().find(({ suiteId }) => suiteId === id)?.key ?? null,
    takeTurn: async (name, ttlMs) =>
      livingReplicas() > 1 ? store.acquireLease(name, ttlMs) : always(name),
  }
}
