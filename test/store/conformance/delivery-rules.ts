import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type OpenBackend, startMs, useBench } from './bench'
import {
  a,
  again,
  attempt,
  b,
  claimDue,
  dead,
  dispatchTo,
  done,
  end,
  leaseMs,
  ready,
  send,
  textOf,
} from './dispatched'
import { corpid, event } from './records'

const now = startMs + 1000

export const deliveryRules = (open: OpenBackend<EventLogDriver>) => {
  describe('dispatching', () => {
    const bench = useBench(open)
    const waiting = async (at = now) =>
      (await bench.subject.listUndispatched(at, 10)).map(({ id }) => id)

    test('what can be dispatched is listed when its time has come, the earliest first', async () => {
      await bench.subject.append(ready(2))
      await bench.subject.append(ready(1))
      await bench.subject.append(ready(3, { dispatchAt: now + 1 }))
      await bench.subject.append(ready(4, { dispatchAt: null }))
      expect(await waiting()).toEqual([event(1).id, event(2).id])
      expect(await bench.subject.listUndispatched(now, 1)).toHaveLength(1)
      expect(await bench.subject.nextDispatchAt()).toBe(startMs + 1)
    })

    test('an event waits until our own work on it has ended, well or badly', async () => {
      for (const n of [1, 2]) await bench.subject.append(ready(n, { status: 'pending' }))
      expect(await waiting()).toEqual([])
      expect(await bench.subject.nextDispatchAt()).toBeNull()
      await bench.subject.settle(event(1).id, null, done)
      await bench.subject.settle(event(2).id, null, { status: 'dead', lastError: 'over' })
      expect(await waiting()).toEqual([event(1).id, event(2).id])
    })

    test('an event that is read at last can be dispatched once it is done', async () => {
      const unread = { status: 'dead', type: 'unparsed', dispatchAt: null } as const
      await bench.subject.append(event(1, unread))
      const readAs = { type: 'text', source: 'data', suiteId: null } as const
      const next = { status: 'pending', lastError: null, nextAttemptAt: now } as const
      await bench.subject.settle(event(1).id, null, { ...next, readAs })
      expect(await waiting()).toEqual([])
      await bench.subject.settle(event(1).id, null, done)
      expect(await waiting()).toEqual([event(1).id])
    })

    test('keeps what is sent, and a delivery for each endpoint', async () => {
      await bench.subject.append(ready(1))
      await dispatchTo(bench.subject, 1, { endpoints: [b, a] })
      const delivery = {
        status: 'pending',
        attempts: 0,
        step: 0,
        ordered: false,
        dispatchedAt: startMs,
        nextAttemptAt: startMs,
        lastError: null,
      }
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        dispatchAt: null,
        outgoing: textOf(1),
        deliveries: [
          { endpoint: a, ...delivery },
          { endpoint: b, ...delivery },
        ],
      })
      expect(await waiting()).toEqual([])
    })

    test('an event without endpoints has no delivery and waits no more', async () => {
      await send(bench.subject, 1, { endpoints: [] })
      expect((await bench.subject.get(event(1).id))?.deliveries).toEqual([])
      expect(await waiting()).toEqual([])
    })

    test('happens once', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, done)
      await dispatchTo(bench.subject, 1, { endpoints: [a, b] })
      await dispatchTo(bench.subject, 99)
      expect((await bench.subject.get(event(1).id))?.deliveries).toMatchObject([{ status: 'done' }])
    })
  })

  describe('claims of deliveries', () => {
    const bench = useBench(open)
    const claimed = async (
      at: number = now,
      given: Parameters<typeof claimDue>[2] = {},
    ): Promise<number[]> =>
      (await claimDue(bench.subject, at, given)).map(({ event: { id } }) => Number(id.slice(6)))

    test('give what is due for one endpoint, with the event and what is sent', async () => {
      await send(bench.subject, 1)
      await send(bench.subject, 2, { endpoints: [b] })
      const [delivery, ...others] = await claimDue(bench.subject, now)
      expect(others).toEqual([])
      const { deliveries: _, ...record } = (await bench.subject.get(event(1).id))!
      expect(delivery).toEqual({
        endpoint: a,
        claim: 1,
        attempts: 0,
        step: 0,
        dispatchedAt: startMs,
        event: record,
      })
      expect(delivery?.event.outgoing).toBe(textOf(1))
    })

    test('hide a delivery until it is settled or the claim runs out', async () => {
      await send(bench.subject, 1)
      expect(await claimed()).toEqual([1])
      expect(await claimed(now + leaseMs - 1)).toEqual([])
      expect(await bench.subject.nextDeliveryAt(a, now)).toBeNull()
      const [late] = await claimDue(bench.subject, now + leaseMs)
      expect(late?.claim).toBe(2)
    })

    test('give fresh ones first, and of the backlog no more than its share', async () => {
      for (const n of [1, 2, 3]) await send(bench.subject, n, { at: startMs })
      for (const n of [4, 5]) await send(bench.subject, n, { at: now })
      const given = { freshSince: now, limit: 4, backlogLimit: 1 }
      expect(await claimed(now, given)).toEqual([4, 5, 1])
      expect(await claimed(now, { ...given, backlogLimit: 0 })).toEqual([])
      expect(await claimed(now, { ...given, backlogLimit: 4 })).toEqual([2, 3])
    })

    test('of the backlog give first what has been due longest', async () => {
      for (const n of [1, 2, 3]) await send(bench.subject, n)
      await end(bench.subject, 1, again(now - 1), { claim: 0 })
      expect(await claimed(now, { freshSince: now })).toEqual([2, 3, 1])
    })

    test('leave alone what is not due yet', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, again(now + 5), { claim: 0 })
      expect(await claimed(now + 4)).toEqual([])
      expect(await bench.subject.nextDeliveryAt(a, now)).toBe(now + 5)
      expect(await claimed(now + 5)).toEqual([1])
    })

    test('at the same time never give one delivery twice', async () => {
      for (let n = 0; n < 12; n++) await send(bench.subject, n)
      const all = (
        await Promise.all(Array.from({ length: 8 }, () => claimed(now, { limit: 5 })))
      ).flat()
      expect(all).toHaveLength(12)
      expect(new Set(all).size).toBe(12)
    })

    test('can be for one delivery, due or not, unless somebody has it', async () => {
      await send(bench.subject, 1, { at: now + 9000 })
      const one = () => bench.subject.claimDelivery(event(1).id, a, now, leaseMs)
      expect((await one())?.event.id).toBe(event(1).id)
      expect(await one()).toBeNull()
      expect(await bench.subject.claimDelivery(event(1).id, b, now, leaseMs)).toBeNull()
    })
  })

  describe('ordered deliveries', () => {
    const bench = useBench(open)
    const ordered = { ordered: true }
    const claimed = async (at = now) =>
      (await claimDue(bench.subject, at)).map(({ event: { id } }) => Number(id.slice(6)))

    test('go one at a time for each company, in the order of dispatch', async () => {
      for (const n of [1, 2]) await send(bench.subject, n, ordered)
      for (const n of [3, 4]) await send(bench.subject, n, ordered, { corpid: 'wpB' })
      await send(bench.subject, 5, ordered, { corpid: null })
      expect(await claimed()).toEqual([1, 3, 5])
      expect(await claimed()).toEqual([])
      await end(bench.subject, 1, done)
      expect(await claimed()).toEqual([2])
      await end(bench.subject, 3, dead)
      expect(await claimed()).toEqual([4])
    })

    test('wait for one that is to be tried again, and for it alone', async () => {
      for (const n of [1, 2]) await send(bench.subject, n, ordered)
      await send(bench.subject, 3, ordered, { corpid: 'wpB' })
      await end(bench.subject, 1, again(now + 5000), { claim: 0 })
      expect(await claimed()).toEqual([3])
      expect(await bench.subject.claimDelivery(event(2).id, a, now, leaseMs)).toBeNull()
      expect(await claimed(now + 5000)).toEqual([1])
    })

    test('are due once their turn comes where one was to be taken before it', async () => {
      await send(bench.subject, 1, ordered)
      await send(bench.subject, 2, { ...ordered, at: now + 9000 })
      expect(await bench.subject.claimDelivery(event(2).id, a, now, leaseMs)).toBeNull()
      expect(await claimed()).toEqual([1])
      await end(bench.subject, 1, done)
      expect(await claimed()).toEqual([2])
    })

    test('move up when the one before is unwanted or given up', async () => {
      for (const n of [1, 2, 3]) await send(bench.subject, n, { ...ordered, at: startMs + n })
      await end(bench.subject, 1, { status: 'unwanted' }, { claim: 0, took: null })
      expect(await claimed()).toEqual([2])
      await bench.subject.dropDeliveries(a, startMs + 3, 'held too long')
      expect(await claimed()).toEqual([3])
    })

    test('become so, or free of it, when their endpoint does', async () => {
      for (const n of [1, 2, 3]) await send(bench.subject, n)
      await bench.subject.setOrdered(a, true)
      expect(await claimed()).toEqual([1])
      await bench.subject.setOrdered(a, false)
      expect(await claimed()).toEqual([2, 3])
    })

    test('that are tried once more stand behind those that wait', async () => {
      for (const n of [1, 2]) await send(bench.subject, n, ordered)
      await end(bench.subject, 1, dead, { claim: 0 })
      await bench.subject.retry(event(1).id, now)
      expect(await claimed()).toEqual([2])
      await end(bench.subject, 2, done)
      expect(await claimed()).toEqual([1])
    })
  })

  describe('the end of a delivery', () => {
    const bench = useBench(open)
    const deliveryOf = async (n: number, endpoint = a) =>
      (await bench.subject.get(event(n).id))?.deliveries.find((one) => one.endpoint === endpoint)

    test('each endpoint has its own fate, and the event keeps its own', async () => {
      await send(bench.subject, 1, { endpoints: [a, b] })
      await end(bench.subject, 1, done, { claim: 0 })
      await end(bench.subject, 1, dead, { endpoint: b, claim: 0 })
      expect(await deliveryOf(1)).toMatchObject({ status: 'done', attempts: 1 })
      expect(await deliveryOf(1, b)).toMatchObject({ ...dead, nextAttemptAt: null })
      expect(await bench.subject.get(event(1).id)).toMatchObject({ status: 'done', attempts: 0 })
    })

    test('one that is to be tried again keeps its step', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, again(now, 4), { claim: 0 })
      const [claimed] = await claimDue(bench.subject, now)
      expect(claimed).toMatchObject({ attempts: 1, step: 4 })
    })

    test('one that is unwanted is not there any more', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, { status: 'unwanted' }, { claim: 0, took: null })
      expect(await deliveryOf(1)).toBeUndefined()
    })

    test('one that was given back untried counts nowhere', async () => {
      await send(bench.subject, 1)
      await claimDue(bench.subject, now)
      await end(bench.subject, 1, again(now, 0), { took: null })
      expect(await deliveryOf(1)).toMatchObject({ status: 'pending', attempts: 0 })
      expect(await bench.subject.listEndpointStates()).toEqual([])
      expect((await bench.subject.listAttempts(event(1).id, { limit: 9 })).items).toEqual([])
    })

    test('under a claim that another one followed only success counts', async () => {
      await send(bench.subject, 1)
      await claimDue(bench.subject, now)
      await claimDue(bench.subject, now + leaseMs)
      expect((await end(bench.subject, 1, dead)).result).toBe('superseded')
      expect(await deliveryOf(1)).toMatchObject({ status: 'pending' })
      expect((await end(bench.subject, 1, done)).result).toBe('settled')
      expect((await end(bench.subject, 1, dead, { claim: 2 })).result).toBe('superseded')
      expect(await deliveryOf(1)).toMatchObject({ status: 'done', attempts: 1 })
    })

    test('of an unknown delivery changes none', async () => {
      await send(bench.subject, 1)
      expect((await end(bench.subject, 1, done, { endpoint: b })).result).toBe('superseded')
      expect((await end(bench.subject, 99, done)).result).toBe('superseded')
      expect(await deliveryOf(1)).toMatchObject({ status: 'pending', attempts: 0 })
    })

    test('a retry renews what is not done, and leaves a claimed one to its holder', async () => {
      await send(bench.subject, 1, { endpoints: [a, b] })
      await end(bench.subject, 1, done, { claim: 0 })
      await end(bench.subject, 1, dead, { endpoint: b, claim: 0 })
      await bench.subject.retry(event(1).id, now)
      expect(await deliveryOf(1)).toMatchObject({ status: 'done', nextAttemptAt: null })
      expect(await deliveryOf(1, b)).toMatchObject({
        status: 'pending',
        nextAttemptAt: now,
        step: 0,
      })
      expect(await claimDue(bench.subject, now, { endpoint: b })).toHaveLength(1)
      await bench.subject.retry(event(1).id, now)
      expect(await claimDue(bench.subject, now, { endpoint: b })).toEqual([])
    })

    test('attempts are kept, the newest first, also those that came too late', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, again(now), { claim: 0 })
      await end(bench.subject, 1, done, { claim: 0 })
      await end(bench.subject, 1, dead, { claim: 0 })
      const { items, next } = await bench.subject.listAttempts(event(1).id, { limit: 2 })
      expect(items.map(({ error }) => error)).toEqual(['status 500', null])
      expect(items[1]).toEqual(attempt())
      const rest = await bench.subject.listAttempts(event(1).id, { limit: 2, cursor: next! })
      expect(rest).toMatchObject({ items: [{ status: 500 }], next: null })
    })

    test('attempts are forgotten by age, and the oldest beyond a number', async () => {
      for (const n of [1, 2, 3]) {
        await send(bench.subject, n)
        const { outcome, endpointTook } = { outcome: done, endpointTook: true }
        const at = startMs + n
        await bench.subject.settleDelivery({
          id: event(n).id,
          endpoint: a,
          claim: 0,
          outcome,
          attempt: attempt({ at }),
          endpointTook,
        })
      }
      const left = async () => {
        const pages = [1, 2, 3].map((n) => bench.subject.listAttempts(event(n).id, { limit: 9 }))
        return (await Promise.all(pages)).flatMap(({ items }) =>
          items.map(({ at }) => at - startMs),
        )
      }
      expect(await bench.subject.purgeAttempts(startMs + 2, 9)).toBe(1)
      expect(await left()).toEqual([2, 3])
      expect(await bench.subject.purgeAttempts(0, 1)).toBe(1)
      expect(await left()).toEqual([3])
    })

    test('one that is tried once more is claimed under a larger number', async () => {
      await send(bench.subject, 1)
      await claimDue(bench.subject, now)
      await end(bench.subject, 1, dead)
      await bench.subject.retry(event(1).id, now)
      const [claimed] = await claimDue(bench.subject, now)
      expect(claimed?.claim).toBe(2)
      expect((await end(bench.subject, 1, again(now))).result).toBe('superseded')
    })

    test('the erasure of a company moves up those of the same id with another suite', async () => {
      await send(bench.subject, 1, { ordered: true })
      await send(bench.subject, 2, { ordered: true }, { suiteId: 'wwother' })
      expect(await claimDue(bench.subject, now)).toHaveLength(1)
      await bench.subject.eraseCorp(event(1).suiteId!, corpid, now)
      expect((await claimDue(bench.subject, now))[0]?.event.id).toBe(event(2).id)
    })

    test('attempts go with the erasure of their company, though their event was purged', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, done, { claim: 0 })
      await bench.subject.purge({ settledBefore: startMs + 999_999, identitiesBefore: 0 })
      expect((await bench.subject.listAttempts(event(1).id, { limit: 9 })).items).toHaveLength(1)
      await bench.subject.eraseCorp(event(1).suiteId!, corpid, now)
      expect((await bench.subject.listAttempts(event(1).id, { limit: 9 })).items).toEqual([])
    })

    test('everything that is kept of a company with a suite can be erased', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, again(now), { claim: 0 })
      await send(bench.subject, 2, {}, { corpid: 'wpB' })
      expect(await bench.subject.eraseCorp(event(1).suiteId!, corpid, now)).toBe(1)
      expect(await bench.subject.get(event(1).id)).toBeNull()
      expect((await bench.subject.listAttempts(event(1).id, { limit: 9 })).items).toEqual([])
      expect(await claimDue(bench.subject, now)).toHaveLength(1)
    })

    test('an erasure leaves what came of the company after its moment', async () => {
      for (const n of [1, 2]) {
        await send(bench.subject, n)
        await end(bench.subject, n, done, { claim: 0 })
      }
      const until = event(1).receivedAt
      expect(until).toBeLessThan(event(2).receivedAt)
      expect(await bench.subject.eraseCorp(event(1).suiteId!, corpid, until)).toBe(1)
      expect(await bench.subject.get(event(1).id)).toBeNull()
      expect((await bench.subject.listAttempts(event(1).id, { limit: 9 })).items).toEqual([])
      expect((await bench.subject.get(event(2).id))?.deliveries).toHaveLength(1)
      expect((await bench.subject.listAttempts(event(2).id, { limit: 9 })).items).toHaveLength(1)
    })
  })
}
