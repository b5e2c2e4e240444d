import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/clock'
import { createDeliveryBench, endpointOf, startMs } from './delivery-bench'

describe('an event', () => {
  test('goes to every endpoint that wants it, as the same text, at once', async () => {
    const endpoints = [endpointOf(), endpointOf({ name: 'bi' })]
    const bench = createDeliveryBench({ endpoints })
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(0)
    expect(bench.arrived.map(({ endpoint }) => endpoint).toSorted()).toEqual(['bi', 'crm'])
    expect(new Set(bench.arrived.map(({ body }) => body)).size).toBe(1)
    expect(JSON.parse(bench.arrived[0]!.body)).toEqual({
      id: 'event-00001',
      type: 'text',
      timestamp: new Date(startMs).toISOString(),
      suiteId: 'wwsuite',
      corpid: 'wpCorpA',
      source: 'data',
      receivedAt: startMs,
      payload: { MsgType: 'text', Content: '第 1 条' },
    })
    await bench.stop()
  })

  test('is sent when our own work on it has ended, with the company it turned out to be of', async () => {
    const bench = createDeliveryBench({ endpoints: [endpointOf({ corps: ['wpFound'] })] })
    await bench.start()
    await bench.append(1, { status: 'pending', corpid: null, type: 'create_auth' })
    await bench.clock.advance(minuteMs)
    expect(bench.arrived).toEqual([])
    await bench.eventLog.settle('event-00001', null, { status: 'done', corpid: 'wpFound' })
    await bench.clock.advance(0)
    expect(JSON.parse(bench.arrived[0]!.body).corpid).toBe('wpFound')
    await bench.stop()
  })

  test('that came while the process was down is sent when it is back', async () => {
    const bench = createDeliveryBench({})
    await bench.start()
    await bench.stop()
    await bench.append(1)
    await bench.restart()
    expect(bench.idsAt()).toEqual([1])
    await bench.stop()
  })
})

describe('an event that an endpoint refuses while it takes others', () => {
  const only =
    (n: number) =>
    ({ id }: { id: string }) =>
      id.endsWith(String(n)) ? 500 : 200

  /** Keeps the endpoint well: another event each half second around every try. */
  const takeOthers = async (bench: ReturnType<typeof createDeliveryBench>, n: number) => {
    await bench.append(n)
    await bench.clock.advance(0)
  }

  test('is tried again by the schedule and dies after the last step, with all attempts kept', async () => {
    const bench = createDeliveryBench({ says: only(9) })
    await bench.start()
    await bench.append(9)
    await bench.clock.advance(0)
    const waits = [1, 5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    for (const [i, seconds] of waits.entries()) {
      await takeOthers(bench, 1000 + i)
      expect(bench.idsAt().filter((id) => id === 9)).toHaveLength(i + 1)
      await bench.clock.leap(seconds * secondMs)
      await bench.clock.advance(0)
    }
    expect(bench.idsAt().filter((id) => id === 9)).toHaveLength(12)
    expect(await bench.deliveriesOf(9)).toMatchObject([
      { status: 'dead', attempts: 12, lastError: 'status 500' },
    ])
    const { items } = await bench.deliveries.listAttempts('event-00009', { limit: 50 })
    expect(items).toHaveLength(12)
    await bench.stop()
  })

  test('waits as long as Retry-After says, within the step and twice the step', async () => {
    for (const [asked, waitMs] of [
      [0, 1000],
      [1.5, 1500],
      [1e9, 2000],
      [null, 1000],
    ] as const) {
      const bench = createDeliveryBench({
        says: (_, nth) => (nth === 1 ? { status: 503, retryAfterSeconds: asked } : 200),
      })
      await bench.start()
      await bench.append(1)
      await bench.clock.advance(waitMs - 1)
      expect(bench.arrived).toHaveLength(1)
      await bench.clock.advance(1)
      expect(bench.arrived).toHaveLength(2)
      await bench.stop()
    }
  })

  test('and wants no more is dead at once, and counts as taken', async () => {
    const bench = createDeliveryBench({ says: () => ({ status: 422, verdict: 'aborted' }) })
    await bench.start()
    for (let n = 1; n <= 8; n++) await bench.append(n)
    await bench.clock.advance(hourMs)
    expect(bench.arrived).toHaveLength(8)
    expect(await bench.deliveriesOf(1)).toMatchObject([{ status: 'dead' }])
    expect(await bench.stateOf()).toMatchObject({ failures: 0 })
    await bench.stop()
  })

  test('holds up its own company alone where order is asked for', async () => {
    const bench = createDeliveryBench({
      endpoints: [endpointOf({ order: 'corp' })],
      says: ({ id }, nth) => (id.endsWith('1') && nth === 1 ? 500 : 200),
    })
    await bench.start()
    for (const n of [1, 2, 3]) await bench.append(n)
    await bench.append(4, { corpid: 'wpCorpB' })
    await bench.clock.advance(0)
    expect(bench.idsAt()).toEqual([1, 4])
    await bench.clock.advance(secondMs)
    expect(bench.idsAt()).toEqual([1, 4, 1, 2, 3])
    await bench.stop()
  })
})

describe('an endpoint that takes nothing', () => {
  const downUntil = (at: number) => (attempt: { at: number; endpoint: string }) =>
    attempt.endpoint === 'crm' && attempt.at < at ? 503 : 200

  test('costs probes, and no event dies of it, however long', async () => {
    const bench = createDeliveryBench({ says: downUntil(startMs + 3 * dayMs) })
    await bench.start()
    for (let n = 1; n <= 50; n++) await bench.append(n)
    await bench.clock.advance(minuteMs)
    const inTheFirstMinute = bench.arrived.length
    expect(inTheFirstMinute).toBeLessThan(15)
    await bench.clock.advance(10 * minuteMs)
    expect(bench.arrived.length - inTheFirstMinute).toBeLessThan(14)
    await bench.clock.leap(3 * dayMs)
    await bench.clock.advance(2 * minuteMs)
    const ended = await Promise.all(Array.from({ length: 50 }, (_, i) => bench.deliveriesOf(i + 1)))
    expect(ended.every((one) => one?.[0]?.status === 'done')).toBe(true)
    await bench.stop()
  })

  test('gets what was held in order, once each, at a bounded rate', async () => {
    const bench = createDeliveryBench({
      endpoints: [endpointOf({ order: 'corp', concurrency: 16 })],
      says: downUntil(startMs + minuteMs),
    })
    await bench.start()
    for (let n = 1; n <= 150; n++) await bench.append(n, { corpid: `wp${n % 20}` })
    await bench.clock.advance(2 * minuteMs)
    const taken = bench.arrived.filter(({ at }) => at >= startMs + minuteMs)
    expect(new Set(taken.map(({ id }) => id)).size).toBe(150)
    expect(taken).toHaveLength(150)
    const first = taken[0]!.at
    expect(taken.filter(({ at }) => at < first + secondMs).length).toBeLessThan(70)
    for (let corp = 0; corp < 20; corp++) {
      const own = bench.arrived
        .filter(({ at }) => at >= startMs + minuteMs)
        .map(({ id }) => Number(id.slice(-5)))
        .filter((n) => n % 20 === corp)
      expect(own).toEqual(own.toSorted((a, b) => a - b))
    }
    await bench.stop()
  })

  test('back again takes fresh events before its backlog', async () => {
    const bench = createDeliveryBench({ says: downUntil(startMs + minuteMs) })
    await bench.start()
    for (let n = 1; n <= 500; n++) await bench.append(n)
    await bench.clock.advance(minuteMs + 30 * secondMs - 29 * secondMs)
    for (let tries = 0; (await bench.stateOf())?.failures !== 0 && tries < 200; tries++) {
      await bench.clock.advance(secondMs)
    }
    expect((await bench.stateOf())?.failures).toBe(0)
    await bench.append(9999)
    const before = bench.clock.now()
    await bench.clock.advance(100)
    const fresh = bench.arrived.find(({ id }) => id === 'event-09999')
    expect(fresh!.at - before).toBeLessThanOrEqual(100)
    expect(new Set(bench.idsAt()).size).toBeLessThan(500)
    await bench.stop()
  })

  test('harms no other endpoint', async () => {
    const bench = createDeliveryBench({
      endpoints: [endpointOf(), endpointOf({ name: 'bi' })],
      says: ({ endpoint }) => (endpoint === 'crm' ? { status: 503, tookMs: 15 * secondMs } : 200),
    })
    await bench.start()
    for (let n = 1; n <= 20; n++) await bench.append(n)
    await bench.clock.advance(10)
    expect(new Set(bench.idsAt('bi')).size).toBe(20)
    await bench.stop()
  })

  test('is spoken of once when it is down for minutes and once when it is back, never to itself', async () => {
    const bench = createDeliveryBench({
      endpoints: [endpointOf(), endpointOf({ name: 'bi' })],
      says: downUntil(startMs + hourMs),
    })
    await bench.start()
    for (let n = 1; n <= 10; n++) await bench.append(n)
    await bench.clock.advance(hourMs + 5 * minuteMs)
    expect((await bench.ownEvents()).map(({ type, endpoint }) => [type, endpoint])).toEqual([
      ['suited.endpoint_recovered', 'crm'],
      ['suited.endpoint_failing', 'crm'],
    ])
    const about = bench.arrived.filter(({ body }) => body.includes('suited.endpoint_'))
    expect(about.map(({ endpoint }) => endpoint)).toEqual(['bi', 'bi'])
    await bench.stop()
  })

  test('is switched off after five days of nothing but failures, keeps its events, and is spoken of', async () => {
    const bench = createDeliveryBench({ says: () => 503 })
    await bench.start()
    for (let n = 1; n <= 6; n++) await bench.append(n)
    await bench.clock.advance(minuteMs)
    await bench.clock.leap(5 * dayMs - 2 * minuteMs)
    await bench.clock.advance(0)
    expect(await bench.stateOf()).toMatchObject({ status: 'on' })
    await bench.clock.advance(3 * minuteMs)
    expect(await bench.stateOf()).toMatchObject({ status: 'off' })
    const tried = bench.arrived.length
    await bench.clock.advance(hourMs)
    expect(bench.arrived).toHaveLength(tried)
    expect(await bench.deliveriesOf(1)).toMatchObject([{ status: 'pending' }])
    expect((await bench.ownEvents()).map(({ type }) => type)).toContain('suited.endpoint_off')
    await bench.stop()
  })

  test('that answers 410 is off at once, and the event stays for the day it is resumed', async () => {
    let isGone = true
    const bench = createDeliveryBench({ says: () => (isGone ? 410 : 200) })
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(0)
    expect(await bench.stateOf()).toMatchObject({ status: 'off', reason: 'it answered 410 Gone' })
    await bench.append(2)
    await bench.clock.leap(dayMs / 4)
    expect(bench.arrived).toHaveLength(1)
    isGone = false
    await bench.deliveries.setEndpointStatus('crm', 'on', null, bench.clock.now())
    await bench.deliveries.makeDeliveriesDue('crm', bench.clock.now())
    bench.delivery.lookAgain()
    await bench.clock.advance(secondMs)
    expect(bench.idsAt().toSorted()).toEqual([1, 1, 2])
    await bench.stop()
  })

  test('that is paused gets nothing, and all of it in order when it is resumed', async () => {
    const bench = createDeliveryBench({ endpoints: [endpointOf({ order: 'corp' })] })
    await bench.start()
    await bench.deliveries.setEndpointStatus('crm', 'paused', 'a holiday', bench.clock.now())
    bench.delivery.lookAgain()
    for (let n = 1; n <= 30; n++) await bench.append(n)
    await bench.clock.advance(hourMs)
    expect(bench.arrived).toEqual([])
    await bench.deliveries.setEndpointStatus('crm', 'on', null, bench.clock.now())
    bench.delivery.lookAgain()
    await bench.clock.advance(10 * secondMs)
    expect(bench.idsAt()).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    await bench.stop()
  })
})

describe('a restart', () => {
  test('goes on with the schedule where it was, also with what became due meanwhile', async () => {
    const bench = createDeliveryBench({ says: (_, nth) => (nth < 3 ? 500 : 200) })
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(500)
    await bench.stop()
    await bench.clock.leap(hourMs)
    await bench.restart()
    expect(bench.arrived).toHaveLength(2)
    await bench.clock.advance(5 * secondMs)
    expect(await bench.deliveriesOf(1)).toMatchObject([{ status: 'done', attempts: 3 }])
    await bench.stop()
  })
})

describe('limits of an endpoint', () => {
  test('no more are under way at one time than it bears', async () => {
    const bench = createDeliveryBench({
      endpoints: [endpointOf({ concurrency: 3 })],
      says: () => ({ tookMs: secondMs }),
    })
    await bench.start()
    for (let n = 1; n <= 12; n++) await bench.append(n)
    await bench.clock.advance(10)
    expect(bench.arrived).toHaveLength(3)
    await bench.clock.advance(secondMs)
    expect(bench.arrived).toHaveLength(6)
    await bench.stop()
  })

  test('no more begin in a second than it wants', async () => {
    const bench = createDeliveryBench({ endpoints: [endpointOf({ maxPerSecond: 10 })] })
    await bench.start()
    for (let n = 1; n <= 50; n++) await bench.append(n)
    await bench.clock.advance(secondMs)
    expect(bench.arrived.length).toBeGreaterThanOrEqual(9)
    expect(bench.arrived.length).toBeLessThanOrEqual(12)
    await bench.clock.advance(5 * secondMs)
    expect(new Set(bench.idsAt()).size).toBe(50)
    await bench.stop()
  })

  test('what it doesn’t want any more is not sent', async () => {
    const endpoint = { ...endpointOf(), types: ['text'] as string[] | null }
    const bench = createDeliveryBench({ endpoints: [endpoint] })
    await bench.start()
    await bench.deliveries.setEndpointStatus('crm', 'paused', 'x', bench.clock.now())
    bench.delivery.lookAgain()
    await bench.append(1)
    await bench.clock.advance(secondMs)
    endpoint.types = ['image']
    await bench.deliveries.setEndpointStatus('crm', 'on', null, bench.clock.now())
    bench.delivery.lookAgain()
    await bench.clock.advance(secondMs)
    expect(bench.arrived).toEqual([])
    expect(await bench.deliveriesOf(1)).toEqual([])
    await bench.stop()
  })
})

describe('a replay', () => {
  const query = { since: null, until: null, type: null, corpid: null, all: false }

  test('sends what the endpoint missed, events of before it was made included, and ends', async () => {
    const bench = createDeliveryBench({})
    for (let n = 1; n <= 450; n++)
      await bench.eventLog.append({
        id: `event-${String(n).padStart(5, '0')}`,
        identity: `i${n}`,
        suiteId: 'wwsuite',
        corpid: 'wpCorpA',
        source: 'data',
        type: n % 2 ? 'text' : 'image',
        receivedAt: startMs + n,
        body: '<xml><MsgType>text</MsgType></xml>',
        status: 'done',
        lastError: null,
        dispatchAt: Number.MAX_SAFE_INTEGER,
      })
    await bench.start()
    await bench.deliveries.startReplay({
      id: 'r1',
      endpoint: 'crm',
      query: { ...query, type: 'text', since: startMs + 11, until: startMs + 420 },
      startedAt: bench.clock.now(),
    })
    bench.delivery.lookAgain()
    await bench.clock.advance(20 * secondMs)
    expect(await bench.deliveries.getReplay('r1')).toMatchObject({
      status: 'done',
      total: 205,
      sent: 205,
    })
    expect(new Set(bench.idsAt()).size).toBe(205)
    await bench.stop()
  })

  test('goes on after a restart, and sends once what a retry asks for besides', async () => {
    const bench = createDeliveryBench({})
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(secondMs)
    await bench.deliveries.setEndpointStatus('crm', 'paused', 'x', bench.clock.now())
    bench.delivery.lookAgain()
    await bench.deliveries.startReplay({
      id: 'r1',
      endpoint: 'crm',
      query: { ...query, all: true },
      startedAt: bench.clock.now(),
    })
    await bench.restart()
    await bench.clock.advance(secondMs)
    expect(await bench.deliveries.getReplay('r1')).toMatchObject({ status: 'running', total: 1 })
    await bench.eventLog.retry('event-00001', bench.clock.now())
    await bench.deliveries.setEndpointStatus('crm', 'on', null, bench.clock.now())
    bench.delivery.lookAgain()
    await bench.clock.advance(2 * secondMs)
    expect(bench.idsAt()).toEqual([1, 1])
    expect(await bench.deliveries.getReplay('r1')).toMatchObject({ status: 'done', sent: 1 })
    await bench.stop()
  })
})
