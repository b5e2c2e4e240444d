/** The port to deliveries on the event log's database. */
import type { Deliveries } from '../deliveries'
import { mapPage } from '../driver/paging'
import type { Outgoing } from '../event-record'
import type { DatabaseCalls } from './database/calls'
import { listAttempts, purgeAttempts } from './delivery/attempt-rows'
import { claimDeliveries, claimDelivery, nextDeliveryAt } from './delivery/claims'
import { dispatch, nextDispatchAt } from './delivery/dispatch'
import { setOrdered } from './delivery/line'
import {
  continueReplay,
  endReplay,
  getReplay,
  listRunning,
  startReplay,
} from './delivery/replay-rows'
import { dropDeliveries, makeDue, removeDeliveries, settleDelivery } from './delivery/settle'
import { countDeliveries, listStates, setStatus } from './delivery/states'
import { listUndispatched } from './event-queries'
import type { SealedBodies } from './sealed-bodies'

export const createDeliveryCalls = (
  { read, write, exhaust }: DatabaseCalls,
  bodies: SealedBodies,
): Deliveries => {
  const sealed = (outgoing: readonly Outgoing[]): Outgoing[] =>
    outgoing.map((one) => ({ ...one, body: bodies.outgoing(one.id, one.body) ?? '' }))

  return {
    listUndispatched: (now, limit) =>
      read((db) => listUndispatched(db, now, limit).map(bodies.opened)),
    nextDispatchAt: () => read(nextDispatchAt),
    dispatch: async (outgoing, now) => {
      const kept = sealed(outgoing)
      return write((db) => dispatch(db, kept, now))
    },
    claimDeliveries: (claim) => write((db) => bodies.deliverable(db, claimDeliveries(db, claim))),
    claimDelivery: (id, endpoint, now, leaseMs) =>
      write((db) => {
        const claimed = claimDelivery(db, id, endpoint, now, leaseMs)
        return (claimed && bodies.deliverable(db, [claimed])[0]) ?? null
      }),
    settleDelivery: async (settled) => {
      const { id, attempt } = settled
      const kept = attempt && { ...attempt, answer: bodies.answer(id, attempt.answer) }
      return write((db) => settleDelivery(db, { ...settled, attempt: kept }))
    },
    nextDeliveryAt: (endpoint, now) => read((db) => nextDeliveryAt(db, endpoint, now)),

    listEndpointStates: () => read(listStates),
    countDeliveries: () => read(countDeliveries),
    setEndpointStatus: (endpoint, status, reason, at, from) =>
      write((db) => setStatus(db, endpoint, status, reason, at, from)),
    makeDeliveriesDue: (endpoint, now) => write((db) => makeDue(db, endpoint, now)),
    setOrdered: (endpoint, ordered) => write((db) => setOrdered(db, endpoint, ordered)),
    dropDeliveries: (endpoint, before, lastError) =>
      exhaust((db, atOnce) => dropDeliveries(db, endpoint, before, lastError, atOnce)),
    forgetEndpoint: async (endpoint) => {
      await exhaust((db, atOnce) => removeDeliveries(db, endpoint, atOnce))
      await write((db) => {
        db.query('DELETE FROM replays WHERE endpoint = ?').run(endpoint)
        db.query('DELETE FROM endpoint_states WHERE endpoint = ?').run(endpoint)
      })
    },

    listAttempts: (eventId, page) =>
      read((db) =>
        mapPage(listAttempts(db, eventId, page), (attempt) => ({
          ...attempt,
          answer: bodies.openedAnswer(eventId, attempt.answer),
        })),
      ),
    purgeAttempts: (before, most) =>
      exhaust((db, atOnce) => purgeAttempts(db, before, most, atOnce)),

    startReplay: (replay) => write((db) => startReplay(db, replay)),
    getReplay: (id) => read((db) => getReplay(db, id)),
    listRunningReplays: () => read(listRunning),
    continueReplay: async (step) => {
      const found = sealed(step.found)
      return write((db) => continueReplay(db, { ...step, found }))
    },
    endReplay: (id, status, at) => write((db) => endReplay(db, id, status, at)),
  }
}
