import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { NewEvent } from '../../../src/store/event-record'
import { type OpenBackend, startMs, useBench } from './bench'
import { claimDue, dead, dispatchTo, done, end, ready } from './dispatched'
import { corpid, event, suiteId } from './records'

const never = 0
const far = startMs + 1_000_000

export const retentionRules = (open: OpenBackend<EventLogDriver>) =>
  describe('blanking and forgetting', () => {
    const bench = useBench(open)
    const appendAll = async (...events: NewEvent[]) => {
      for (const each of events) await bench.subject.append(each)
    }
    const bodyOf = async (n: number) => (await bench.subject.get(event(n).id))?.body
    const left = async () =>
      (await bench.subject.list({ limit: 200 })).items.map(({ id }) => Number(id.slice(6)))

    test('the bodies of a company’s settled events are emptied, and no others', async () => {
      await appendAll(
        event(1, { status: 'done' }),
        event(2, { status: 'dead' }),
        event(3),
        event(4, { status: 'done', corpid: 'wpother' }),
        event(5, { status: 'done', suiteId: 'wwother' }),
        event(6, { status: 'done', corpid: corpid.toLowerCase() }),
        event(7, { status: 'done', corpid: null }),
      )
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(2)
      for (const n of [1, 2]) expect(await bodyOf(n)).toBe('')
      for (const n of [3, 4, 5, 6, 7]) expect(await bodyOf(n)).toBe(event(n).body)
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(0)
    })

    test('a body stays while it is to be dispatched, or a delivery of it is on its way', async () => {
      await bench.subject.append(ready(1))
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(0)
      await dispatchTo(bench.subject, 1)
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(0)
      expect(await bodyOf(1)).toBe(event(1).body)
      await end(bench.subject, 1, done)
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(1)
      expect(await bodyOf(1)).toBe('')
    })

    test('settled events received before the limit are forgotten', async () => {
      await appendAll(
        event(1, { status: 'done' }),
        event(2, { status: 'dead' }),
        event(3),
        event(4, { status: 'done' }),
        event(5, { status: 'done' }),
      )
      expect(
        await bench.subject.purge({ settledBefore: startMs + 5, identitiesBefore: never }),
      ).toBe(3)
      expect(await left()).toEqual([5, 3])
      expect(await bench.subject.get(event(1).id)).toBeNull()
      expect(
        await bench.subject.purge({ settledBefore: startMs + 5, identitiesBefore: never }),
      ).toBe(0)
    })

    test('a dead event whose own time to go has come is forgotten, and sent to nobody', async () => {
      const strangers = { status: 'dead', lastError: 'unknown', purgeAt: far } as const
      await appendAll(...[1, 2, 3].map((n) => event(n, { dispatchAt: startMs + n })))
      await bench.subject.settle(event(1).id, null, strangers)
      await bench.subject.settle(event(2).id, null, strangers)
      await bench.subject.settle(event(3).id, null, { status: 'dead', lastError: 'ours' })
      const mark = async (n: number) => (await bench.subject.get(event(n).id))?.dispatchAt
      expect([await mark(1), await mark(3)]).toEqual([null, startMs + 3])
      const none = { settledBefore: never, identitiesBefore: never }
      expect(await bench.subject.purge({ ...none, purgeAtBefore: far })).toBe(0)
      expect(await bench.subject.purge(none)).toBe(0)
      await bench.subject.retry(event(2).id, far)
      expect(await bench.subject.purge({ ...none, purgeAtBefore: far + 1 })).toBe(1)
      expect(await left()).toEqual([3, 2])
      await bench.subject.settle(event(2).id, null, { status: 'dead', lastError: 'too late' })
      expect(await bench.subject.purge({ ...none, purgeAtBefore: far + 1 })).toBe(0)
    })

    test.each([
      ['stay where they are to', never, [4, 3, 2, 1]],
      ['go by a limit of their own, a sooner one', startMs + 3, [4, 3, 1]],
      ['go by a limit of their own, a later one', far, [3, 1]],
    ])('dead events %s', async (_, deadBefore, ids) => {
      await appendAll(
        event(1),
        event(2, { status: 'dead' }),
        event(3),
        event(4, { status: 'dead' }),
        event(5, { status: 'done' }),
      )
      const doneBefore = startMs + 6
      expect(
        await bench.subject.purge({
          settledBefore: doneBefore,
          identitiesBefore: never,
          deadBefore: deadBefore,
        }),
      ).toBeGreaterThan(0)
      expect(await left()).toEqual(ids)
    })

    test('an event stays while it is to be dispatched, or a delivery of it is on its way', async () => {
      await bench.subject.append(ready(1))
      expect(await bench.subject.purge({ settledBefore: far, identitiesBefore: never })).toBe(0)
      await dispatchTo(bench.subject, 1)
      expect(await bench.subject.purge({ settledBefore: far, identitiesBefore: never })).toBe(0)
      await end(bench.subject, 1, dead, { claim: 0 })
      expect(await bench.subject.purge({ settledBefore: far, identitiesBefore: never })).toBe(1)
      expect(await claimDue(bench.subject, far)).toEqual([])
    })

    test('the identity of a forgotten event is remembered', async () => {
      await appendAll(event(1, { status: 'done' }))
      await bench.subject.purge({ settledBefore: far, identitiesBefore: never })
      expect(await bench.subject.append(event(2, { identity: 'identity-1' }))).toBe('duplicate')
    })

    test('an identity seen before its limit is forgotten, a later one is not', async () => {
      await appendAll(event(1, { status: 'done' }), event(2, { status: 'done' }))
      await bench.subject.purge({ settledBefore: far, identitiesBefore: startMs + 2 })
      expect(await bench.subject.append(event(3, { identity: 'identity-1' }))).toBe('stored')
      expect(await bench.subject.append(event(4, { identity: 'identity-2' }))).toBe('duplicate')
    })

    test('an event may come again while the first one of its identity is still listed', async () => {
      await appendAll(event(1))
      await bench.subject.purge({ settledBefore: never, identitiesBefore: far })
      expect(await bench.subject.append(event(2, { identity: 'identity-1' }))).toBe('stored')
      expect(await left()).toEqual([2, 1])
    })

    test('many events are forgotten in one go', async () => {
      await Promise.all(
        Array.from({ length: 1500 }, (_, n) =>
          bench.subject.append(event(n, { status: n % 100 ? 'done' : 'pending' })),
        ),
      )
      expect(await bench.subject.purge({ settledBefore: far, identitiesBefore: far })).toBe(1485)
      expect(await bench.subject.counts()).toMatchObject({ pending: 15, done: 0, dead: 0 })
      expect(await bench.subject.append(event(2000, { identity: 'identity-7' }))).toBe('stored')
    })
  })
