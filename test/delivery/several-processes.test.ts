import { describe, expect, test } from 'bun:test'
import { dayMs, minuteMs, secondMs } from '../../src/clock'
import type { Endpoint } from '../../src/delivery/endpoint'
import { failingAfter } from '../../src/store/deliveries'
import {
  type Arrived,
  createDeliveryBench,
  type DeliveryBench,
  endpointOf,
  type Said,
  startMs,
} from './delivery-bench'

type Given = Parameters<typeof createDeliveryBench>[0]

/** Two processes on one state, both of them started. */
const startBoth = async (given: Given) => {
  const one = createDeliveryBench(given)
  const other = createDeliveryBench({ ...(given.says && { says: given.says }), beside: one })
  await one.start()
  await other.start()
  const stop = async () => {
    await one.stop()
    await other.stop()
  }
  return { one, other, clock: one.clock, stop }
}

/** The most that began within any stretch of so many milliseconds. */
const mostWithin = (arrived: readonly Arrived[], ms: number): number =>
  Math.max(
    ...arrived.map(({ at }) => arrived.filter((one) => one.at >= at && one.at < at + ms).length),
  )

const once = (arrived: readonly Arrived[], events: number) => {
  const ids = arrived.map(({ id }) => id)
  expect(ids).toHaveLength(events)
  expect(new Set(ids).size).toBe(events)
}

describe('two processes that deliver from one state', () => {
  test('share the attempts that an endpoint bears at a time, whoever dispatched', async () => {
    const says = () => ({ tookMs: secondMs })
    const { one, other, clock, stop } = await startBoth({ says })
    for (let n = 1; n <= 40; n++) await one.append(n)
    await clock.advance(30 * secondMs)
    once(one.arrived, 40)
    expect(mostWithin(one.arrived, secondMs)).toBe(4)
    expect(one.delivered.length).toBeGreaterThan(10)
    expect(other.delivered.length).toBeGreaterThan(10)
    await stop()
  })

  test('keep together to what an endpoint bears in a second', async () => {
    const endpoints = [endpointOf({ maxPerSecond: 10, concurrency: 64 })]
    const { one, other, clock, stop } = await startBoth({ endpoints })
    for (let n = 1; n <= 100; n++) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(30 * secondMs)
    once(one.arrived, 100)
    // And one that each may begin with.
    expect(mostWithin(one.arrived, secondMs)).toBeLessThanOrEqual(12)
    await stop()
  })

  test('send what is ordered one at a time for each company', async () => {
    let underWay = 0
    let most = 0
    const endpoints = [endpointOf({ order: 'corp' })]
    const { one, other, clock, stop } = await startBoth({
      endpoints,
      says: () => {
        underWay += 1
        most = Math.max(most, underWay)
        void clock.sleep(300).then(() => {
          underWay -= 1
        })
        return { tookMs: 300 }
      },
    })
    for (let n = 1; n <= 20; n++) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(30 * secondMs)
    once(one.arrived, 20)
    expect(most).toBe(1)
    await stop()
  })

  test('both hold what is for an endpoint that was paused at one of them', async () => {
    const { one, other, clock, stop } = await startBoth({})
    await one.delivery.admin.pause('crm')
    await clock.advance(2 * secondMs)
    for (const n of [1, 2]) await (n === 1 ? one : other).append(n)
    await clock.advance(minuteMs)
    expect(one.arrived).toEqual([])
    await other.delivery.admin.resume('crm')
    await clock.advance(2 * secondMs)
    once(one.arrived, 2)
    await stop()
  })

  test('probe an endpoint that fails one event at a time, and tell of it once', async () => {
    const backAt = startMs + 20 * minuteMs
    const says = ({ at }: Arrived): Said => ({ status: at < backAt ? 503 : 200, tookMs: 100 })
    const { one, other, clock, stop } = await startBoth({ says })
    for (let n = 1; n <= 30; n++) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(10 * secondMs)
    const probed = () => one.arrived.filter(({ at }) => at > startMs + 10 * secondMs)
    await clock.advance(5 * minuteMs)
    expect((await one.stateOf())?.failures).toBeGreaterThan(failingAfter)
    expect(mostWithin(probed(), 900)).toBe(1)
    await clock.advance(backAt - clock.now() + 5 * minuteMs)
    const told = (await one.ownEvents()).map(({ type }) => type)
    expect(told).toEqual(['suited.endpoint_recovered', 'suited.endpoint_failing'])
    expect(await one.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test('tell once that an endpoint was switched off', async () => {
    const { one, other, clock, stop } = await startBoth({ says: () => 410 })
    for (const n of [1, 2, 3, 4]) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(5 * secondMs)
    const told = (await one.ownEvents()).map(({ type }) => type)
    expect(told).toEqual(['suited.endpoint_off'])
    await stop()
  })

  test('leave nothing for an endpoint that was removed where the other did not know it yet', async () => {
    const { one, other, clock, stop } = await startBoth({ endpoints: [] })
    const url = 'https://late.example.com/hook'
    await one.delivery.admin.create({ name: 'late', url } as never)
    await clock.advance(3 * secondMs)
    await other.delivery.follow()
    await one.delivery.admin.remove('late')
    await other.append(1)
    await clock.advance(secondMs / 2)
    await clock.advance(3 * secondMs)
    await other.delivery.follow()
    expect(await one.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test('one that can’t be sure of its claims sends nothing, and gives back what it took', async () => {
    const { one, other, clock, stop } = await startBoth({})
    one.beSure(false)
    for (let n = 1; n <= 10; n++) await one.append(n)
    await clock.advance(5 * secondMs)
    expect(one.delivered).toEqual([])
    once(other.delivered, 10)
    await stop()
  })
})

describe('two processes with other endpoints in their settings', () => {
  const crm = endpointOf()
  const hr = endpointOf({ name: 'hr', order: 'corp', types: ['text'] })

  const start = async (
    ofOne: readonly Endpoint[],
    ofOther: readonly Endpoint[],
    given: Given = {},
  ) => {
    const one = createDeliveryBench({ ...given, endpoints: [...ofOne] })
    const other = createDeliveryBench({ ...given, endpoints: [...ofOther], beside: one })
    await one.start()
    await other.start()
    const stop = async () => {
      await one.stop()
      await other.stop()
    }
    return { one, other, clock: one.clock, stop }
  }

  /** Which events each endpoint was sent, and each of them how often. */
  const sentTo = (bench: DeliveryBench, name: string) => bench.idsAt(name).toSorted((a, b) => a - b)
  const conflicts = async (work: Promise<unknown>) =>
    expect(await work.catch((error) => error.code)).toBe('conflict')

  test.each([
    ['one has what the other lacks', [crm, hr], [crm]],
    ['each lacks what the other has', [crm], [hr]],
    ['one has none', [crm, hr], []],
  ])('send every event to all of them where %s', async (_, ofOne, ofOther) => {
    const { one, other, clock, stop } = await start(ofOne, ofOther)
    for (let n = 1; n <= 20; n++) await (n % 2 === 0 ? one : other).append(n)
    await other.append(21, { type: 'image' })
    await clock.advance(10 * secondMs)
    const texts = Array.from({ length: 20 }, (_, n) => n + 1)
    expect(sentTo(one, 'crm')).toEqual([...texts, 21])
    // In order, and what its filter lets through, though the other one dispatched some of it.
    expect(one.idsAt('hr')).toEqual(texts)
    expect(await one.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test('send what the filter of either lets through, whoever dispatches, and that once', async () => {
    const texts = endpointOf({ types: ['text'] })
    const images = endpointOf({ types: ['image'] })
    const { one, other, clock, stop } = await start([texts], [images])
    for (let n = 1; n <= 20; n++) {
      await (n % 2 === 0 ? one : other).append(n, { type: n % 3 === 0 ? 'image' : 'text' })
    }
    await other.append(21, { type: 'voice' })
    await clock.advance(10 * secondMs)
    expect(sentTo(one, 'crm')).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(await one.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test.each([
    ['types', endpointOf({ types: ['image'] }), endpointOf({ types: ['image', 'text'] })],
    ['corps', endpointOf({ corps: ['wpCorpB'] }), endpointOf({ corps: ['wpCorpB', 'wpCorpA'] })],
  ])('send all that either wants, where %s of one name differ', async (_, narrow, wide) => {
    const { one, other, clock, stop } = await start([narrow], [wide])
    for (let n = 1; n <= 20; n++) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(10 * secondMs)
    once(one.arrived, 20)
    // Also what the one that wants less dispatches and sends itself.
    other.beSure(false)
    for (let n = 21; n <= 40; n++) await one.append(n)
    await clock.advance(5 * secondMs)
    once(one.arrived, 40)
    // And what it walks through for a replay.
    const query = { since: null, until: null, type: null, corpid: null, all: true }
    await one.delivery.admin.startReplay('crm', query)
    await clock.advance(15 * secondMs)
    expect(one.arrived).toHaveLength(80)
    await stop()
  })

  test('keep the order that only one of them says', async () => {
    const says = () => ({ tookMs: 300 })
    const ordered = endpointOf({ order: 'corp' })
    const { one, other, clock, stop } = await start([ordered], [crm], { says })
    await one.delivery.admin.pause('crm')
    for (let n = 1; n <= 20; n++) await (n % 2 === 0 ? one : other).append(n)
    await clock.advance(5 * secondMs)
    // It would lift the order of what waits, by its own settings.
    await other.restart()
    await one.delivery.admin.resume('crm')
    await clock.advance(20 * secondMs)
    expect(one.idsAt('crm')).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(mostWithin(one.arrived, 300)).toBe(1)
    await stop()
  })

  test('keep what another one wants that has told it to nobody yet', async () => {
    const narrow = endpointOf({ types: ['image'] })
    const { one, other, clock, stop } = await start([crm], [narrow])
    const { living } = one.shared
    const [wide = { endpoints: [] }] = living
    const asHeard = { endpoints: [narrow] }
    living.delete(wide)
    living.add(asHeard)
    await one.delivery.admin.pause('crm')
    for (let n = 1; n <= 20; n++) await one.append(n)
    await clock.advance(2 * secondMs)
    one.beSure(false)
    await other.delivery.admin.resume('crm')
    await clock.advance(3 * secondMs)
    expect(other.delivered).toEqual([])
    living.delete(asHeard)
    living.add(wide)
    await clock.advance(2 * secondMs)
    once(other.delivered, 20)
    one.beSure(true)
    // And what nobody wants any more is given up.
    await one.delivery.admin.pause('crm')
    await one.append(21)
    await clock.advance(15 * secondMs)
    await one.stop()
    await other.delivery.admin.resume('crm')
    await clock.advance(5 * secondMs)
    once(one.arrived, 20)
    expect(await other.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test('know by its key a suite that only another process has', async () => {
    const ofSuite = endpointOf({ suites: ['template'] })
    const { one, clock, stop } = await start([ofSuite], [ofSuite])
    await one.append(1, { suiteId: 'dktemplate' })
    await clock.advance(2 * secondMs)
    expect(one.idsAt('crm')).toEqual([])
    one.shared.suitesOfOthers.push({ key: 'template', suiteId: 'dktemplate' })
    await one.append(2, { suiteId: 'dktemplate' })
    await clock.advance(2 * secondMs)
    expect(one.idsAt('crm')).toEqual([2])
    await stop()
  })

  test('tell of it once in their logs, and again when there is another one', async () => {
    const { one, other, clock, stop } = await start([crm], [hr])
    await clock.advance(minuteMs)
    const lines = () =>
      [one, other].map((bench) => bench.lines.filter(({ level }) => level === 'warn'))
    expect(lines()).toMatchObject([[{ endpoints: ['hr'] }], [{ endpoints: ['crm'] }]])
    await other.stop()
    await clock.advance(secondMs)
    await other.restart()
    await clock.advance(minuteMs)
    expect(lines()[0]).toHaveLength(2)
    await stop()
  })

  test('leave it to the one that has an endpoint to pause, to make and to remove it', async () => {
    const { one, other, clock, stop } = await start([crm], [])
    await one.delivery.admin.pause('crm')
    for (const n of [1, 2]) await other.append(n)
    await clock.advance(5 * secondMs)
    const { admin } = other.delivery
    await conflicts(admin.resume('crm'))
    await conflicts(admin.remove('crm'))
    await conflicts(admin.create({ name: 'crm', url: 'https://other.example.com/' } as never))
    expect((await other.delivery.status()).warnings).toEqual([])
    await one.delivery.admin.resume('crm')
    await clock.advance(5 * secondMs)
    expect(sentTo(one, 'crm')).toEqual([1, 2])
    await stop()
  })

  test('keep what waits for an endpoint of the API that settings have, too', async () => {
    const { one, other, clock, stop } = await start([], [crm])
    await other.stop()
    const url = 'https://other.example.com/'
    await one.delivery.admin.create({ name: 'crm', url } as never)
    await other.restart()
    await other.delivery.admin.pause('crm')
    for (const n of [1, 2]) await one.append(n)
    await clock.advance(5 * secondMs)
    await conflicts(one.delivery.admin.remove('crm'))
    await conflicts(other.delivery.admin.remove('crm'))
    expect(await one.deliveries.countDeliveries()).toMatchObject([{ pending: 2 }])
    // Once the settings have lost it, it is removed like any other.
    await other.stop()
    await one.delivery.admin.remove('crm')
    expect(await one.deliveries.countDeliveries()).toEqual([])
    await stop()
  })

  test('go on with a replay to an endpoint that only the other one has', async () => {
    const { one, other, clock, stop } = await start([], [crm])
    await one.append(1)
    await clock.advance(5 * secondMs)
    const query = { since: null, until: null, type: null, corpid: null, all: true }
    const id = 'replay-1'
    await one.deliveries.startReplay({ id, endpoint: 'crm', query, startedAt: clock.now() })
    // The other one looks ten seconds later.
    one.delivery.lookAgain()
    await clock.advance(3 * secondMs)
    const replay = await other.delivery.admin.getReplay('crm', id)
    expect(replay).toMatchObject({ status: 'done', sent: 1 })
    expect(sentTo(other, 'crm')).toEqual([1, 1])
    await stop()
  })

  test('dispatch nothing while they can’t be sure what others have got meanwhile', async () => {
    const { one, other, clock, stop } = await start([crm], [])
    await other.stop()
    one.beSure(false)
    await one.append(1)
    await clock.advance(minuteMs)
    expect(await one.deliveriesOf(1)).toEqual([])
    one.beSure(true)
    await clock.advance(2 * secondMs)
    expect(one.idsAt('crm')).toEqual([1])
    await stop()
  })
})

describe('a replay where two processes are', () => {
  const start = async (given: Given = {}) => {
    const both = await startBoth(given)
    for (let n = 1; n <= 450; n++) {
      await both.one.append(n, { receivedAt: startMs - dayMs, dispatchAt: null })
    }
    return both
  }

  test('is gone on with by one of them at a time', async () => {
    const { one, other, clock, stop } = await start()
    let steps = 0
    const goOn = one.deliveries.continueReplay
    Object.assign(one.deliveries, {
      continueReplay: (step: Parameters<typeof goOn>[0]) => {
        steps += 1
        return goOn(step)
      },
    })
    await clock.advance(5 * secondMs)
    const query = { since: null, until: null, type: null, corpid: null, all: true }
    const { id } = await one.delivery.admin.startReplay('crm', query)
    other.delivery.lookAgain()
    await clock.advance(20 * secondMs)
    expect(steps).toBe(3)
    expect(await one.delivery.admin.getReplay('crm', id)).toMatchObject({
      status: 'done',
      total: 450,
      sent: 450,
    })
    await stop()
  })

  test('is taken over when the one that has it hangs', async () => {
    const { one, other, clock, stop } = await start()
    let hangs = true
    const goOn = one.deliveries.continueReplay
    Object.assign(one.deliveries, {
      continueReplay: (step: Parameters<typeof goOn>[0]) => {
        if (!hangs) return goOn(step)
        hangs = false
        return clock.sleep(5 * minuteMs)
      },
    })
    await clock.advance(5 * secondMs)
    const query = { since: null, until: null, type: null, corpid: null, all: true }
    const { id } = await other.delivery.admin.startReplay('crm', query)
    await clock.advance(2 * minuteMs)
    expect(await one.delivery.admin.getReplay('crm', id)).toMatchObject({ status: 'done' })
    await clock.advance(3 * minuteMs)
    await stop()
  })
})
