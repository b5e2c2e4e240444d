/** The port to the event log on PostgreSQL, but for its life, for as many replicas as there are. */
import { type Clock, secondMs } from '../../../clock'
import type { Lifecycle } from '../../driver/lifecycle'
import { mapPage } from '../../driver/paging'
import { freshEvent } from '../../driver/records/event-records'
import { factOf } from '../../driver/records/fact-records'
import type { SealedEvents } from '../../driver/sealed-events'
import type { Sealing } from '../../driver/sealing'
import type { EventHistory, EventQueue, EventTransfer } from '../../event-log'
import type { ClaimedEvent, EventRecord, Settlement } from '../../event-record'
import type { FactRule } from '../../facts'
import type { Database } from '../connection/database'
import { momentOf } from '../connection/moment'
import { createUnheardClaims } from '../connection/unheard-claims'
import { renewDeliveries, restoreDeliveries } from '../deliveries/of-events'
import { type Arrival, addArrivals } from './arrival'
import { createArrivals } from './arrivals'
import { claimEvents, giveBackEvents, nextDueAt } from './claims'
import { countEvents, eventBounds, findEvent, listEvents, listEventsAfter } from './event-queries'
import { makeEventsDue, renewEvent } from './renewals'
import { blankBodies, eraseCorp, purgeEarly, purgeEvents, purgeIdentities } from './retention'
import { savePendingSecret, settleEvent } from './settlements'
import { listIdentities, listUnfinished, restoreIdentities } from './transfer'

/** An append that takes longer fails: whoever pushed the event is answered within its second. */
export const callbackMs = 0.9 * secondMs

export interface PostgresEventsParts {
  readonly database: Database
  /** Null: the database's own judges. */
  readonly clock: Clock | null
  /** How long an append may take; and what measures that. */
  readonly appendWithinMs: number
  readonly alarms: Pick<Clock, 'alarm'>
  /** The replica's id. */
  readonly owner: string
  readonly sealing: Sealing
  /** How texts stand in their rows, by that sealing. */
  readonly sealed: SealedEvents
  readonly factRule: FactRule
  readonly run: Lifecycle['run']
}

export const createPostgresEvents = (
  parts: PostgresEventsParts,
): EventQueue & EventHistory & EventTransfer => {
  const { database, clock, owner, sealing, sealed, factRule, run } = parts
  const { query, transaction } = database
  const arrivals = createArrivals({ query, withinMs: parts.appendWithinMs, alarms: parts.alarms })

  const claims = createUnheardClaims((known) => giveBackEvents(query, owner, known))

  const opened = (event: EventRecord | null) => event && sealed.opened(event)

  const arrivalOf = (event: EventRecord, identity: string): Arrival => ({
    identity,
    event: sealed.sealed(event),
    fact: factOf(factRule, event)?.payload ?? null,
    mayBeKnown: false,
  })

  /** The payload of the fact that tells what an event turned out to be; null if there is none. */
  const factOfReading = async (id: string, settlement: Settlement): Promise<string | null> => {
    if (settlement.status !== 'pending' || !settlement.readAs) return null
    const event = opened(await findEvent(query, id))
    return event && (factOf(factRule, { ...event, ...settlement.readAs })?.payload ?? null)
  }

  /** Of claimed work what can be done. What is damaged is dead, and holds up nothing else. */
  const workable = async (claimed: readonly ClaimedEvent[]): Promise<ClaimedEvent[]> => {
    const read = claimed.map((event) => sealed.open(event))
    for (const { event, problem } of read) {
      if (problem === null) continue
      const dead = { status: 'dead', lastError: problem } as const
      await settleEvent(query, event.id, event.claim, dead, null)
      claims.forget(event.id)
    }
    return read.filter(({ problem }) => problem === null).map(({ event }) => event)
  }

  return {
    append: ({ identity, ...event }) =>
      run(() => arrivals.add(arrivalOf(freshEvent({ identity, ...event }), identity))),
    claim: (now, leaseMs, limit, first = [], exceptSuites = []) =>
      run(async () => {
        const at = momentOf(clock, now)
        const claim = { now: at, leaseMs, limit, first, exceptSuites, owner, sealing }
        return workable(
          await claims.take(
            () => claimEvents(query, claim),
            ({ id }) => id,
          ),
        )
      }),
    settle: (id, claim, settlement) =>
      run(async () => {
        const fact = await factOfReading(id, settlement)
        const result = await claims.watch(() => settleEvent(query, id, claim, settlement, fact))
        claims.forget(id)
        return result
      }),
    savePendingSecret: (id, text, claim) =>
      run(() => savePendingSecret(query, id, sealed.pendingSecret(id, text), claim)),
    retry: (id, now) =>
      run(async () => {
        const event = await transaction(async (inTransaction) => {
          await renewEvent(inTransaction, id, momentOf(clock, now))
          await renewDeliveries(inTransaction, id, now)
          return findEvent(inTransaction, id)
        })
        return opened(event)
      }),
    makeDueNow: (types, suiteId, now) =>
      run(() => makeEventsDue(query, types, suiteId, momentOf(clock, now))),
    nextDueAt: (exceptSuites = []) =>
      run(() => claims.watch(() => nextDueAt(query, momentOf(clock), exceptSuites, sealing))),

    get: (id) => run(async () => opened(await findEvent(query, id))),
    list: (asked) => run(async () => mapPage(await listEvents(query, asked), sealed.opened)),
    listAfter: (asked) =>
      run(async () => (await listEventsAfter(query, asked))?.map(sealed.opened) ?? null),
    bounds: () => run(() => eventBounds(query)),
    counts: () => run(() => countEvents(query)),
    blankBodies: (suiteId, corpid) => run(() => blankBodies(database, suiteId, corpid)),
    eraseCorp: (suiteId, corpid, until) => run(() => eraseCorp(database, suiteId, corpid, until)),
    purge: ({ settledBefore, identitiesBefore, deadBefore = settledBefore, purgeAtBefore = 0 }) =>
      run(async () => {
        const early = await purgeEarly(database, purgeAtBefore)
        const removed = await purgeEvents(database, settledBefore, deadBefore)
        await purgeIdentities(database, identitiesBefore)
        return early + removed
      }),

    listUnfinished: (cursor) =>
      run(async () => mapPage(await listUnfinished(query, cursor), sealed.opened)),
    listIdentities: (cursor) => run(() => listIdentities(query, cursor)),
    restoreEvent: (event, identity) =>
      run(() => {
        const arrival = { ...arrivalOf(event, identity), mayBeKnown: true }
        if (event.deliveries.length === 0) return arrivals.add(arrival)
        return transaction(async (inTransaction) => {
          const [arrived] = await addArrivals(inTransaction, [arrival])
          if (!arrived) return 'duplicate'
          const { corpid, deliveries } = event
          await restoreDeliveries(inTransaction, { seq: arrived.seq, corpid }, deliveries)
          return 'stored'
        })
      }),
    restoreIdentities: (identities) => run(() => restoreIdentities(query, identities)),
  }
}
