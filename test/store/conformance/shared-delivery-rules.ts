import { describe, expect, test } from 'bun:test'
import { type ClaimedDelivery, failingAfter } from '../../../src/store/deliveries'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Abilities, type OpenBackend, startMs, useBench } from './bench'
import {
  a,
  again,
  attempt,
  claimDue,
  dispatchTo,
  done,
  end,
  failed,
  leaseMs,
  ready,
  send,
  textOf,
} from './dispatched'
import { event } from './records'

const now = startMs + 1000

/** What several processes that deliver from one log may rely on. */
export const sharedDeliveryRules = (
  open: OpenBackend<EventLogDriver>,
  { twoHandles }: Abilities,
) => {
  if (!twoHandles) return

  describe('deliveries through two handles', () => {
    const bench = useBench(open)
    const both = async () => [bench.subject, await bench.another()] as const
    const settle = (log: EventLogDriver, { event: { id }, endpoint, claim }: ClaimedDelivery) =>
      log.settleDelivery({
        id,
        endpoint,
        claim,
        outcome: done,
        attempt: attempt({ endpoint }),
        endpointTook: true,
      })

    test('are claimed by one of both', async () => {
      const logs = await both()
      for (let n = 0; n < 20; n++) await send(logs[0], n)
      const claims = Array.from({ length: 8 }, (_, n) => claimDue(logs[n % 2]!, now, { limit: 5 }))
      const ids = (await Promise.all(claims)).flat().map(({ event: { id } }) => id)
      expect(ids).toHaveLength(20)
      expect(new Set(ids).size).toBe(20)
      const [one] = await claimDue(logs[1], now + leaseMs, { limit: 1 })
      expect(one?.claim).toBe(2)
    })

    test('are one for an endpoint, whoever dispatches', async () => {
      const logs = await both()
      const numbers = [1, 2, 3, 4, 5]
      for (const n of numbers) await logs[0].append(ready(n))
      const outgoing = numbers.map((n) => ({
        id: event(n).id,
        body: textOf(n),
        endpoints: [{ name: a, ordered: n % 2 === 0, dueAt: startMs }],
      }))
      await Promise.all([
        logs[0].dispatch(outgoing, startMs),
        logs[1].dispatch(outgoing.toReversed(), startMs),
        logs[1].dispatch(outgoing, startMs),
      ])
      expect(await logs[0].countDeliveries()).toMatchObject([{ pending: 5 }])
      expect(await logs[1].listUndispatched(now, 9)).toEqual([])
    })

    test('end under the last claim, whichever handle has it', async () => {
      const [one, other] = await both()
      await send(one, 1)
      await claimDue(one, now)
      await claimDue(other, now + leaseMs)
      expect((await end(one, 1, again(now), { claim: 1 })).result).toBe('superseded')
      expect((await end(other, 1, done, { claim: 2 })).result).toBe('settled')
      expect((await end(one, 1, done, { claim: 1 })).result).toBe('superseded')
    })

    test('of one company are never with both, and keep their order, while more come', async () => {
      const logs = await both()
      const corps = ['wp1', 'wp2', 'wp3']
      const each = 12
      const held = new Set<string>()
      const seen = new Map<string, number[]>(corps.map((name) => [name, []]))
      const all = corps.length * each
      let count = 0

      const dispatchAll = async (corp: string, place: number) => {
        for (let n = 0; n < each; n++) {
          const number = place * 100 + n
          await logs[n % 2]!.append(ready(number, { corpid: corp }))
          await dispatchTo(logs[n % 2]!, number, { ordered: true })
        }
      }
      const deliverFrom = async (log: EventLogDriver, other: EventLogDriver) => {
        while (count < all) {
          const claimed = await claimDue(log, now, { limit: 3 })
          const names = claimed.map(({ event: { corpid } }) => corpid ?? '')
          for (const [at, name] of names.entries()) {
            expect(held.has(name)).toBe(false)
            held.add(name)
            seen.get(name)?.push(Number(claimed[at]?.event.id.slice(6)))
          }
          for (const delivery of claimed) {
            held.delete(delivery.event.corpid ?? '')
            count += 1
            await settle(count % 2 === 0 ? log : other, delivery)
          }
        }
      }
      await Promise.all([
        ...corps.map(dispatchAll),
        deliverFrom(logs[0], logs[1]),
        deliverFrom(logs[1], logs[0]),
        deliverFrom(logs[1], logs[0]),
      ])
      for (const [place, name] of corps.entries()) {
        expect(seen.get(name)).toEqual(Array.from({ length: each }, (_, n) => place * 100 + n))
      }
    })

    test('that follow each other are not taken at the same moment', async () => {
      const logs = await both()
      for (const n of [1, 2]) await send(logs[0], n, { ordered: true })
      const claims = [1, 2].flatMap((n) =>
        logs.map((log) => log.claimDelivery(event(n).id, a, now, leaseMs)),
      )
      const ids = (await Promise.all(claims)).flatMap((claimed) => claimed?.event.id ?? [])
      expect(ids).toEqual([event(1).id])
    })
  })

  describe('the state of an endpoint through two handles', () => {
    const bench = useBench(open)
    const tryOnce = (log: EventLogDriver, at: number, took: boolean) =>
      log.settleDelivery({
        id: event(1).id,
        endpoint: a,
        claim: 0,
        outcome: again(at),
        attempt: took ? attempt({ at }) : failed({ at }),
        endpointTook: took,
      })

    test('counts what each of them saw, and turns once', async () => {
      const logs = [bench.subject, await bench.another()]
      await send(logs[0]!, 1)
      const tries = Array.from({ length: 12 }, (_, n) => tryOnce(logs[n % 2]!, now + n, false))
      const turns = (await Promise.all(tries)).filter(
        ({ before, after }) => before.failures < failingAfter && after.failures >= failingAfter,
      )
      expect(turns).toHaveLength(1)
      expect(await logs[1]!.listEndpointStates()).toMatchObject([{ failures: 12 }])
      const successes = [0, 1].map((n) => tryOnce(logs[n]!, now + 20, true))
      const recovered = (await Promise.all(successes)).filter(({ before }) => before.failures > 0)
      expect(recovered).toHaveLength(1)
      expect(await logs[0]!.listEndpointStates()).toMatchObject([
        { failures: 0, recoveredAt: now + 20 },
      ])
    })

    test('is set by one of those who set it from the same', async () => {
      const logs = [bench.subject, await bench.another()]
      const changes = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          logs[n % 2]!.setEndpointStatus(a, 'off', `by ${n}`, now, ['on']),
        ),
      )
      expect(changes.filter(({ before, after }) => before.status !== after.status)).toHaveLength(1)
    })
  })

  describe('a replay through two handles', () => {
    const bench = useBench(open)

    test('goes on by one of those who search at once', async () => {
      const logs = [bench.subject, await bench.another()]
      for (const n of [1, 2, 3]) await logs[0]!.append(event(n, { status: 'done' }))
      const query = { since: null, until: null, type: null, corpid: null, all: false }
      await logs[0]!.startReplay({ id: 'r', endpoint: a, query, startedAt: now })
      const found = [1, 2, 3].map((n) => ({
        id: event(n).id,
        body: textOf(n),
        endpoints: [{ name: a, ordered: true, dueAt: now }],
      }))
      const step = { id: 'r', from: null, searchedTo: event(3).id, searched: true, found, now }
      await Promise.all([0, 1, 0, 1].map((n) => logs[n]!.continueReplay(step)))
      expect(await logs[1]!.getReplay('r')).toMatchObject({ total: 3, sent: 0 })
      const ends = [0, 1].map((n) => logs[n]!.endReplay('r', 'cancelled', now))
      for (const ended of await Promise.all(ends))
        expect(ended).toMatchObject({ total: 3, sent: 0 })
      expect(await logs[0]!.countDeliveries()).toEqual([])
    })
  })
}
