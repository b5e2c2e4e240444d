/**
 * The export of events and identities out of the memory event log, their import, and the move of
 * all that it keeps.
 */
import type { Lifecycle } from '../driver/lifecycle'
import type { Moving } from '../driver/moving'
import { cursorAfterSeq, pageOf, seqAfter } from '../driver/paging'
import type { EventTransfer } from '../event-log'
import type { EventRecord } from '../event-record'
import type { Page } from '../store'
import { addDelivery } from './delivery-entries'
import { entryOf, isUnfinished, recordOf } from './entry'
import { findEntry, type MemoryEventLogData } from './event-log-data'

const stretchLength = 100

/** @param onRestored is given each event that came back, in the same step */
export const createMemoryTransfer = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
  onRestored: (event: EventRecord) => void,
): EventTransfer => ({
  listUnfinished: (cursor) =>
    run(() => {
      const after = seqAfter(cursor)
      const rest = data.entries.filter(({ seq }) => seq > after)
      const { items, next } = pageOf(rest, stretchLength, cursorAfterSeq)
      return { items: items.filter(isUnfinished).map(recordOf), next }
    }),

  listIdentities: (cursor) =>
    run(() => {
      const all = [...data.identities].map(([identity, seenAt]) => ({ identity, seenAt }))
      const rest = all
        .filter(({ identity }) => cursor === undefined || identity > cursor)
        .sort((a, b) => (a.identity < b.identity ? -1 : 1))
      return pageOf(rest, stretchLength, ({ identity }) => identity)
    }),

  restoreEvent: (event, identity) =>
    run(() => {
      if (data.identities.has(identity) || findEntry(data, event.id)) return 'duplicate'
      data.identities.set(identity, event.receivedAt)
      data.entries.push(entryOf(++data.lastSeq, event))
      onRestored(event)
      return 'stored'
    }),

  restoreIdentities: (identities) =>
    run(() => {
      const before = data.identities.size
      for (const { identity, seenAt } of identities) {
        if (!data.identities.has(identity)) data.identities.set(identity, seenAt)
      }
      return data.identities.size - before
    }),
})

/** The stretch behind a place in a list. */
const stretchOf = <T>(all: readonly T[], cursor: string | undefined): Page<T> => {
  const from = seqAfter(cursor)
  return pageOf(all.slice(from), stretchLength, () => String(from + stretchLength))
}

/** But for replays and the states of endpoints, which move where they are kept. */
export const createMemoryMoving = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
): Omit<Moving, 'listKeptReplays' | 'addKeptReplays' | 'addEndpointStates'> => ({
  listKeptEvents: (cursor) =>
    run(() => {
      const all = data.entries.map(({ record, purgeAt }) => ({ ...record, purgeAt }))
      return { ...stretchOf(all, cursor), damaged: [] }
    }),
  addKeptEvents: (events) =>
    run(() => {
      for (const { purgeAt, ...event } of events) {
        data.entries.push({ ...entryOf(++data.lastSeq, { ...event, deliveries: [] }), purgeAt })
      }
    }),

  listKeptDeliveries: (cursor) =>
    run(() => {
      const all = data.entries
        .flatMap(({ record, deliveries }) =>
          deliveries.map((delivery) => ({ eventId: record.id, delivery })),
        )
        .sort((a, b) => a.delivery.seq - b.delivery.seq)
        .map(({ eventId, delivery: { record, replay = null } }) => ({ eventId, ...record, replay }))
      return stretchOf(all, cursor)
    }),
  addKeptDeliveries: (deliveries) =>
    run(() => {
      for (const { eventId, replay, ...record } of deliveries) {
        const entry = findEntry(data, eventId)
        if (entry) addDelivery(data, entry, record, replay ?? undefined)
      }
    }),

  listKeptAttempts: (cursor) =>
    run(() => {
      const all = data.outgoing.attempts.map(({ eventId, suiteId, corpid, attempt }) => ({
        eventId,
        suiteId,
        corpid,
        ...attempt,
      }))
      return stretchOf(all, cursor)
    }),
  addKeptAttempts: (attempts) =>
    run(() => {
      for (const { eventId, suiteId, corpid, ...attempt } of attempts) {
        const seq = ++data.outgoing.lastSeq
        data.outgoing.attempts.push({ seq, eventId, suiteId, corpid, attempt })
      }
    }),
})
