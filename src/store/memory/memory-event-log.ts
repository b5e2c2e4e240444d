/** The reference driver of the event log: short and obviously right. What it holds dies with it. */

import type { EventLogDriver } from '../driver/event-log-driver'
import { cursorAfter, placeOfCursor } from '../driver/event-records'
import { freshEvent } from '../driver/fresh-event'
import { createGate } from '../driver/lifecycle'
import {
  dueAt,
  type Entry,
  entryOf,
  isDue,
  isOnItsWay,
  isUnfinished,
  matches,
  mayWrite,
  recordOf,
  renew,
  settleWork,
} from './entry'

/** What one or several logs hold together. */
export interface MemoryEventLogData {
  /** In the order of arrival. */
  entries: Entry[]
  /** When each identity was first seen. */
  readonly identities: Map<string, number>
  lastSeq: number
}

export const createMemoryEventLogData = (): MemoryEventLogData => ({
  entries: [],
  identities: new Map(),
  lastSeq: 0,
})

const stretchLength = 100

/** @param data handed to two logs, it makes them two handles on one state */
export const createMemoryEventLog = (data = createMemoryEventLogData()): EventLogDriver => {
  const { enter, close } = createGate('The event log')
  const find = (id: string) => data.entries.find(({ record }) => record.id === id)
  const pending = () => data.entries.filter(({ record }) => record.status === 'pending')

  return {
    append: (event) =>
      enter(() => {
        if (data.identities.has(event.identity)) return 'duplicate'
        if (find(event.id)) throw new Error(`The id ${event.id} is another event's`)
        data.identities.set(event.identity, event.receivedAt)
        data.entries.push(entryOf(++data.lastSeq, freshEvent(event)))
        return 'stored'
      }),

    claim: (now, leaseMs, limit, first = []) =>
      enter(() => {
        const due = data.entries
          .filter((entry) => isDue(entry, now))
          .sort(
            (a, b) =>
              Number(first.includes(b.record.type)) - Number(first.includes(a.record.type)) ||
              dueAt(a) - dueAt(b),
          )
          .slice(0, limit)
        for (const entry of due) {
          entry.leaseUntil = now + leaseMs
          entry.claim += 1
        }
        return due.map((entry) => ({ ...recordOf(entry), claim: entry.claim }))
      }),

    keep: (id, text, claim) =>
      enter(() => {
        const entry = find(id)
        if (!entry || !mayWrite(entry, claim)) return
        entry.record = { ...entry.record, kept: text }
      }),

    settle: (id, claim, settlement) =>
      enter(() => {
        const entry = find(id)
        const standing = settlement.status === 'done' ? null : claim
        if (!entry || !mayWrite(entry, standing)) return 'superseded'
        settleWork(entry, settlement)
        if (settlement.corpid !== undefined) {
          entry.record = { ...entry.record, corpid: settlement.corpid }
        }
        if (settlement.status === 'done') entry.record = { ...entry.record, kept: null }
        if (settlement.status === 'pending' && settlement.readAs) {
          entry.record = { ...entry.record, ...settlement.readAs, kept: null }
        }
        return 'settled'
      }),

    claimDeliveries: (now, leaseMs, limit) =>
      enter(() => {
        const due = data.entries
          .filter(({ record }) => record.status !== 'pending')
          .flatMap((entry) => entry.deliveries.map((delivery) => ({ entry, delivery })))
          .filter(({ delivery }) => isDue(delivery, now))
          .sort((a, b) => dueAt(a.delivery) - dueAt(b.delivery))
          .slice(0, limit)
        for (const { delivery } of due) delivery.leaseUntil = now + leaseMs
        return due.map(({ entry, delivery }) => ({
          endpoint: delivery.record.endpoint,
          attempts: delivery.record.attempts,
          event: recordOf(entry),
        }))
      }),

    settleDelivery: (id, endpoint, settlement) =>
      enter(() => {
        const deliveries = find(id)?.deliveries ?? []
        settleWork(
          deliveries.find(({ record }) => record.endpoint === endpoint),
          settlement,
        )
      }),

    retry: (id, now) =>
      enter(() => {
        const entry = find(id)
        if (!entry) return null
        renew(entry, now)
        for (const delivery of entry.deliveries) renew(delivery, now)
        return recordOf(entry)
      }),

    makeDueNow: (types, suiteId, now) =>
      enter(() => {
        const late = pending().filter(
          (entry) =>
            entry.record.suiteId === suiteId &&
            types.includes(entry.record.type) &&
            dueAt(entry) > now,
        )
        for (const entry of late) renew(entry, now)
        return late.length
      }),

    get: (id) =>
      enter(() => {
        const entry = find(id)
        return entry ? recordOf(entry) : null
      }),

    list: (query) =>
      enter(() => {
        const before = placeOfCursor(query.cursor)
        const found = data.entries
          .toReversed()
          .filter((entry) => entry.seq < before && matches(entry, query))
        const items = found.slice(0, query.limit)
        const last = items.at(-1)
        return {
          items: items.map(recordOf),
          next: last && found.length > items.length ? cursorAfter(last.seq) : null,
        }
      }),

    counts: () =>
      enter(() => {
        const counts = { pending: 0, done: 0, dead: 0 }
        for (const { record } of data.entries) counts[record.status]++
        const ages = pending().map(({ record }) => record.receivedAt)
        return { ...counts, oldestPendingAt: ages.length > 0 ? Math.min(...ages) : null }
      }),

    nextDueAt: () =>
      enter(() => {
        const times = pending().map((entry) => Math.max(dueAt(entry), entry.leaseUntil))
        return times.length > 0 ? Math.min(...times) : null
      }),

    blankBodies: (suiteId, corpid) =>
      enter(() => {
        const settled = data.entries.filter(
          (entry) =>
            entry.record.suiteId === suiteId &&
            entry.record.corpid === corpid &&
            entry.record.status !== 'pending' &&
            (entry.record.body !== '' || entry.record.kept !== null) &&
            !isOnItsWay(entry),
        )
        for (const entry of settled) {
          entry.record = { ...entry.record, body: '', kept: null }
        }
        return settled.length
      }),

    purge: ({ settledBefore, identitiesBefore, deadBefore = settledBefore }) =>
      enter(() => {
        const before = { pending: 0, done: settledBefore, dead: deadBefore }
        const kept = data.entries.filter(
          (entry) => entry.record.receivedAt >= before[entry.record.status] || isOnItsWay(entry),
        )
        const gone = data.entries.length - kept.length
        data.entries = kept
        for (const [identity, seenAt] of data.identities) {
          if (seenAt < identitiesBefore) data.identities.delete(identity)
        }
        return gone
      }),

    listUnfinished: (cursor) =>
      enter(() => {
        const after = cursor === undefined ? 0 : placeOfCursor(cursor)
        const stretch = data.entries.filter(({ seq }) => seq > after).slice(0, stretchLength)
        const last = stretch.at(-1)
        const more = last !== undefined && last !== data.entries.at(-1)
        return {
          items: stretch.filter(isUnfinished).map(recordOf),
          next: more ? cursorAfter(last.seq) : null,
        }
      }),

    listIdentities: (cursor) =>
      enter(() => {
        const all = [...data.identities].map(([identity, seenAt]) => ({ identity, seenAt }))
        const rest = all
          .filter(({ identity }) => cursor === undefined || identity > cursor)
          .sort((a, b) => (a.identity < b.identity ? -1 : 1))
        const items = rest.slice(0, stretchLength)
        return { items, next: rest.length > items.length ? (items.at(-1)?.identity ?? null) : null }
      }),

    restoreEvent: (event, identity) =>
      enter(() => {
        if (data.identities.has(identity) || find(event.id)) return 'duplicate'
        data.identities.set(identity, event.receivedAt)
        data.entries.push(entryOf(++data.lastSeq, event))
        return 'stored'
      }),

    restoreIdentities: (identities) =>
      enter(() => {
        for (const { identity, seenAt } of identities) {
          if (!data.identities.has(identity)) data.identities.set(identity, seenAt)
        }
      }),

    checkWritable: () => enter(() => {}),

    close,
  }
}
