/** Leases among the handles of one process: who holds what, under which number. */
import type { Clock } from '../../clock'
import type { Lease } from '../lease'

interface HeldLease {
  readonly fence: number
  expiresAt: number
}

/** The last lease of each name, until it is given back. It may have run out. */
export type LeaseTable = Map<string, HeldLease>

export interface Leases {
  /** Null while another one of that name is held and has not run out. */
  take(name: string, ttlMs: number): Lease | null
  /** Whether nobody took that name after this lease, and it has not ended but by its time. */
  isLast(name: string, lease: Pick<Lease, 'fence'>): boolean
  /** Ends the lease of that name, whoever has it. */
  end(name: string): void
}

export const createLeases = (parts: {
  readonly table: LeaseTable
  readonly clock: Clock
  /** A number larger than all before it. */
  nextFence(): number
}): Leases => {
  const { table, clock, nextFence } = parts
  const isHeld = (lease: HeldLease | undefined): lease is HeldLease =>
    lease !== undefined && lease.expiresAt > clock.now()

  return {
    take(name, ttlMs) {
      if (isHeld(table.get(name))) return null
      const mine: HeldLease = { fence: nextFence(), expiresAt: clock.now() + ttlMs }
      table.set(name, mine)
      const isMine = () => table.get(name) === mine
      return {
        fence: mine.fence,
        extend: async (nextTtlMs) => {
          if (!isMine() || !isHeld(mine)) return false
          mine.expiresAt = clock.now() + nextTtlMs
          return true
        },
        release: async () => {
          if (isMine()) table.delete(name)
        },
      }
    },
    isLast: (name, { fence }) => table.get(name)?.fence === fence,
    end: (name) => void table.delete(name),
  }
}
