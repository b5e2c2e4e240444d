import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/clock'
import { failingAfter } from '../../src/store/deliveries'
import { createDeliveryBench, endpointOf, startMs } from './delivery-bench'

describe('an endpoint that takes nothing, and is mended and resumed', () => {
  test('gets at once what was held, however long the next probe would have been away', async () => {
    let isDown = true
    const bench = createDeliveryBench({ says: () => (isDown ? 503 : 200) })
    await bench.start()
    for (let n = 1; n <= 3; n++) await bench.append(n)
    await bench.clock.advance(10 * minuteMs)
    isDown = false
    const now = bench.clock.now()
    const before = bench.arrived.length
    await bench.deliveries.setEndpointStatus('crm', 'on', null, now)
    await bench.deliveries.makeDeliveriesDue('crm', now)
    bench.delivery.lookAgain()
    await bench.clock.advance(secondMs)
    expect(bench.idsAt().slice(before).toSorted()).toEqual([1, 2, 3])
    await bench.stop()
  })

  test('is probed although its last failure lies ahead of a clock that was set back', async () => {
    const bench = createDeliveryBench({})
    const at = startMs + hourMs
    for (let failures = 0; failures < failingAfter; failures++) {
      await bench.deliveries.settleDelivery({
        id: 'event-of-before',
        endpoint: 'crm',
        claim: 0,
        outcome: { status: 'dead', lastError: 'x' },
        attempt: {
          endpoint: 'crm',
          at,
          address: null,
          status: 500,
          error: 'status 500',
          durationMs: 1,
          answer: '',
        },
        endpointTook: false,
      })
    }
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(2 * secondMs)
    expect(bench.idsAt()).toEqual([1])
    await bench.stop()
  })
})

describe('an endpoint of the settings', () => {
  test('that asks for order from now on gets what waits in order too', async () => {
    const endpoints = [endpointOf()]
    const bench = createDeliveryBench({ endpoints, says: (_, nth) => (nth === 1 ? 500 : 200) })
    await bench.deliveries.setEndpointStatus('crm', 'paused', 'x', bench.clock.now())
    await bench.start()
    for (const n of [1, 2, 3]) await bench.append(n)
    await bench.clock.advance(minuteMs)
    endpoints[0] = endpointOf({ order: 'corp' })
    await bench.clock.advance(3 * secondMs)
    await bench.deliveries.setEndpointStatus('crm', 'on', null, bench.clock.now())
    await bench.restart()
    await bench.clock.advance(minuteMs)
    expect(bench.idsAt()).toEqual([1, 1, 2, 2, 3, 3])
    await bench.stop()
  })

  test('that is gone from them is warned of, and what waits is given up when its time is over', async () => {
    const endpoints = [endpointOf()]
    const bench = createDeliveryBench({ endpoints, says: () => 503 })
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(minuteMs)
    endpoints.length = 0
    await bench.restart()
    await bench.clock.advance(minuteMs)
    expect((await bench.delivery.status()).warnings).toEqual([
      expect.stringContaining(
        '1 event waits for the endpoint crm, which is in the settings no more',
      ),
    ])
    await bench.delivery.purge()
    expect(await bench.deliveriesOf(1)).toMatchObject([{ status: 'pending' }])
    await bench.clock.leap(31 * dayMs)
    await bench.delivery.purge()
    expect(await bench.deliveriesOf(1)).toMatchObject([{ status: 'dead' }])
    expect((await bench.delivery.status()).warnings).toEqual([])
    await bench.stop()
  })

  test('that is gone from them can be removed with what waits', async () => {
    const endpoints = [endpointOf()]
    const bench = createDeliveryBench({ endpoints, says: () => 503 })
    await bench.start()
    await bench.append(1)
    await bench.clock.advance(minuteMs)
    const refused = await bench.delivery.admin.remove('crm').catch((error) => error.code)
    expect(refused).toBe('conflict')
    endpoints.length = 0
    await bench.restart()
    await bench.clock.advance(minuteMs)
    await bench.delivery.admin.remove('crm')
    expect(await bench.deliveriesOf(1)).toEqual([])
    expect(await bench.delivery.admin.remove('crm').catch((error) => error.code)).toBe('not_found')
    await bench.stop()
  })
})
