/** The deliveries of events in the memory log, and what can happen to one. No I/O. No clock. */
import type { ClaimedDelivery } from '../deliveries'
import type { Entry, MemoryDelivery } from './entry'
import type { MemoryEventLogData } from './event-log-data'

/** A delivery beside its event. */
export interface Found {
  readonly entry: Entry
  readonly delivery: MemoryDelivery
}

/** All of an endpoint, in the order of dispatch. */
export const deliveriesTo = (data: MemoryEventLogData, endpoint: string): Found[] =>
  data.entries
    .flatMap((entry) => entry.deliveries.map((delivery) => ({ entry, delivery })))
    .filter(({ delivery }) => delivery.record.endpoint === endpoint)
    .sort((a, b) => a.delivery.seq - b.delivery.seq)

export const findDelivery = (entry: Entry | undefined, endpoint: string): Found | null => {
  const delivery = entry?.deliveries.find(({ record }) => record.endpoint === endpoint)
  return entry && delivery ? { entry, delivery } : null
}

export const isPending = ({ delivery }: Found): boolean => delivery.record.status === 'pending'

/** Whether an older ordered one of the same endpoint and company is still pending. */
export const waits = (all: readonly Found[], { entry, delivery }: Found): boolean =>
  delivery.record.ordered &&
  all.some(
    (other) =>
      isPending(other) &&
      other.delivery.record.ordered &&
      other.entry.record.corpid === entry.record.corpid &&
      other.delivery.seq < delivery.seq,
  )

export const claimOf = ({ entry, delivery }: Found, until: number): ClaimedDelivery => {
  delivery.claim += 1
  delivery.leaseUntil = until
  const { endpoint, attempts, step, dispatchedAt } = delivery.record
  const event = { ...entry.record }
  return { endpoint, claim: delivery.claim, attempts, step, dispatchedAt, event }
}

export const removeDelivery = ({ entry, delivery }: Found): void => {
  entry.deliveries = entry.deliveries.filter((other) => other !== delivery)
}

/** One at the end of its line. */
export const addDelivery = (
  data: MemoryEventLogData,
  entry: Entry,
  record: MemoryDelivery['record'],
  replay?: MemoryDelivery['replay'],
  claim = 0,
): void => {
  if (findDelivery(entry, record.endpoint)) return
  data.outgoing.lastSeq += 1
  const seq = data.outgoing.lastSeq
  entry.deliveries.push({ seq, claim, leaseUntil: 0, record, ...(replay && { replay }) })
  entry.deliveries.sort((a, b) => (a.record.endpoint < b.record.endpoint ? -1 : 1))
}

/** One that has ended goes to the end of its line once more; a pending one is due. */
export const renewDelivery = (
  data: MemoryEventLogData,
  { entry, delivery }: Found,
  now: number,
  replay?: NonNullable<MemoryDelivery['replay']> & { readonly ordered: boolean },
): void => {
  const { record } = delivery
  if (record.status === 'pending') {
    delivery.record = { ...record, nextAttemptAt: now }
    return
  }
  removeDelivery({ entry, delivery })
  const nextAttemptAt = replay ? Math.min(record.dispatchedAt, now) : now
  const ordered = replay?.ordered ?? record.ordered
  const again = { ...record, ordered, status: 'pending', step: 0, nextAttemptAt } as const
  addDelivery(data, entry, again, replay, delivery.claim)
}
