/** Leases among the parts of one process. */
import type { Clock } from '../../clock'
import type { Lease } from '../store'

/** Who holds what, by the lease's name. */
export type LeaseTable = Map<string, { readonly expiresAt: number }>

/** The lease, or null while another one of that name is held and has not run out. */
export const takeLease = (
  table: LeaseTable,
  clock: Clock,
  name: string,
  ttlMs: number,
): Lease | null => {
  const now = clock.now()
  const standing = table.get(name)
  if (standing && standing.expiresAt > now) return null
  const mine = { expiresAt: now + ttlMs }
  table.set(name, mine)
  return {
    // It may have run out and be another's by now.
    release: async () => {
      if (table.get(name) === mine) table.delete(name)
    },
  }
}
