/** One event in the memory log and what can happen to it. No I/O. No clock. */
import { outcomeOf } from '../driver/records/event-records'
import type { EventQuery } from '../event-log'
import type { Delivery, EventRecord, Settlement } from '../event-record'

type Progress = Pick<Delivery, 'status' | 'attempts' | 'nextAttemptAt' | 'lastError'>

/** Work that can be claimed: an event, or one of its deliveries. */
export interface Work<T extends Progress> {
  record: T
  /** Hidden from claims until then. */
  leaseUntil: number
}

export interface Entry extends Work<Omit<EventRecord, 'deliveries'>> {
  /** Place in the order of arrival. */
  readonly seq: number
  /** The number of the claim that was taken last; 0 before the first. */
  claim: number
  /** When it may go although its days aren't over; null: not before. Epoch milliseconds. */
  purgeAt: number | null
  deliveries: MemoryDelivery[]
}

/** A delivery, with what the port shows of it. */
export interface MemoryDelivery extends Work<Delivery> {
  /** Place in the order of dispatch. */
  readonly seq: number
  claim: number
  /** The replay that put it on its way last, and how it stood before. */
  replay?: { readonly id: string; readonly before: Delivery['status'] | null }
}

/** An event claimed by nobody. */
export const entryOf = (seq: number, { deliveries, ...record }: EventRecord): Entry => ({
  seq,
  claim: 0,
  leaseUntil: 0,
  purgeAt: null,
  record,
  deliveries: deliveries.map((delivery, i) => ({
    seq: seq + i / 1000,
    claim: 0,
    leaseUntil: 0,
    record: { ...delivery },
  })),
})

/** A copy of the event as the port has it. */
export const recordOf = ({ record, deliveries }: Entry): EventRecord => ({
  ...record,
  deliveries: deliveries.map((delivery) => ({ ...delivery.record })),
})

/** Epoch milliseconds; 0 for what is settled. */
export const dueAt = ({ record }: Work<Progress>) => record.nextAttemptAt ?? 0

/** Whether it can be claimed. */
export const isDue = (work: Work<Progress>, now: number) =>
  work.record.status === 'pending' && dueAt(work) <= now && work.leaseUntil <= now

/** Whether the event is one of these suites'. */
export const isOfOneOf = ({ record: { suiteId } }: Entry, suiteIds: readonly string[]) =>
  suiteId !== null && suiteIds.includes(suiteId)

/** Whether the outcome of a try under this claim, or under none, still counts. */
export const mayWrite = (entry: Entry, claim: number | null) =>
  entry.record.status !== 'done' && (claim === null || claim === entry.claim)

/** Whether the event is still to be dispatched, or a delivery of it to be tried. */
export const isOnItsWay = ({ record, deliveries }: Entry) =>
  record.dispatchAt !== null || deliveries.some(({ record }) => record.status === 'pending')

/** Whether an export has to carry it: it or a delivery of it is not done. */
export const isUnfinished = ({ record, deliveries }: Entry) =>
  record.status !== 'done' ||
  record.dispatchAt !== null ||
  deliveries.some((delivery) => delivery.record.status !== 'done')

/** Counts a try and writes its outcome; what is done stays so. */
export const settleWork = <T extends Progress>(
  work: Work<T> | undefined,
  settlement: Settlement,
) => {
  if (!work || work.record.status === 'done') return
  work.leaseUntil = 0
  work.record = {
    ...work.record,
    ...outcomeOf(settlement),
    attempts: work.record.attempts + 1,
  }
}

/** Makes it due at `now`, unless it is done. */
export const renew = <T extends Progress>(work: Work<T>, now: number) => {
  if (work.record.status === 'done') return
  work.record = { ...work.record, status: 'pending', nextAttemptAt: now }
}

/** Whether a query for a suite means a record of this suite, or of none. */
export const isOfSuite = (
  suiteId: string | null,
  query: Pick<EventQuery, 'suiteId' | 'orNoSuite'>,
): boolean =>
  query.suiteId === undefined ||
  suiteId === query.suiteId ||
  (query.orNoSuite === true && suiteId === null)

/** Whether a query means this event. */
export const matches = ({ record }: Entry, query: EventQuery) =>
  isOfSuite(record.suiteId, query) &&
  (query.type === undefined || record.type === query.type) &&
  (query.types === undefined || query.types.includes(record.type)) &&
  (query.corpid === undefined || record.corpid === query.corpid) &&
  (query.corpids === undefined || query.corpids.includes(record.corpid ?? '')) &&
  (query.status === undefined || record.status === query.status)
