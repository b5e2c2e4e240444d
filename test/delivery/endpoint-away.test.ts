import { afterEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import type { EventLogDriver } from '../../src/store/driver/drivers'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import { createRecordingLog } from '../store/recording-log'
import { createTemporaryFolder } from '../store/temporary-folder'
import { createDeliveryBench, startMs } from './delivery-bench'
import { type Answer, createReceivers, type Receivers, receiverOf } from './receivers'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const events = long ? 10_000 : 400
const companies = 20
const backAt = startMs + dayMs

let clear: () => Promise<void> = async () => undefined
afterEach(() => clear())

const openLog = async (): Promise<EventLogDriver> => {
  const folder = await createTemporaryFolder()
  const path = join(folder.path, 'events.db')
  const log = openSqliteEventLog({ path, log: createRecordingLog(), factRule })
  clear = async () => {
    await log.close()
    await folder.remove()
  }
  return log
}

/** All the ways of being away, by turns. */
const away = (tries: number): Answer => (['refused', 503, 'silent'] as const)[tries % 3]!

const numberOf = ({ id }: { id: string }) => Number(id.slice('event-'.length))

describe('three endpoints of which one is down for a day', () => {
  /** `ledger` takes each company in order, `search` in any, `archive` in order once it is back. */
  const play = async (): Promise<Receivers> => {
    let triesAway = 0
    const receivers = createReceivers(({ endpoint, id, at, nth }) => {
      if (endpoint === 'archive') return at < backAt ? away(triesAway++) : 200
      return nth === 1 && numberOf({ id }) % 41 === 0 ? 500 : 200
    })
    const bench = createDeliveryBench({
      endpoints: [
        receiverOf('ledger', { order: 'corp' }),
        receiverOf('search', { concurrency: 16 }),
        receiverOf('archive', { order: 'corp', concurrency: 16 }),
      ],
      driver: await openLog(),
      sender: receivers.sender,
    })
    // Every probe of the day, or of each hour the last one.
    const pass = long ? bench.clock.advance : bench.clock.leap
    await bench.start()
    const eachHour = Math.ceil(events / 24)
    for (let hour = 0, n = 1; hour < 24; hour++) {
      for (const end = Math.min(n + eachHour, events + 1); n < end; ) {
        const burst = Array.from({ length: Math.min(25, end - n) }, () => n++)
        await Promise.all(burst.map((n) => bench.append(n, { corpid: `wpCorp${n % companies}` })))
        await bench.clock.advance(300)
      }
      await bench.clock.advance(2 * secondMs)
      await pass(startMs + (hour + 1) * hourMs - bench.clock.now())
    }
    await bench.clock.advance(3 * minuteMs)
    await bench.stop()
    return receivers
  }

  test('each gets every event once, verified, in order where that is asked for, the bytes the same', async () => {
    const { tries, unverified } = await play()
    expect(unverified).toEqual([])
    const bodies = Map.groupBy(tries, ({ id }) => id).values()
    expect([...bodies].filter((all) => new Set(all.map(({ body }) => body)).size > 1)).toEqual([])
    const every = Array.from({ length: events }, (_, i) => i + 1)
    for (const name of ['ledger', 'search', 'archive']) {
      const taken = tries
        .filter(
          ({ endpoint, isTaken, id }) => endpoint === name && isTaken && id.startsWith('event-'),
        )
        .map(numberOf)
      expect(taken.toSorted((a, b) => a - b)).toEqual(every)
      if (name === 'search') continue
      for (let company = 0; company < companies; company++) {
        const own = taken.filter((n) => n % companies === company)
        expect(own).toEqual(own.toSorted((a, b) => a - b))
      }
    }
    const inVain = tries.filter(({ endpoint, at }) => endpoint === 'archive' && at < backAt)
    const repeated = tries.filter(({ isTaken, endpoint }) => !isTaken && endpoint !== 'archive')
    expect(inVain.length).toBeGreaterThan(24)
    expect(repeated.length).toBe(2 * Math.floor(events / 41))
    process.stdout.write(
      `a day down: ${events} events, ${tries.length} deliveries verified, ${inVain.length} of them in vain\n`,
    )
  }, 120_000)
})

describe('a new customer, whose welcome code lives for seconds', () => {
  const newCustomer = {
    type: 'change_external_contact',
    body: '<xml><InfoType>change_external_contact</InfoType><ChangeType>add_external_contact</ChangeType><WelcomeCode>code</WelcomeCode></xml>',
  }

  test('is told of within a second, whatever waits for an endpoint that is away or is back again', async () => {
    let isAway = true
    let triesAway = 0
    const receivers = createReceivers(({ endpoint }) =>
      endpoint === 'archive' && isAway ? away(triesAway++) : 200,
    )
    const bench = createDeliveryBench({
      endpoints: [receiverOf('search'), receiverOf('archive')],
      driver: await openLog(),
      sender: receivers.sender,
    })
    const waiting = async () =>
      (await bench.deliveries.countDeliveries()).find(({ endpoint }) => endpoint === 'archive')
        ?.pending ?? 0
    /** How long it takes to each of these; not there: it didn't come within a second. */
    const tellOf = async (n: number) => {
      const from = bench.clock.now()
      await bench.append(n, newCustomer)
      await bench.clock.advance(secondMs)
      const id = `event-${n}`
      return receivers.tries
        .filter((one) => one.isTaken && one.id === id && one.at - from < secondMs)
        .map(({ endpoint }) => endpoint)
        .toSorted()
    }

    await bench.start()
    for (let n = 1; n <= events; ) {
      await Promise.all(Array.from({ length: 25 }, () => bench.append(n++)))
      await bench.clock.advance(300)
    }
    await bench.clock.advance(minuteMs)
    expect(await waiting()).toBe(events)
    expect(await tellOf(90_001)).toEqual(['search'])

    isAway = false
    while ((await bench.stateOf('archive'))?.failures !== 0) await bench.clock.advance(secondMs)
    let n = 90_001
    for (; (await waiting()) > events / 10; await bench.clock.advance(secondMs)) {
      expect(await tellOf(++n)).toEqual(['archive', 'search'])
    }
    expect(n).toBeGreaterThan(90_003)
    await bench.stop()
  }, 120_000)
})
