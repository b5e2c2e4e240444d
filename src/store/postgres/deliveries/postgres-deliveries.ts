/** The port to deliveries on PostgreSQL, for as many replicas as there are. */
import { type Clock, minuteMs } from '../../../clock'
import type { ClaimedDelivery, Deliveries } from '../../deliveries'
import type { Lifecycle } from '../../driver/lifecycle'
import { mapPage } from '../../driver/paging'
import type { SealedEvents } from '../../driver/sealed-events'
import { eventStatuses, type Outgoing } from '../../event-record'
import type { Database } from '../connection/database'
import { momentOf } from '../connection/moment'
import { exhaust } from '../connection/portions'
import { createUnheardClaims } from '../connection/unheard-claims'
import { firstBeyond, listAttempts, purgeAttemptsTo, purgeOldAttempts } from './attempts'
import {
  type Claimant,
  claimDeliveries,
  claimDelivery,
  claimKey,
  giveBackDeliveries,
  nextDeliveryAt,
} from './claims'
import { dispatch, listUndispatched, nextDispatchAt } from './dispatch'
import { dropDeliveries, makeDue, removeDeliveries, removeEndpoint, setOrdered } from './held'
import { continueReplay, endReplay, getReplay, listRunning, putBack, startReplay } from './replays'
import { type Settled, settleDelivery } from './settle'
import { countDeliveries, listStates, setStatus } from './states'

export interface PostgresDeliveriesParts {
  readonly database: Database
  /** Null: the database's own judges. */
  readonly clock: Clock | null
  /** The replica's id. */
  readonly owner: string
  /** How texts stand in their rows. */
  readonly sealed: SealedEvents
  readonly run: Lifecycle['run']
}

/** What another replica has the key for is left to it for so long. */
const leftToOthersMs = minuteMs

export const createPostgresDeliveries = (parts: PostgresDeliveriesParts): Deliveries => {
  const { database, owner, sealed, run } = parts
  const { query, transaction } = database
  const at = (now?: number): number | null => momentOf(parts.clock, now)
  const claimant = (now?: number): Claimant => ({ owner, now: at(now) })

  const composed = (outgoing: readonly Outgoing[]): Outgoing[] =>
    outgoing.map((one) => ({ ...one, body: sealed.outgoing(one.id, one.body) ?? '' }))

  const claims = createUnheardClaims((known) => giveBackDeliveries(query, owner, known))

  const take = (claim: () => Promise<readonly ClaimedDelivery[]>) =>
    claims.take(claim, ({ endpoint, event }) => claimKey(endpoint, event.id))

  const settle = async (settled: Settled) => {
    const result = await claims.watch(() =>
      transaction((inTransaction) => settleDelivery(inTransaction, settled, claimant())),
    )
    claims.forget(claimKey(settled.endpoint, settled.id))
    return result
  }

  /**
   * Of claimed deliveries what can be sent. What does not open is dead, with the reason, and holds
   * up nothing else; what opens with a key that others have is theirs.
   *
   * @param now as whoever claimed them says: all replicas have that time, whatever their machines
   */
  const deliverable = async (
    claimed: readonly ClaimedDelivery[],
    now: number,
  ): Promise<ClaimedDelivery[]> => {
    const good: ClaimedDelivery[] = []
    for (const delivery of claimed) {
      const { endpoint, claim, step } = delivery
      const { event, problem, lacksKey } = sealed.open(delivery.event)
      if (problem === null) {
        good.push({ ...delivery, event })
        continue
      }
      const nextAttemptAt = now + leftToOthersMs
      const outcome = lacksKey
        ? ({ status: 'pending', lastError: problem, nextAttemptAt, step } as const)
        : ({ status: 'dead', lastError: problem } as const)
      const untried = { attempt: null, endpointTook: null }
      await settle({ id: event.id, endpoint, claim, outcome, ...untried })
    }
    return good
  }

  return {
    listUndispatched: (now, limit) =>
      run(async () => (await listUndispatched(query, now, limit)).map(sealed.opened)),
    nextDispatchAt: () => run(() => nextDispatchAt(query)),
    dispatch: (outgoing, now) =>
      run(() => {
        const kept = composed(outgoing)
        return transaction((inTransaction) => dispatch(inTransaction, kept, now))
      }),
    claimDeliveries: (claim) =>
      run(async () =>
        deliverable(
          await take(() => claimDeliveries(query, claim, claimant(claim.now))),
          claim.now,
        ),
      ),
    claimDelivery: (id, endpoint, now, leaseMs) =>
      run(async () => {
        const claimed = await take(async () => {
          const one = await claimDelivery(query, id, endpoint, leaseMs, claimant(now))
          return one === null ? [] : [one]
        })
        return (await deliverable(claimed, now))[0] ?? null
      }),
    settleDelivery: (settled) =>
      run(() => {
        const { id, attempt } = settled
        const kept = attempt && { ...attempt, answer: sealed.answer(id, attempt.answer) }
        return settle({ ...settled, attempt: kept })
      }),
    nextDeliveryAt: (endpoint, now) =>
      run(() => claims.watch(() => nextDeliveryAt(query, endpoint, at(now)))),

    listEndpointStates: () => run(async () => [...(await listStates(query))]),
    countDeliveries: () => run(() => countDeliveries(query)),
    setEndpointStatus: (endpoint, status, reason, moment, from) =>
      run(() =>
        transaction((inTransaction) =>
          setStatus(inTransaction, endpoint, status, reason, moment, from, claimant()),
        ),
      ),
    makeDeliveriesDue: (endpoint, now) =>
      run(async () => {
        await exhaust(database, (step, limit) => makeDue(step, endpoint, now, limit))
      }),
    setOrdered: (endpoint, ordered) =>
      run(async () => {
        await exhaust(database, (step, limit) => setOrdered(step, endpoint, ordered, limit))
      }),
    dropDeliveries: (endpoint, before, lastError) =>
      run(() =>
        exhaust(database, (step, limit) =>
          dropDeliveries(step, endpoint, before, lastError, limit, claimant()),
        ),
      ),
    forgetEndpoint: (endpoint) =>
      run(async () => {
        for (const status of eventStatuses) {
          await exhaust(database, (step, limit) => removeDeliveries(step, endpoint, status, limit))
        }
        await transaction((inTransaction) => removeEndpoint(inTransaction, endpoint))
      }),

    listAttempts: (eventId, page) =>
      run(async () =>
        mapPage(await listAttempts(query, eventId, page), (attempt) => ({
          ...attempt,
          answer: sealed.openedAnswer(eventId, attempt.answer),
        })),
      ),
    purgeAttempts: (before, most) =>
      run(async () => {
        const old = await exhaust(database, (step, limit) => purgeOldAttempts(step, before, limit))
        const beyond = await firstBeyond(query, most)
        if (beyond === null) return old
        return (
          old + (await exhaust(database, (step, limit) => purgeAttemptsTo(step, beyond, limit)))
        )
      }),

    startReplay: (replay) => run(() => startReplay(query, replay)),
    getReplay: (id) => run(() => getReplay(query, id)),
    listRunningReplays: () => run(() => listRunning(query)),
    continueReplay: (step) =>
      run(() => {
        const found = composed(step.found)
        return transaction((inTransaction) => continueReplay(inTransaction, { ...step, found }))
      }),
    endReplay: (id, status, moment) =>
      run(async () => {
        const ended = await endReplay(query, id, status, moment)
        // Once more, too, if it was interrupted.
        if (status === 'cancelled' && ended?.status === 'cancelled') {
          await exhaust(database, (step, limit) => putBack(step, id, at(moment), limit))
        }
        return ended
      }),
  }
}
