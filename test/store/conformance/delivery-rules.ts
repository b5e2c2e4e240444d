import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { NewEvent } from '../../../src/store/event-log'
import { type OpenBackend, startMs, useBench } from './bench'
import { event } from './records'

const now = startMs + 1000
const leaseMs = 60_000
const [a, b] = ['https://a.test/', 'https://b.test/'] as const

export const deliveryRules = (open: OpenBackend<EventLogDriver>) =>
  describe('deliveries', () => {
    const bench = useBench(open)
    const append = (n: number, changes: Partial<NewEvent> = {}) =>
      bench.subject.append(event(n, { status: 'done', endpoints: [a], ...changes }))
    const claim = async (at = now, limit = 10) =>
      (await bench.subject.claimDeliveries(at, leaseMs, limit)).map(
        ({ endpoint, event: { id } }) => `${id} ${endpoint}`,
      )
    const deliveryOf = async (n: number, endpoint: string = a) =>
      (await bench.subject.get(event(n).id))?.deliveries.find(
        (delivery) => delivery.endpoint === endpoint,
      )

    test('a claim gives due deliveries with their events, in the order in which those came', async () => {
      await append(1)
      await append(2, { endpoints: [b] })
      await append(3)
      expect(await claim(now, 2)).toEqual([`${event(1).id} ${a}`, `${event(2).id} ${b}`])
      expect(await claim()).toEqual([`${event(3).id} ${a}`])
      expect(await claim()).toEqual([])
    })

    test('what has been due longest goes first, whenever it came', async () => {
      for (const n of [1, 2, 3]) await append(n)
      const again = { status: 'pending', lastError: 'HTTP 500', nextAttemptAt: now - 1 } as const
      await bench.subject.settleDelivery(event(1).id, a, again)
      expect(await claim(now, 2)).toEqual([`${event(2).id} ${a}`, `${event(3).id} ${a}`])
      expect(await claim()).toEqual([`${event(1).id} ${a}`])
    })

    test('a claimed delivery carries the whole event and its own count', async () => {
      await append(1)
      const again = { status: 'pending', lastError: 'HTTP 500', nextAttemptAt: now } as const
      await bench.subject.settleDelivery(event(1).id, a, again)
      const [claimed] = await bench.subject.claimDeliveries(now, leaseMs, 1)
      expect(claimed?.attempts).toBe(1)
      expect(claimed?.event).toEqual((await bench.subject.get(event(1).id)) as never)
    })

    test('an event without endpoints has no delivery', async () => {
      await append(1, { endpoints: [] })
      expect(await claim()).toEqual([])
    })

    test('a delivery waits until its event is settled, well or badly', async () => {
      await append(1, { status: 'pending' })
      await append(2, { status: 'pending' })
      expect(await claim()).toEqual([])
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect(await claim()).toEqual([`${event(1).id} ${a}`])
      await bench.subject.settle(event(2).id, null, { status: 'dead', lastError: 'over' })
      expect(await claim()).toEqual([`${event(2).id} ${a}`])
    })

    test('a claimed delivery is free again when the claim runs out', async () => {
      await append(1)
      await claim()
      expect(await claim(now + leaseMs - 1)).toEqual([])
      expect(await claim(now + leaseMs)).toHaveLength(1)
    })

    test('claims at the same time never give one delivery twice', async () => {
      for (let n = 0; n < 12; n++) await append(n, { endpoints: [a, b] })
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(now, 5)))
      const claimed = claims.flat()
      expect(claimed).toHaveLength(24)
      expect(new Set(claimed).size).toBe(24)
    })

    test('each endpoint has its own fate, and the event keeps its own', async () => {
      await append(1, { endpoints: [a, b] })
      await bench.subject.settleDelivery(event(1).id, a, { status: 'done' })
      await bench.subject.settleDelivery(event(1).id, b, { status: 'dead', lastError: 'HTTP 410' })
      expect(await deliveryOf(1, a)).toMatchObject({ status: 'done', attempts: 1 })
      expect(await deliveryOf(1, b)).toMatchObject({ status: 'dead', lastError: 'HTTP 410' })
      expect(await bench.subject.get(event(1).id)).toMatchObject({ status: 'done', attempts: 0 })
    })

    test('a delivery that is to be tried again is free when its time comes', async () => {
      await append(1)
      await claim()
      const again = { status: 'pending', lastError: 'HTTP 500', nextAttemptAt: now + 5000 } as const
      await bench.subject.settleDelivery(event(1).id, a, again)
      expect(await deliveryOf(1)).toEqual({ endpoint: a, ...again, attempts: 1 })
      expect(await claim(now + 4999)).toEqual([])
      expect(await claim(now + 5000)).toHaveLength(1)
    })

    test('the late end of a try changes nothing about a delivery that is done', async () => {
      await append(1)
      await bench.subject.settleDelivery(event(1).id, a, { status: 'done' })
      await bench.subject.settleDelivery(event(1).id, a, { status: 'dead', lastError: 'late' })
      expect(await deliveryOf(1)).toMatchObject({ status: 'done', attempts: 1, lastError: null })
    })

    test('settling an unknown delivery is harmless', async () => {
      await append(1)
      await bench.subject.settleDelivery(event(1).id, b, { status: 'done' })
      await bench.subject.settleDelivery('unknown', a, { status: 'done' })
      expect(await deliveryOf(1)).toMatchObject({ status: 'pending', attempts: 0 })
    })

    test('a retry renews the deliveries that are not done, and no done event', async () => {
      await append(1, { endpoints: [a, b] })
      await bench.subject.settleDelivery(event(1).id, a, { status: 'done' })
      await bench.subject.settleDelivery(event(1).id, b, { status: 'dead', lastError: 'HTTP 410' })
      expect((await bench.subject.retry(event(1).id, now))?.status).toBe('done')
      expect(await deliveryOf(1, a)).toMatchObject({ status: 'done', nextAttemptAt: null })
      expect(await deliveryOf(1, b)).toMatchObject({ status: 'pending', nextAttemptAt: now })
      expect(await claim()).toEqual([`${event(1).id} ${b}`])
    })
  })
