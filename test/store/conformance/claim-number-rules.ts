import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type OpenBackend, startMs, useBench } from './bench'
import { event, suiteId } from './records'

const now = startMs + 1000
const leaseMs = 60_000

export const claimNumberRules = (open: OpenBackend<EventLogDriver>) =>
  describe('the number of a claim', () => {
    const bench = useBench(open)
    const append = async (...numbers: number[]) => {
      for (const n of numbers) await bench.subject.append(event(n))
    }
    const claim = async (at = now) => bench.subject.claim(at, leaseMs, 10)

    test('is one more each time the event is taken', async () => {
      await append(1, 2)
      const [first] = await bench.subject.claim(now, leaseMs, 1)
      expect(first?.claim).toBe(1)
      const again = { status: 'pending', lastError: 'busy', nextAttemptAt: now } as const
      await bench.subject.settle(event(1).id, 1, again)
      const taken = await bench.subject.claim(now + leaseMs, leaseMs, 2)
      expect(taken.map(({ id, claim }) => [id, claim])).toEqual([
        [event(2).id, 1],
        [event(1).id, 2],
      ])
    })

    test('a retry and making due now take no number', async () => {
      await append(1)
      await claim()
      await bench.subject.retry(event(1).id, now)
      await bench.subject.makeDueNow([event(1).type], suiteId, now)
      const outcome = { status: 'dead', lastError: 'over' } as const
      expect(await bench.subject.settle(event(1).id, 1, outcome)).toBe('settled')
    })

    test('a claim that another one followed settles as pending or dead no more', async () => {
      await append(1)
      await claim()
      await claim(now + leaseMs)
      const late = { lastError: 'late', corpid: 'wplate' }
      for (const outcome of [
        { status: 'pending', nextAttemptAt: now, ...late },
        { status: 'dead', ...late },
      ] as const) {
        expect(await bench.subject.settle(event(1).id, 1, outcome)).toBe('superseded')
      }
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        status: 'pending',
        attempts: 0,
        lastError: null,
        corpid: event(1).corpid,
      })
      expect(await claim(now + leaseMs)).toEqual([])
      const over = { status: 'dead', lastError: 'over' } as const
      expect(await bench.subject.settle(event(1).id, 2, over)).toBe('settled')
    })

    test('a claim that ran out, and that nobody followed, settles', async () => {
      await append(1)
      await claim()
      expect(await bench.subject.nextDueAt()).toBe(now + leaseMs)
      const over = { status: 'dead', lastError: 'over' } as const
      expect(await bench.subject.settle(event(1).id, 1, over)).toBe('settled')
    })

    test('done counts from a claim that another one followed, once', async () => {
      await append(1)
      await claim()
      await claim(now + leaseMs)
      const { subject } = bench
      expect(await subject.settle(event(1).id, 1, { status: 'done' })).toBe('settled')
      expect(await subject.settle(event(1).id, 2, { status: 'done' })).toBe('superseded')
      const over = { status: 'dead', lastError: 'over' } as const
      expect(await subject.settle(event(1).id, 2, over)).toBe('superseded')
      expect(await subject.get(event(1).id)).toMatchObject({ status: 'done', attempts: 1 })
    })

    test('done counts from a lost claim although another one ended as dead', async () => {
      await append(1)
      await claim()
      await claim(now + leaseMs)
      await bench.subject.settle(event(1).id, 2, { status: 'dead', lastError: 'errcode 40078' })
      expect(await bench.subject.settle(event(1).id, 1, { status: 'done' })).toBe('settled')
      expect(await bench.subject.get(event(1).id)).toMatchObject({ status: 'done', attempts: 2 })
    })

    test('who decides without a claim is held up by none', async () => {
      await append(1)
      await claim()
      const over = { status: 'dead', lastError: 'over' } as const
      expect(await bench.subject.settle(event(1).id, null, over)).toBe('settled')
      expect(await bench.subject.settle(event(1).id, null, { status: 'done' })).toBe('settled')
      expect(await bench.subject.settle(event(1).id, null, over)).toBe('superseded')
    })

    test('grows on over a restart', async () => {
      await append(1)
      await claim()
      const log = await bench.reopen()
      const [again] = await log.claim(now + leaseMs, leaseMs, 1)
      expect(again?.claim).toBe(2)
    })

    test('decides whether the pending secret of the event is written', async () => {
      await append(1)
      await claim()
      await bench.subject.savePendingSecret(event(1).id, 'first', 1)
      await claim(now + leaseMs)
      await bench.subject.savePendingSecret(event(1).id, 'late', 1)
      expect((await bench.subject.get(event(1).id))?.pendingSecret).toBe('first')
      await bench.subject.savePendingSecret(event(1).id, 'second', 2)
      expect((await bench.subject.get(event(1).id))?.pendingSecret).toBe('second')
      await bench.subject.savePendingSecret(event(1).id, null, null)
      expect((await bench.subject.get(event(1).id))?.pendingSecret).toBeNull()
    })
  })
