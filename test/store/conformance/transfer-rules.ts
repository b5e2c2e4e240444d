import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { SeenIdentity } from '../../../src/store/event-log'
import type { EventRecord } from '../../../src/store/event-record'
import { allOf } from '../all-of'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { a, claimDue, dead, dispatchTo, done, end, ready, textOf } from './dispatched'
import { event } from './records'

export const transferRules = (open: OpenBackend<EventLogDriver>) =>
  describe('what leaves and comes back', () => {
    const bench = useBench(open)
    const unfinished = () => allOf((cursor) => bench.subject.listUnfinished(cursor))
    const identities = () => allOf((cursor) => bench.subject.listIdentities(cursor))
    const ids = (events: readonly EventRecord[]) => events.map(({ id }) => id)

    const restored = (n: number, changes: Partial<EventRecord> = {}): EventRecord => {
      const { identity: _, ...own } = event(n)
      const progress = {
        attempts: 3,
        nextAttemptAt: startMs + 50,
        pendingSecret: null,
        outgoing: null,
        deliveries: [],
      }
      return { ...own, ...progress, ...changes }
    }

    test('an empty log has nothing unfinished and no identities', async () => {
      expect(await unfinished()).toEqual([])
      expect(await identities()).toEqual([])
    })

    test('what is not done is unfinished, in the order of arrival', async () => {
      for (const [n, status] of (['dead', 'done', 'pending', 'done'] as const).entries()) {
        await bench.subject.append(event(n, { status }))
      }
      const found = await unfinished()
      expect(ids(found)).toEqual([event(0).id, event(2).id])
      expect(found[1]).toEqual((await bench.subject.get(event(2).id))!)
    })

    test('a done event is unfinished until it is dispatched and each of its deliveries is done', async () => {
      await bench.subject.append(ready(1))
      expect(ids(await unfinished())).toEqual([event(1).id])
      await dispatchTo(bench.subject, 1)
      expect(ids(await unfinished())).toEqual([event(1).id])
      await end(bench.subject, 1, dead, { claim: 0 })
      expect(ids(await unfinished())).toEqual([event(1).id])
      await end(bench.subject, 1, done)
      expect(await unfinished()).toEqual([])
    })

    test('many are found over all stretches, however few of them are unfinished', async () => {
      await Promise.all(
        Array.from({ length: 1700 }, (_, n) =>
          bench.subject.append(event(n, { status: n % 600 ? 'done' : 'pending' })),
        ),
      )
      expect(ids(await unfinished())).toEqual([0, 600, 1200].map((n) => event(n).id))
      const known = await identities()
      expect(new Set(known.map(({ identity }) => identity)).size).toBe(1700)
      expect(known).toHaveLength(1700)
    })

    test('knows only cursors that it gave', async () => {
      expect(await codeOf(bench.subject.listUnfinished('x'))).toBe('invalid_request')
    })

    test('an event comes back as it was, its deliveries too', async () => {
      const progress = { attempts: 2, step: 1, nextAttemptAt: 9, lastError: 'status 500' }
      const own = restored(1, {
        status: 'dead',
        nextAttemptAt: null,
        lastError: 'It came to nothing.',
        pendingSecret: 'a secret',
        outgoing: textOf(1),
        deliveries: [
          { endpoint: a, ...progress, status: 'pending', ordered: true, dispatchedAt: 7 },
        ],
      })
      expect(await bench.subject.restoreEvent(own, 'identity-1')).toBe('stored')
      expect(await bench.subject.get(own.id)).toEqual(own)
      expect(await claimDue(bench.subject, startMs)).toHaveLength(1)
    })

    test('an event that comes back pending is claimed when it is due', async () => {
      await bench.subject.restoreEvent(restored(1), 'identity-1')
      expect(await bench.subject.claim(startMs + 49, 1000, 10)).toEqual([])
      expect(ids(await bench.subject.claim(startMs + 50, 1000, 10))).toEqual([event(1).id])
    })

    test('an event comes back once, whether its id is known or its identity', async () => {
      await bench.subject.append(event(1))
      expect(await bench.subject.restoreEvent(restored(1), 'another')).toBe('duplicate')
      expect(await bench.subject.restoreEvent(restored(2), 'identity-1')).toBe('duplicate')
      expect(await bench.subject.restoreEvent(restored(2), 'identity-2')).toBe('stored')
      expect(await bench.subject.restoreEvent(restored(2), 'identity-2')).toBe('duplicate')
      expect(await bench.subject.counts()).toMatchObject({ pending: 2 })
    })

    test('the identity of an event that came back is remembered', async () => {
      await bench.subject.restoreEvent(restored(1), 'identity-1')
      expect(await bench.subject.append(event(2, { identity: 'identity-1' }))).toBe('duplicate')
    })

    test('events that came back are behind those that were there, in their own order', async () => {
      await bench.subject.append(event(9))
      for (const n of [1, 2]) await bench.subject.restoreEvent(restored(n), `identity-${n}`)
      const { items } = await bench.subject.list({ limit: 10 })
      expect(ids(items)).toEqual([event(2).id, event(1).id, event(9).id])
    })

    test('identities come back, and those that are known keep their age', async () => {
      await bench.subject.append(event(1))
      const some: SeenIdentity[] = [
        { identity: 'identity-1', seenAt: 1 },
        { identity: 'identity-7', seenAt: 7 },
      ]
      expect(await bench.subject.restoreIdentities(some)).toBe(1)
      expect(await bench.subject.restoreIdentities(some)).toBe(0)
      expect(await identities()).toEqual([
        { identity: 'identity-1', seenAt: event(1).receivedAt },
        { identity: 'identity-7', seenAt: 7 },
      ])
      expect(await bench.subject.append(event(2, { identity: 'identity-7' }))).toBe('duplicate')
    })

    test('what came back outlives a restart', async () => {
      await bench.subject.restoreEvent(restored(1), 'identity-1')
      await bench.subject.restoreIdentities([{ identity: 'identity-7', seenAt: 7 }])
      const again = await bench.reopen()
      expect(await again.get(event(1).id)).toEqual(restored(1))
      expect(await again.append(event(2, { identity: 'identity-7' }))).toBe('duplicate')
    })
  })
