/** The reference driver of the event log: short and obviously right. What it holds dies with it. */
import { type Clock, systemClock } from '../../clock'
import type { EventLogDriver } from '../driver/drivers'
import { createLifecycle } from '../driver/lifecycle'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../driver/paging'
import { freshEvent, purgeAtOf } from '../driver/records/event-records'
import { factOf } from '../driver/records/fact-records'
import { dispatchAtOnce, type NewEvent } from '../event-record'
import type { FactRule } from '../facts'
import {
  dueAt,
  type Entry,
  entryOf,
  isDue,
  isOfOneOf,
  isOnItsWay,
  matches,
  mayWrite,
  recordOf,
  renew,
  settleWork,
} from './entry'
import { createMemoryEventLogData, findEntry } from './event-log-data'
import { createMemoryAuditLog } from './memory-audit-log'
import { createMemoryDeliveries, renewDeliveries } from './memory-deliveries'
import { addFact, createMemoryFacts, eraseFacts, nameFactsCorp, removeFacts } from './memory-facts'
import { createMemoryOnceValues } from './memory-once-values'
import { createMemoryMoving, createMemoryTransfer } from './memory-transfer'
import { createMemoryWatch } from './watch/memory-watch'

/**
 * @param factRule which events leave a fact
 * @param data handed to two logs, it makes them two handles on one state
 * @param clock tells what has expired
 */
export const createMemoryEventLog = (
  factRule: FactRule,
  data = createMemoryEventLogData(),
  clock: Pick<Clock, 'now'> = systemClock,
): EventLogDriver => {
  const { run, close } = createLifecycle('The event log')
  const find = (id: string) => findEntry(data, id)
  const addFactOf = (event: Entry['record'] | NewEvent) => {
    const fact = factOf(factRule, event)
    if (fact) addFact(data, fact)
  }
  const pending = () => data.entries.filter(({ record }) => record.status === 'pending')

  return {
    append: (event) =>
      run(() => {
        if (data.identities.has(event.identity)) return 'duplicate'
        if (find(event.id)) throw new Error(`The id ${event.id} is another event's`)
        data.identities.set(event.identity, event.receivedAt)
        data.entries.push(entryOf(++data.lastSeq, freshEvent(event)))
        addFactOf(event)
        return 'stored'
      }),

    claim: (now, leaseMs, limit, first = [], exceptSuites = []) =>
      run(() => {
        const due = data.entries
          .filter((entry) => isDue(entry, now) && !isOfOneOf(entry, exceptSuites))
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
        return due.map((entry) => ({ ...recordOf(entry), claim: entry.claim, lostClaims: 0 }))
      }),

    savePendingSecret: (id, text, claim) =>
      run(() => {
        const entry = find(id)
        if (!entry || !mayWrite(entry, claim)) return
        entry.record = { ...entry.record, pendingSecret: text }
      }),

    settle: (id, claim, settlement) =>
      run(() => {
        const entry = find(id)
        const neededClaim = settlement.status === 'done' ? null : claim
        if (!entry || !mayWrite(entry, neededClaim)) return 'superseded'
        settleWork(entry, settlement)
        entry.purgeAt = purgeAtOf(settlement)
        if (entry.purgeAt !== null) entry.record = { ...entry.record, dispatchAt: null }
        if (settlement.corpid !== undefined) {
          entry.record = { ...entry.record, corpid: settlement.corpid }
          nameFactsCorp(data, id, settlement.corpid)
        }
        if (settlement.status === 'done') entry.record = { ...entry.record, pendingSecret: null }
        if (settlement.status === 'pending' && settlement.readAs) {
          const readNow = { ...settlement.readAs, pendingSecret: null, dispatchAt: dispatchAtOnce }
          entry.record = { ...entry.record, ...readNow }
          addFactOf(entry.record)
        }
        return 'settled'
      }),

    retry: (id, now) =>
      run(() => {
        const entry = find(id)
        if (!entry) return null
        renew(entry, now)
        renewDeliveries(data, entry, now)
        return recordOf(entry)
      }),

    makeDueNow: (types, suiteId, now) =>
      run(() => {
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
      run(() => {
        const entry = find(id)
        return entry ? recordOf(entry) : null
      }),

    list: (query) =>
      run(() => {
        const before = seqBefore(query.cursor)
        const found = data.entries
          .toReversed()
          .filter((entry) => entry.seq < before && matches(entry, query))
        return mapPage(pageOf(found, query.limit, cursorAfterSeq), recordOf)
      }),

    listAfter: (query) =>
      run(() => {
        const { after, since = 0, until = Number.MAX_SAFE_INTEGER } = query
        const from = after === null ? { seq: 0 } : find(after)
        if (!from) return null
        return data.entries
          .filter(({ seq, record: { receivedAt } }) => {
            return seq > from.seq && receivedAt >= since && receivedAt <= until
          })
          .filter((entry) => matches(entry, query))
          .slice(0, query.limit)
          .map(recordOf)
      }),

    bounds: () =>
      run(() => {
        const oldest = data.entries.at(0)?.record.id
        const latest = data.entries.at(-1)?.record.id
        return oldest === undefined || latest === undefined ? null : { oldest, latest }
      }),

    counts: () =>
      run(() => {
        const counts = { pending: 0, done: 0, dead: 0 }
        for (const { record } of data.entries) counts[record.status]++
        const ages = pending().map(({ record }) => record.receivedAt)
        return { ...counts, oldestPendingAt: ages.length > 0 ? Math.min(...ages) : null }
      }),

    nextDueAt: (exceptSuites = []) =>
      run(() => {
        const counted = pending().filter((entry) => !isOfOneOf(entry, exceptSuites))
        const times = counted.map((entry) => Math.max(dueAt(entry), entry.leaseUntil))
        return times.length > 0 ? Math.min(...times) : null
      }),

    blankBodies: (suiteId, corpid) =>
      run(() => {
        const settled = data.entries.filter(
          (entry) =>
            entry.record.suiteId === suiteId &&
            entry.record.corpid === corpid &&
            entry.record.status !== 'pending' &&
            (entry.record.body !== '' || entry.record.pendingSecret !== null) &&
            !isOnItsWay(entry),
        )
        for (const entry of settled) {
          entry.record = { ...entry.record, body: '', pendingSecret: null, outgoing: null }
        }
        eraseFacts(data, suiteId, corpid)
        return settled.length
      }),

    eraseCorp: (suiteId, corpid, until) =>
      run(() => {
        const isTheirs = ({ record }: Entry) =>
          record.suiteId === suiteId && record.corpid === corpid && record.receivedAt <= until
        const kept = data.entries.filter((entry) => !isTheirs(entry))
        const gone = data.entries.length - kept.length
        data.entries = kept
        data.outgoing.attempts = data.outgoing.attempts.filter(
          ({ eventId, attempt, ...their }) =>
            their.suiteId !== suiteId ||
            their.corpid !== corpid ||
            (attempt.at > until && findEntry(data, eventId) !== undefined),
        )
        removeFacts(data, suiteId, corpid, until)
        return gone
      }),

    purge: ({ settledBefore, identitiesBefore, deadBefore = settledBefore, purgeAtBefore = 0 }) =>
      run(() => {
        const before = { pending: 0, done: settledBefore, dead: deadBefore }
        const mayGo = ({ record, purgeAt }: Entry) =>
          record.receivedAt < before[record.status] ||
          (record.status === 'dead' && purgeAt !== null && purgeAt < purgeAtBefore)
        const kept = data.entries.filter((entry) => !mayGo(entry) || isOnItsWay(entry))
        const gone = data.entries.length - kept.length
        data.entries = kept
        for (const [identity, seenAt] of data.identities) {
          if (seenAt < identitiesBefore) data.identities.delete(identity)
        }
        return gone
      }),

    ...createMemoryTransfer(data, run, addFactOf),
    ...createMemoryMoving(data, run),
    ...createMemoryDeliveries(data, run),
    ...createMemoryFacts(data, run),
    ...createMemoryAuditLog(data, run),
    ...createMemoryOnceValues(data.once, clock, run),
    ...createMemoryWatch(data.watch, run),

    checkWritable: () => run(() => {}),

    close,
  }
}
