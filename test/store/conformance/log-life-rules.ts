import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Abilities, type OpenBackend, startMs, useBench } from './bench'
import { a, claimDue, done, end } from './dispatched'
import { lifeRules } from './life-rules'
import { auditEntry, corpid, event, suiteId } from './records'

const now = startMs + 1000

/** One call of each method of the port. */
const calls: Readonly<Record<string, (log: EventLogDriver) => Promise<unknown>>> = {
  append: (log) => log.append(event(1)),
  claim: (log) => log.claim(now, 1000, 1),
  savePendingSecret: (log) => log.savePendingSecret(event(1).id, 'a secret', null),
  settle: (log) => log.settle(event(1).id, null, { status: 'done' }),
  listUndispatched: (log) => log.listUndispatched(now, 1),
  nextDispatchAt: (log) => log.nextDispatchAt(),
  dispatch: (log) => log.dispatch([], now),
  claimDeliveries: (log) => claimDue(log, now),
  claimDelivery: (log) => log.claimDelivery(event(1).id, a, now, 1000),
  settleDelivery: (log) => end(log, 1, done),
  nextDeliveryAt: (log) => log.nextDeliveryAt(a, now),
  listEndpointStates: (log) => log.listEndpointStates(),
  countDeliveries: (log) => log.countDeliveries(),
  setEndpointStatus: (log) => log.setEndpointStatus(a, 'off', 'why', now),
  makeDeliveriesDue: (log) => log.makeDeliveriesDue(a, now),
  setOrdered: (log) => log.setOrdered(a, true),
  dropDeliveries: (log) => log.dropDeliveries(a, now, 'why'),
  forgetEndpoint: (log) => log.forgetEndpoint(a),
  listAttempts: (log) => log.listAttempts(event(1).id, { limit: 1 }),
  purgeAttempts: (log) => log.purgeAttempts(now, 1),
  getReplay: (log) => log.getReplay('replay-1'),
  listRunningReplays: (log) => log.listRunningReplays(),
  endReplay: (log) => log.endReplay('replay-1', 'done', now),
  retry: (log) => log.retry(event(1).id, now),
  makeDueNow: (log) => log.makeDueNow(['create_auth'], suiteId, now),
  get: (log) => log.get(event(1).id),
  list: (log) => log.list({ limit: 1 }),
  listAfter: (log) => log.listAfter({ after: null, limit: 1 }),
  bounds: (log) => log.bounds(),
  eraseCorp: (log) => log.eraseCorp(suiteId, corpid, now),
  counts: (log) => log.counts(),
  nextDueAt: (log) => log.nextDueAt(),
  blankBodies: (log) => log.blankBodies(suiteId, corpid),
  purge: (log) => log.purge({ settledBefore: now, identitiesBefore: now }),
  listUnfinished: (log) => log.listUnfinished(),
  listIdentities: (log) => log.listIdentities(),
  restoreIdentities: (log) => log.restoreIdentities([]),
  addFacts: (log) => log.addFacts([]),
  listFacts: (log) => log.listFacts({ types: [], limit: 1 }),
  listAllFacts: (log) => log.listAllFacts(),
  purgeFacts: (log) => log.purgeFacts([], now),
  addAudit: (log) => log.addAudit(auditEntry(1)),
  listAudit: (log) => log.listAudit({ limit: 1 }),
  listAllAudit: (log) => log.listAllAudit(),
  restoreAudit: (log) => log.restoreAudit([]),
  purgeAudit: (log) => log.purgeAudit(now),
  putOnce: (log) => log.putOnce('auth_code', 'a', 'b', 1000),
  findOnce: (log) => log.findOnce('auth_code', 'a'),
  takeOnce: (log) => log.takeOnce('auth_code', 'a'),
  purgeOnce: (log) => log.purgeOnce(),
  suspectCorp: (log) => log.suspectCorp({ suiteId, corpid, since: now, confirmAt: now }),
  listSuspectedDue: (log) => log.listSuspectedDue(now, 1),
  confirmSuspectedAt: (log) => log.confirmSuspectedAt(suiteId, corpid, now),
  giveUpSuspected: (log) => log.giveUpSuspected(suiteId, corpid, now),
  forgetSuspected: (log) => log.forgetSuspected(suiteId, corpid),
  countSuspected: (log) => log.countSuspected(suiteId),
  listGivenUp: (log) => log.listGivenUp(suiteId, now),
  raiseRevocationAlarm: (log) => log.raiseRevocationAlarm(suiteId, now),
  endRevocationAlarm: (log) => log.endRevocationAlarm(suiteId),
  listRevocationAlarms: (log) => log.listRevocationAlarms(),
  lastDoneAt: (log) => log.lastDoneAt('purge'),
  noteDone: (log) => log.noteDone('purge', now),
  checkWritable: (log) => log.checkWritable(),
}

export const logLifeRules = (open: OpenBackend<EventLogDriver>, { twoHandles }: Abilities) =>
  describe('its life', () => {
    const bench = useBench(open)

    lifeRules(bench, calls)

    test('everything is there again after it was closed and opened', async () => {
      await bench.subject.append(event(1, { dispatchAt: startMs }))
      await bench.subject.append(event(2))
      await bench.subject.settle(event(2).id, null, { status: 'dead', lastError: 'over' })
      const before = await bench.subject.list({ limit: 10 })
      const log = await bench.reopen()
      expect(await log.list({ limit: 10 })).toEqual(before)
      expect(await log.append(event(3, { identity: 'identity-1' }))).toBe('duplicate')
      expect(await log.counts()).toMatchObject({ pending: 1, dead: 1 })
      await log.append(event(4))
      expect((await log.list({ limit: 1 })).items[0]?.id).toBe(event(4).id)
    })

    test('closing finishes what was begun', async () => {
      let stored = 0
      for (let n = 0; n < 50; n++) {
        bench.subject.append(event(n)).then(() => stored++)
      }
      const log = await bench.reopen()
      expect(stored).toBe(50)
      expect((await log.counts()).pending).toBe(50)
    })

    if (!twoHandles) return

    describe('with two handles', () => {
      test('what one writes the other reads and does not take again', async () => {
        const other = await bench.another()
        await bench.subject.append(event(1))
        expect((await other.get(event(1).id))?.body).toBe(event(1).body)
        expect(await other.append(event(2, { identity: 'identity-1' }))).toBe('duplicate')
      })

      test('claims through both never give one event twice', async () => {
        const other = await bench.another()
        for (let n = 0; n < 20; n++) await bench.subject.append(event(n))
        const claims = await Promise.all(
          Array.from({ length: 8 }, (_, n) =>
            (n % 2 ? other : bench.subject).claim(now, 60_000, 4),
          ),
        )
        const ids = claims.flat().map(({ id }) => id)
        expect(ids).toHaveLength(20)
        expect(new Set(ids).size).toBe(20)
      })

      test('closing one leaves the other open', async () => {
        const other = await bench.another()
        await bench.subject.close()
        expect(await other.append(event(1))).toBe('stored')
      })
    })
  })
