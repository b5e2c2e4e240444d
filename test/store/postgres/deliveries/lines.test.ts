import { expect, test } from 'bun:test'
import type { ClaimedDelivery } from '../../../../src/store/deliveries'
import type { EventLogDriver } from '../../../../src/store/driver/drivers'
import type { Query } from '../../../../src/store/postgres/connection/database'
import { dispatch } from '../../../../src/store/postgres/deliveries/dispatch'
import { settleDelivery } from '../../../../src/store/postgres/deliveries/settle'
import { describeWithTool } from '../../../optional-tool'
import { mayStandStill } from '../../../postgres/patience'
import { findPostgres } from '../../../postgres/server'
import { createSeries } from '../../../scene'
import { startMs } from '../../conformance/bench'
import {
  a,
  again,
  attempt,
  b,
  claimDue,
  dispatchTo,
  done,
  end,
  ready,
} from '../../conformance/dispatched'
import { event } from '../../conformance/records'
import { useLogBench } from '../events/log-bench'

const now = startMs + 1000
const rounds = Bun.env.SUITED_LONG_TESTS === '1' ? 400 : 8
const corps = ['wp1', 'wp2', 'wp3', 'wp4', 'wp5']

describeWithTool('PostgreSQL', findPostgres, 'the lines of ordered deliveries', () => {
  const bench = useLogBench()

  /** Lines with something pending, and how many heads each has. */
  const headless = async () =>
    bench.database.query<{ endpoint: string; corpid: string; heads: number }>(`
      SELECT endpoint, corpid, (count(*) FILTER (WHERE NOT waits))::int AS heads FROM deliveries
      WHERE status = 'pending' AND ordered GROUP BY endpoint, corpid
      HAVING count(*) FILTER (WHERE NOT waits) <> 1`)

  const settle = (
    log: EventLogDriver,
    { event: { id }, endpoint, claim }: ClaimedDelivery,
    outcome: Parameters<EventLogDriver['settleDelivery']>[0]['outcome'],
  ) =>
    log.settleDelivery({
      id,
      endpoint,
      claim,
      outcome,
      attempt: attempt({ endpoint, at: now }),
      endpointTook: true,
    })

  test('each has one head, whatever several replicas do to it at once, and all come to an end', async () => {
    const logs = [(await bench.open()).log, (await bench.open()).log, (await bench.open()).log]
    const random = createSeries(7)
    const roll = (sides: number) => Math.floor(random() * sides)
    const failures: unknown[] = []
    let last = 0

    const deliver = async (log: EventLogDriver) => {
      for (const endpoint of [a, b]) {
        for (const claimed of await claimDue(log, now, { endpoint, limit: 4 })) {
          const outcome = ([done, { status: 'unwanted' }, again(now), done] as const)[roll(4)]!
          await settle(log, claimed, outcome)
        }
      }
    }
    const add = async (log: EventLogDriver) => {
      const numbers = Array.from({ length: 1 + roll(5) }, () => ++last)
      for (const n of numbers) {
        await log.append(ready(n, { corpid: corps[roll(corps.length)]!, suiteId: `ww${roll(2)}` }))
      }
      const endpoints = [a, b].map((name) => ({ name, ordered: roll(8) > 0, dueAt: startMs }))
      const outgoing = numbers.map((n) => ({ id: event(n).id, body: 'sent', endpoints }))
      await log.dispatch(outgoing, startMs + last)
    }
    const disturb = async (log: EventLogDriver) => {
      const id = event(1 + roll(last + 1)).id
      const acts = [
        () => log.retry(id, now),
        () => log.setOrdered(a, roll(2) === 0),
        () => log.setOrdered(b, true),
        () => log.dropDeliveries(a, startMs + roll(last + 1), 'held too long'),
        () => log.makeDeliveriesDue(b, now),
        () => log.eraseCorp(`ww${roll(2)}`, corps[roll(corps.length)]!, startMs + roll(last + 1)),
        () => log.claimDelivery(id, b, now, 0),
        () => log.setEndpointStatus(a, roll(2) === 0 ? 'paused' : 'on', 'why', now),
      ]
      await acts[roll(acts.length)]!()
    }
    const act = async (log: EventLogDriver, work: (log: EventLogDriver) => Promise<void>) => {
      for (let n = 0; n < rounds; n++) {
        await work(log).catch((error) => failures.push(error))
      }
    }
    await Promise.all([
      act(logs[0]!, add),
      act(logs[1]!, add),
      ...logs.map((log) => act(log, deliver)),
      act(logs[2]!, disturb),
    ])
    expect(failures).toEqual([])
    expect(await headless()).toEqual([])

    await Promise.all([a, b].map((endpoint) => logs[0]!.setOrdered(endpoint, true)))
    expect(await headless()).toEqual([])
    const later = now + 3_600_000
    for (let taken = 1; taken > 0; ) {
      const claims = [a, b].map((endpoint) => claimDue(logs[0]!, later, { endpoint, limit: 50 }))
      const claimed = (await Promise.all(claims)).flat()
      const lines = claimed.map(({ endpoint, event: { corpid } }) => `${endpoint} ${corpid}`)
      expect(new Set(lines).size).toBe(lines.length)
      for (const delivery of claimed) await settle(logs[1]!, delivery, done)
      taken = claimed.length
    }
    const counts = await logs[0]!.countDeliveries()
    expect(counts.map(({ pending }) => pending).filter((pending) => pending > 0)).toEqual([])
  })

  const waitsForALock = async (): Promise<boolean> => {
    const rows = await bench.database.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return rows.length > 0
  }

  /** Lets `second` run within a transaction of `first`, until it has ended or waits for that. */
  const meet = async (
    first: (query: Query) => Promise<unknown>,
    second: () => Promise<unknown>,
  ) => {
    let ended: Promise<unknown> = Promise.resolve()
    await bench.database.transaction(async (query) => {
      await mayStandStill(query)
      await first(query)
      let isOver = false
      ended = second().finally(() => {
        isOver = true
      })
      while (!isOver && !(await waitsForALock())) await Bun.sleep(1)
    })
    await ended
  }

  const prepare = async () => {
    const { log, owner } = await bench.open()
    for (const n of [1, 2]) await log.append(ready(n))
    await dispatchTo(log, 1, { ordered: true })
    const [first] = await claimDue(log, now)
    const ends = { id: event(1).id, endpoint: a, claim: 1, outcome: done, endpointTook: true }
    return { log, owner, first: first!, ends: { ...ends, attempt: attempt() } }
  }
  const outgoing = [
    { id: event(2).id, body: '', endpoints: [{ name: a, ordered: true, dueAt: startMs }] },
  ]

  test('move up to one that comes in while the head ends', async () => {
    const { log, first } = await prepare()
    await meet(
      (query) => dispatch(query, outgoing, startMs),
      () => settle(log, first, done),
    )
    expect(await headless()).toEqual([])
    expect(await claimDue(log, now)).toMatchObject([{ event: { id: event(2).id } }])
  })

  test('give their head to who asks for it, though another one comes in behind it', async () => {
    const { log } = await bench.open()
    for (const n of [1, 2]) await log.append(ready(n))
    await dispatchTo(log, 1, { ordered: true })
    let claimed: ClaimedDelivery | null = null
    await meet(
      (query) => dispatch(query, outgoing, startMs),
      async () => {
        claimed = await log.claimDelivery(event(1).id, a, now, 1000)
      },
    )
    expect(claimed).toMatchObject({ claim: 1, event: { id: event(1).id } })
    expect(await headless()).toEqual([])
  })

  test('are joined at their head where the last one has just ended', async () => {
    const { log, owner, ends } = await prepare()
    await meet(
      (query) => settleDelivery(query, ends, { owner, now }),
      () => log.dispatch(outgoing, startMs),
    )
    expect(await headless()).toEqual([])
    expect(await claimDue(log, now)).toMatchObject([{ event: { id: event(2).id } }])
  })

  test('get one head where two replicas begin the same one', async () => {
    const { log, owner, ends } = await prepare()
    await bench.database.transaction((query) => settleDelivery(query, ends, { owner, now }))
    await log.append(ready(3))
    const third = [{ ...outgoing[0]!, id: event(3).id }]
    await meet(
      (query) => dispatch(query, third, startMs),
      () => log.dispatch(outgoing, startMs),
    )
    expect(await headless()).toEqual([])
    expect(await claimDue(log, now)).toMatchObject([{ event: { id: event(3).id } }])
    await end(log, 3, done)
    expect(await claimDue(log, now)).toMatchObject([{ event: { id: event(2).id } }])
  })

  test('more than one step may take are put in line, the oldest first, and out of it', async () => {
    const { log } = await bench.open()
    const many = 1100
    const all = Array.from({ length: many }, (_, at) => at + 1)
    await Promise.all(all.map((n) => log.append(ready(n, { corpid: corps[n % corps.length]! }))))
    const outgoing = all.map((n) => ({
      id: event(n).id,
      body: '',
      endpoints: [{ name: a, ordered: false, dueAt: startMs }],
    }))
    await log.dispatch(outgoing, startMs)
    // Dispatched by a replica that knew of the new order before the others were put in line.
    await log.append(ready(many + 1, { corpid: corps[1]! }))
    await dispatchTo(log, many + 1, { ordered: true })
    await log.setOrdered(a, true)
    expect(await headless()).toEqual([])
    const numbers = (await claimDue(log, now, { limit: 99 })).map(({ event: { id } }) => id)
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => event(n).id))
    await log.setOrdered(a, false)
    expect(await claimDue(log, now, { limit: 2000 })).toHaveLength(many + 1 - 5)
  })
})
