import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { failingAfter } from '../../../src/store/deliveries'
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
  failed,
  ready,
  send,
} from './dispatched'
import { event } from './records'

const now = startMs + 1000

export const endpointStateRules = (open: OpenBackend<EventLogDriver>) => {
  describe('the state of an endpoint', () => {
    const bench = useBench(open)
    const state = async (endpoint = a) =>
      (await bench.subject.listEndpointStates()).find((one) => one.endpoint === endpoint)
    const tryAt = (at: number, took: boolean) =>
      bench.subject.settleDelivery({
        id: event(1).id,
        endpoint: a,
        claim: 0,
        outcome: again(at),
        attempt: took ? attempt({ at }) : failed({ at }),
        endpointTook: took,
      })

    test('counts failures in a row and remembers since when', async () => {
      await send(bench.subject, 1)
      await tryAt(now, false)
      const { before, after } = await tryAt(now + 5, false)
      expect(before).toMatchObject({ failures: 1, failingSince: now })
      expect(after).toMatchObject({ failures: 2, failingSince: now, lastFailureAt: now + 5 })
      expect(after.lastError).toBe('status 500')
      expect(await state()).toEqual(after)
    })

    test('is forgiven by one success, and recovered if it had been failing', async () => {
      await send(bench.subject, 1)
      await tryAt(now, false)
      expect((await tryAt(now + 1, true)).after).toMatchObject({
        failures: 0,
        failingSince: null,
        lastSuccessAt: now + 1,
        recoveredAt: null,
      })
      for (let i = 0; i < failingAfter; i += 1) await tryAt(now + 2, false)
      expect((await tryAt(now + 3, true)).after).toMatchObject({
        failures: 0,
        recoveredAt: now + 3,
      })
    })

    test('has a status that can be set from certain others alone', async () => {
      const off = await bench.subject.setEndpointStatus(a, 'off', 'it answered 410', now)
      expect(off).toMatchObject({ before: { status: 'on' }, after: { status: 'off' } })
      const paused = await bench.subject.setEndpointStatus(a, 'paused', 'x', now, ['on'])
      expect(paused.after).toMatchObject({ status: 'off', reason: 'it answered 410' })
      expect(await state()).toMatchObject({ status: 'off', reason: 'it answered 410' })
    })

    test('begins anew when it is resumed', async () => {
      await send(bench.subject, 1)
      for (let i = 0; i < failingAfter; i += 1) await tryAt(now, false)
      await bench.subject.setEndpointStatus(a, 'paused', 'a holiday', now)
      const { after } = await bench.subject.setEndpointStatus(a, 'on', null, now + 9)
      expect(after).toMatchObject({ status: 'on', reason: null, failures: 0, recoveredAt: now + 9 })
    })

    test('took something since it was resumed, though that try began before', async () => {
      await send(bench.subject, 1)
      await bench.subject.setEndpointStatus(a, 'paused', 'a holiday', now)
      await bench.subject.setEndpointStatus(a, 'on', null, now + 9)
      expect((await tryAt(now + 5, true)).after.lastSuccessAt).toBe(now + 9)
      expect((await tryAt(now + 7, true)).after.lastSuccessAt).toBe(now + 9)
      expect((await tryAt(now + 12, true)).after.lastSuccessAt).toBe(now + 12)
    })

    test('begins anew when it is resumed while it fails, and is left alone while it does not', async () => {
      await send(bench.subject, 1)
      await tryAt(now, false)
      const on = () => bench.subject.setEndpointStatus(a, 'on', null, now + 9)
      expect((await on()).after).toMatchObject({
        failures: 1,
        failingSince: now,
        recoveredAt: null,
      })
      for (let i = 1; i < failingAfter; i += 1) await tryAt(now, false)
      const { after } = await on()
      expect(after).toMatchObject({ failures: 0, failingSince: null, recoveredAt: now + 9 })
    })

    test('tells what is pending, since when, and what is dead', async () => {
      await send(bench.subject, 1, { at: startMs + 1 })
      await send(bench.subject, 2, { at: startMs + 2, endpoints: [a, b] })
      await end(bench.subject, 2, dead, { endpoint: b, claim: 0 })
      expect(await bench.subject.countDeliveries()).toEqual([
        { endpoint: a, pending: 2, oldestPendingAt: startMs + 1, dead: 0 },
        { endpoint: b, pending: 0, oldestPendingAt: null, dead: 1 },
      ])
    })

    test('what waits for its time can be made due', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, again(now + 9000), { claim: 0 })
      await bench.subject.makeDeliveriesDue(b, now)
      expect(await claimDue(bench.subject, now)).toEqual([])
      await bench.subject.makeDeliveriesDue(a, now)
      expect(await claimDue(bench.subject, now)).toHaveLength(1)
    })

    test('what was held too long is given up and counted', async () => {
      await send(bench.subject, 1, { at: startMs + 1 })
      await send(bench.subject, 2, { at: startMs + 2 })
      expect(await bench.subject.dropDeliveries(a, startMs + 2, 'held too long')).toBe(1)
      expect((await bench.subject.get(event(1).id))?.deliveries).toMatchObject([
        { status: 'dead', lastError: 'held too long', attempts: 0 },
      ])
      expect(await state()).toMatchObject({ dropped: 1 })
    })

    test('goes with its deliveries when the endpoint is forgotten', async () => {
      await send(bench.subject, 1, { endpoints: [a, b] })
      await tryAt(now, false)
      await bench.subject.forgetEndpoint(a)
      expect(await state()).toBeUndefined()
      expect((await bench.subject.get(event(1).id))?.deliveries).toMatchObject([{ endpoint: b }])
    })

    test('is not told by an attempt that ends when the endpoint is forgotten', async () => {
      await send(bench.subject, 1, { endpoints: [a, b] })
      await bench.subject.forgetEndpoint(a)
      await tryAt(now, false)
      expect(await state()).toBeUndefined()
    })
  })

  describe('replays', () => {
    const bench = useBench(open)
    const query = { since: null, until: null, type: null, corpid: null, all: false }
    const start = (all = false) =>
      bench.subject.startReplay({ id: 'r', endpoint: a, query: { ...query, all }, startedAt: now })
    const found = (n: number) => ({
      id: event(n).id,
      body: `replayed ${n}`,
      endpoints: [{ name: a, ordered: false, dueAt: now }],
    })
    const step = (from: string | null, numbers: readonly number[], searched = true) =>
      bench.subject.continueReplay({
        id: 'r',
        from,
        searchedTo: event(numbers.at(-1)!).id,
        searched,
        found: numbers.map(found),
        now,
      })
    const claimed = async () =>
      (await claimDue(bench.subject, now, { freshSince: now })).map(({ event: { id } }) => id)

    test('begin with nothing searched', async () => {
      await start()
      expect(await bench.subject.getReplay('r')).toEqual({
        id: 'r',
        endpoint: a,
        query,
        status: 'running',
        searchedTo: null,
        searched: false,
        total: 0,
        sent: 0,
        startedAt: now,
        endedAt: null,
      })
      expect(await bench.subject.listRunningReplays()).toHaveLength(1)
      expect(await bench.subject.getReplay('unknown')).toBeNull()
    })

    test('send what the endpoint never had and what is dead, not what is pending or done', async () => {
      await bench.subject.append(ready(1))
      await dispatchTo(bench.subject, 1, { endpoints: [] })
      for (const n of [2, 3, 4]) await send(bench.subject, n)
      await end(bench.subject, 2, dead, { claim: 0 })
      await end(bench.subject, 3, done, { claim: 0 })
      await start()
      await step(null, [1, 2, 3, 4])
      expect(await bench.subject.getReplay('r')).toMatchObject({
        total: 2,
        sent: 0,
        searched: true,
      })
      expect((await claimed()).toSorted()).toEqual([1, 2, 4].map((n) => event(n).id))
      await end(bench.subject, 1, done)
      expect(await bench.subject.getReplay('r')).toMatchObject({ total: 2, sent: 1 })
    })

    test('send once more what is done where all is asked for, the very same text', async () => {
      await send(bench.subject, 1)
      await end(bench.subject, 1, done, { claim: 0 })
      await start(true)
      await step(null, [1])
      const [again] = await claimDue(bench.subject, now)
      expect(again).toMatchObject({ attempts: 1, step: 0 })
      expect(again?.event.outgoing).not.toBe('replayed 1')
    })

    test('keep to the order that the endpoint asks for now', async () => {
      for (const n of [1, 2]) {
        await send(bench.subject, n)
        await end(bench.subject, n, dead, { claim: 0 })
      }
      await start()
      const ordered = { name: a, ordered: true, dueAt: now }
      await bench.subject.continueReplay({
        id: 'r',
        from: null,
        searchedTo: event(2).id,
        searched: true,
        found: [1, 2].map((n) => ({ ...found(n), endpoints: [ordered] })),
        now,
      })
      expect(await claimed()).toEqual([event(1).id])
    })

    test('go on from where they stand, and from nowhere else', async () => {
      for (const n of [1, 2]) await bench.subject.append(event(n, { status: 'done' }))
      await start()
      await step(null, [1], false)
      await step(null, [1], false)
      expect(await bench.subject.getReplay('r')).toMatchObject({ total: 1, searched: false })
      await step(event(1).id, [2])
      expect(await bench.subject.getReplay('r')).toMatchObject({ total: 2, searched: true })
    })

    test('that are cancelled put back what nobody has taken', async () => {
      await bench.subject.append(event(1, { status: 'done' }))
      for (const n of [2, 3]) await send(bench.subject, n)
      await end(bench.subject, 2, done, { claim: 0 })
      await end(bench.subject, 3, dead, { claim: 0 })
      await start(true)
      await step(null, [1, 2, 3])
      const ended = await bench.subject.endReplay('r', 'cancelled', now + 1)
      expect(ended).toMatchObject({ status: 'cancelled', total: 3, sent: 0, endedAt: now + 1 })
      const stands = async (n: number) =>
        (await bench.subject.get(event(n).id))?.deliveries.map(({ status }) => status)
      expect(await stands(1)).toEqual([])
      expect(await stands(2)).toEqual(['done'])
      expect(await stands(3)).toEqual(['dead'])
      expect(await bench.subject.getReplay('r')).toMatchObject({ total: 3, sent: 0 })
      await step(event(3).id, [1])
      expect(await claimed()).toEqual([])
    })

    test('end once', async () => {
      await start()
      await bench.subject.endReplay('r', 'done', now + 1)
      expect(await bench.subject.endReplay('r', 'cancelled', now + 2)).toMatchObject({
        status: 'done',
        endedAt: now + 1,
      })
      expect(await bench.subject.listRunningReplays()).toEqual([])
    })
  })

  describe('reading on', () => {
    const bench = useBench(open)
    const after = async (id: string | null, more: object = {}) =>
      (await bench.subject.listAfter({ after: id, limit: 9, ...more }))?.map((one) =>
        Number(one.id.slice(6)),
      )

    test('gives what came behind an event, oldest first', async () => {
      for (const n of [1, 2, 3]) await bench.subject.append(event(n))
      expect(await after(null)).toEqual([1, 2, 3])
      expect(await after(event(1).id)).toEqual([2, 3])
      expect(await after(event(1).id, { limit: 1 })).toEqual([2])
      expect(await after(event(3).id)).toEqual([])
      expect(await bench.subject.listAfter({ after: 'unknown', limit: 9 })).toBeNull()
    })

    test('keeps to what is asked for', async () => {
      for (const n of [1, 2, 3, 4]) await bench.subject.append(event(n))
      await bench.subject.append(event(5, { type: 'text', corpid: 'wpB' }))
      expect(await after(null, { since: startMs + 2, until: startMs + 3 })).toEqual([2, 3])
      expect(await after(event(2).id, { since: startMs + 4 })).toEqual([4, 5])
      expect(await after(null, { since: startMs + 99 })).toEqual([])
      expect(await after(null, { type: 'text' })).toEqual([5])
      expect(await after(null, { corpid: 'wpB' })).toEqual([5])
    })

    test('finds by time what the clock, set back by hours, put out of order', async () => {
      const hours = [0, 60, 49, 61, 120]
      for (const [n, hour] of hours.entries()) {
        await bench.subject.append(event(n + 1, { receivedAt: startMs + hour * hourMs }))
      }
      const range = (from: number, to: number) =>
        after(null, { since: startMs + from * hourMs, until: startMs + to * hourMs })
      expect(await range(0, 0)).toEqual([1])
      expect(await range(48, 50)).toEqual([3])
      expect(await range(60, 61)).toEqual([2, 4])
      expect(await range(49, 500)).toEqual([2, 3, 4, 5])
      expect(await range(121, 500)).toEqual([])
    })

    test('tells where the log begins and ends', async () => {
      expect(await bench.subject.bounds()).toBeNull()
      for (const n of [1, 2, 3]) await bench.subject.append(event(n))
      expect(await bench.subject.bounds()).toEqual({ oldest: event(1).id, latest: event(3).id })
    })
  })
}
