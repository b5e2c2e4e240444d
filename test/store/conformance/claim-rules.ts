import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type OpenBackend, startMs, useBench } from './bench'
import { corpid, event, suiteId } from './records'

const now = startMs + 1000
const leaseMs = 60_000
const idsOf = (records: { readonly id: string }[]) => records.map(({ id }) => id)

export const claimRules = (open: OpenBackend<EventLogDriver>) =>
  describe('claiming and settling', () => {
    const bench = useBench(open)
    const append = async (...numbers: number[]) => {
      for (const n of numbers) await bench.subject.append(event(n))
    }
    const claim = async (at = now, limit = 10) =>
      idsOf(await bench.subject.claim(at, leaseMs, limit))

    test('a claim gives new events in the order in which they came, up to its limit', async () => {
      await append(1, 2, 3)
      expect(await claim(now, 2)).toEqual([event(1).id, event(2).id])
    })

    test('what has been due longest goes first, whenever it came', async () => {
      await append(1, 2, 3)
      const again = { status: 'pending', lastError: 'busy', nextAttemptAt: now - 1 } as const
      await bench.subject.settle(event(1).id, null, again)
      await bench.subject.settle(event(3).id, null, again)
      expect(await claim(now, 2)).toEqual([event(2).id, event(1).id])
      expect(await claim()).toEqual([event(3).id])
    })

    test('types that can’t wait go before what has been due longer', async () => {
      await append(1, 2)
      await bench.subject.append(event(3, { type: 'create_auth' }))
      await bench.subject.append(event(4, { type: 'reset_permanent_code' }))
      const first = ['create_auth', 'reset_permanent_code']
      const claimed = await bench.subject.claim(now, leaseMs, 3, first)
      expect(idsOf(claimed)).toEqual([3, 4, 1].map((n) => event(n).id))
      expect(idsOf(await bench.subject.claim(now, leaseMs, 3, first))).toEqual([event(2).id])
    })

    test('events of suites that are left out are neither claimed nor due', async () => {
      await append(1)
      await bench.subject.append(event(2, { suiteId: 'wwOther' }))
      await bench.subject.append(event(3, { suiteId: null }))
      const log = bench.subject
      expect(await log.nextDueAt([suiteId, 'wwOther'])).toBe(event(3).receivedAt)
      expect(idsOf(await log.claim(now, leaseMs, 10, [], [suiteId]))).toEqual([
        event(2).id,
        event(3).id,
      ])
      expect(await log.nextDueAt(['wwOther'])).toBe(event(1).receivedAt)
      expect(await claim()).toEqual([event(1).id])
    })

    test('a claim gives the whole event', async () => {
      await bench.subject.append(event(1, { dispatchAt: startMs }))
      const [claimed] = await bench.subject.claim(now, leaseMs, 1)
      const stored = await bench.subject.get(event(1).id)
      expect(claimed).toEqual({ ...stored, claim: 1, lostClaims: 0 } as never)
    })

    test('what is claimed is hidden from other claims', async () => {
      await append(1, 2, 3)
      expect(await claim(now, 2)).toHaveLength(2)
      expect(await claim()).toEqual([event(3).id])
      expect(await claim()).toEqual([])
    })

    test('claims at the same time never give one event twice', async () => {
      await append(...Array.from({ length: 30 }, (_, n) => n))
      const claims = await Promise.all(
        Array.from({ length: 10 }, () => bench.subject.claim(now, leaseMs, 5)),
      )
      const ids = idsOf(claims.flat())
      expect(ids).toHaveLength(30)
      expect(new Set(ids).size).toBe(30)
    })

    test('a claim runs out after its time and not before', async () => {
      await append(1)
      await claim()
      expect(await claim(now + leaseMs - 1)).toEqual([])
      expect(await claim(now + leaseMs)).toEqual([event(1).id])
    })

    test('an event that is not due, done or dead is not claimed', async () => {
      await bench.subject.append(event(1, { receivedAt: now + 1 }))
      await bench.subject.append(event(2, { status: 'done' }))
      await bench.subject.append(event(3, { status: 'dead' }))
      expect(await claim()).toEqual([])
      expect(await claim(now + 1)).toEqual([event(1).id])
    })

    test('an event that is settled as done stays done', async () => {
      await append(1)
      await claim()
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        status: 'done',
        attempts: 1,
        nextAttemptAt: null,
        lastError: null,
      })
      expect(await claim(now + leaseMs)).toEqual([])
    })

    test('an event that is settled as done may say why it was done in another way', async () => {
      await bench.subject.append(event(1))
      const lastError = 'done under event-2'
      await bench.subject.settle(event(1).id, null, { status: 'done', lastError })
      expect(await bench.subject.get(event(1).id)).toMatchObject({ status: 'done', lastError })
    })

    test('an event that is settled as dead keeps its reason', async () => {
      await append(1)
      await claim()
      await bench.subject.settle(event(1).id, null, { status: 'dead', lastError: 'errcode 40078' })
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        status: 'dead',
        attempts: 1,
        nextAttemptAt: null,
        lastError: 'errcode 40078',
      })
      expect(await claim(now + leaseMs)).toEqual([])
    })

    test('an event that turned out to be another one is claimed as that', async () => {
      const before = event(1, { type: 'unparsed', source: 'data', corpid: null })
      await bench.subject.append(before)
      await claim()
      const readAs = { type: 'license_refund', source: 'system', suiteId: null } as const
      await bench.subject.settle(before.id, null, {
        status: 'pending',
        lastError: null,
        nextAttemptAt: now,
        corpid,
        readAs,
      })
      const expected = { ...readAs, corpid, status: 'pending', attempts: 1, body: before.body }
      expect(await bench.subject.get(before.id)).toMatchObject(expected)
      expect(await claim()).toEqual([before.id])
      expect((await bench.subject.list({ type: 'license_refund', limit: 1 })).items).toHaveLength(1)
    })

    test('an event that is to be tried again is free when its time comes', async () => {
      await append(1)
      await claim()
      const again = { status: 'pending', lastError: 'busy', nextAttemptAt: now + 2000 } as const
      await bench.subject.settle(event(1).id, null, again)
      expect(await bench.subject.get(event(1).id)).toMatchObject({ ...again, attempts: 1 })
      expect(await claim(now + 1999)).toEqual([])
      const [claimed] = await bench.subject.claim(now + 2000, leaseMs, 1)
      expect(claimed?.attempts).toBe(1)
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect(await bench.subject.get(event(1).id)).toMatchObject({ attempts: 2, lastError: null })
    })

    test('a settlement may tell whose event it is', async () => {
      await bench.subject.append(event(1, { corpid: null }))
      await bench.subject.settle(event(1).id, null, {
        status: 'pending',
        lastError: 'busy',
        nextAttemptAt: now,
        corpid: 'wpfound',
      })
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect((await bench.subject.get(event(1).id))?.corpid).toBe('wpfound')
      expect((await bench.subject.list({ corpid: 'wpfound', limit: 1 })).items).toHaveLength(1)
    })

    test('the late end of a try changes nothing about what is done', async () => {
      await append(1)
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      const late = { lastError: 'late', corpid: 'wplate' }
      await bench.subject.settle(event(1).id, null, {
        status: 'pending',
        nextAttemptAt: now,
        ...late,
      })
      await bench.subject.settle(event(1).id, null, { status: 'dead', ...late })
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        status: 'done',
        attempts: 1,
        lastError: null,
        corpid: event(1).corpid,
      })
    })

    test('settling an unknown event is harmless', async () => {
      expect(await bench.subject.settle('unknown', 1, { status: 'done' })).toBe('superseded')
      await bench.subject.settle('unknown', null, { status: 'done' })
      expect(await bench.subject.counts()).toMatchObject({ done: 0 })
    })

    test('the next due time is that of the event that can be claimed first', async () => {
      const { subject } = bench
      expect(await subject.nextDueAt()).toBeNull()
      await append(5, 7)
      expect(await subject.nextDueAt()).toBe(startMs + 5)
      await subject.claim(now, leaseMs, 1)
      expect(await subject.nextDueAt()).toBe(startMs + 7)
      await subject.claim(now, leaseMs * 2, 1)
      expect(await subject.nextDueAt()).toBe(now + leaseMs)
      const later = now + leaseMs * 3
      const again = { status: 'pending', lastError: 'busy', nextAttemptAt: later } as const
      await subject.settle(event(5).id, null, again)
      expect(await subject.nextDueAt()).toBe(now + leaseMs * 2)
      await subject.settle(event(7).id, null, { status: 'done' })
      expect(await subject.nextDueAt()).toBe(later)
      await subject.settle(event(5).id, null, { status: 'dead', lastError: 'over' })
      expect(await subject.nextDueAt()).toBeNull()
    })

    test('a retry makes dead work due at once, its count going on', async () => {
      await append(1)
      await bench.subject.settle(event(1).id, null, { status: 'dead', lastError: 'over' })
      const renewed = await bench.subject.retry(event(1).id, now)
      expect(renewed).toMatchObject({ status: 'pending', attempts: 1, nextAttemptAt: now })
      expect(await bench.subject.get(event(1).id)).toEqual(renewed as never)
      expect(await claim()).toEqual([event(1).id])
    })

    test('a retry brings forward work that waits, and leaves done work alone', async () => {
      await append(1)
      const waits = { status: 'pending', lastError: 'busy', nextAttemptAt: now + 9000 } as const
      await bench.subject.settle(event(1).id, null, waits)
      expect((await bench.subject.retry(event(1).id, now))?.nextAttemptAt).toBe(now)
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect((await bench.subject.retry(event(1).id, now))?.status).toBe('done')
      expect(await bench.subject.retry('unknown', now)).toBeNull()
    })

    test('a retry does not take work out of the hands that hold it', async () => {
      await append(1)
      await claim()
      await bench.subject.retry(event(1).id, now)
      expect(await claim()).toEqual([])
    })

    test('making due now brings forward the pending events of these types and this suite', async () => {
      const waits = { status: 'pending', lastError: 'busy', nextAttemptAt: now + 9000 } as const
      const events = [
        event(1, { type: 'create_auth' }),
        event(2, { type: 'reset_permanent_code' }),
        event(3, { type: 'change_auth' }),
        event(4, { type: 'create_auth', suiteId: 'wwother' }),
        event(5, { type: 'create_auth' }),
      ]
      for (const each of events) {
        await bench.subject.append(each)
        await bench.subject.settle(each.id, null, waits)
      }
      await bench.subject.settle(event(5).id, null, { status: 'dead', lastError: 'over' })
      const types = ['create_auth', 'reset_permanent_code']
      expect(await bench.subject.makeDueNow(types, suiteId, now)).toBe(2)
      expect(await bench.subject.makeDueNow(types, suiteId, now)).toBe(0)
      expect(await bench.subject.makeDueNow([], suiteId, now)).toBe(0)
      expect(await claim()).toEqual([event(1).id, event(2).id])
    })
  })
