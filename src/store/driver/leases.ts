/** Leases among the handles of one process: who holds what, under which number. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { Lease } from '../lease'
import { retryAfterSeconds } from './io-failure'

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
  /**
   * Before a write that counts under this lease alone.
   *
   * @throws {ServiceError} store_unavailable — it ran out, was given back, or is another's by now
   */
  assertHeld(lease: Pick<Lease, 'name' | 'fence'>): void
  /** Ends the lease of that name, whoever has it. */
  end(name: string): void
}

/** What a write under a lost lease is refused with. */
export const leaseLost = (name: string): ServiceError =>
  new ServiceError(
    'store_unavailable',
    `Nothing was written: the right to do this ("${name}") was lost meanwhile.`,
    { retryAfterSeconds },
  )

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
        name,
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
    assertHeld({ name, fence }) {
      const held = table.get(name)
      if (held?.fence !== fence || !isHeld(held)) throw leaseLost(name)
    },
    isLast: (name, { fence }) => table.get(name)?.fence === fence,
    end: (name) => void table.delete(name),
  }
}
