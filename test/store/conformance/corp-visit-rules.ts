import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import type { CorpRecord } from '../../../src/store/store'
import { type Abilities, type OpenBackend, startMs, useBench } from './bench'
import { corp, suiteId } from './records'

export const corpVisitRules = (open: OpenBackend<StoreDriver>, { twoHandles }: Abilities) =>
  describe('visits to companies', () => {
    const bench = useBench(open)
    const keep = (corpid: string, changes: Partial<CorpRecord>) =>
      bench.subject.changeCorp(suiteId, corpid, () =>
        corp({ corpid, installEventId: null, statusAt: bench.clock.now(), ...changes }),
      )
    const rechecks = async (limit = 9, store = bench.subject) =>
      (await store.takeRechecks([suiteId], limit)).map(({ corpid }) => corpid)
    const refreshes = async (limit = 9, store = bench.subject) =>
      (await store.takeRefreshes([suiteId], limit)).map(({ corpid }) => corpid).sort()

    test('a suspended company’s recheck is due hourly, an invalid one’s daily, others’ never', async () => {
      for (const status of ['authorized', 'suspended', 'invalid', 'cancelled'] as const) {
        await keep(`wp-${status}`, { status })
      }
      expect(await rechecks()).toEqual([])
      await bench.clock.advance(hourMs - 1)
      expect(await rechecks()).toEqual([])
      await bench.clock.advance(1)
      expect(await rechecks()).toEqual(['wp-suspended'])
      expect(await rechecks()).toEqual([])
      await bench.clock.leap(dayMs - hourMs)
      expect(await rechecks()).toEqual(['wp-suspended', 'wp-invalid'])
    })

    test('a recheck that was taken late is due again at the next whole period', async () => {
      await keep('wp1', { status: 'suspended' })
      await bench.clock.leap(100 * minuteMs)
      expect(await rechecks()).toEqual(['wp1'])
      await bench.clock.leap(20 * minuteMs - 1)
      expect(await rechecks()).toEqual([])
      await bench.clock.leap(1)
      expect(await rechecks()).toEqual(['wp1'])
    })

    test('at most so many are taken, those due longest first', async () => {
      for (const corpid of ['wp3', 'wp1', 'wp2']) {
        await keep(corpid, { status: 'suspended' })
        await bench.clock.advance(minuteMs)
      }
      await bench.clock.leap(hourMs)
      expect(await rechecks(2)).toEqual(['wp3', 'wp1'])
      expect(await rechecks(2)).toEqual(['wp2'])
    })

    test('a company whose status changes has a full period from then on', async () => {
      await keep('wp1', { status: 'suspended' })
      await bench.clock.leap(50 * minuteMs)
      await keep('wp1', { status: 'authorized' })
      await keep('wp1', { status: 'suspended' })
      await bench.clock.leap(50 * minuteMs)
      expect(await rechecks()).toEqual([])
      await bench.clock.leap(10 * minuteMs)
      expect(await rechecks()).toEqual(['wp1'])
    })

    test('a change that leaves the status as it was leaves its recheck, too', async () => {
      await keep('wp1', { status: 'suspended', statusAt: startMs })
      await bench.clock.leap(hourMs)
      expect(await rechecks()).toEqual(['wp1'])
      await keep('wp1', { status: 'suspended', statusAt: startMs, name: 'changed' })
      expect(await rechecks()).toEqual([])
    })

    test('an unserved company that was heard of is due at once, every ten minutes at most', async () => {
      await keep('wp1', { status: 'invalid' })
      await keep('wp2', { status: 'authorized' })
      const hear = async () => {
        for (const corpid of ['wp1', 'wp2', 'wp-unknown']) {
          await bench.subject.hearOfCorp(suiteId, corpid)
        }
      }
      await hear()
      expect(await rechecks()).toEqual(['wp1'])
      await bench.clock.leap(10 * minuteMs - 1)
      await hear()
      expect(await rechecks()).toEqual([])
      await bench.clock.leap(1)
      await hear()
      expect(await rechecks()).toEqual(['wp1'])
      await bench.clock.leap(dayMs - 10 * minuteMs)
      expect(await rechecks()).toEqual(['wp1'])
    })

    test('a company that is rechecked by itself has its turn at the next whole period', async () => {
      await keep('wp1', { status: 'suspended' })
      await bench.subject.takeRecheck(suiteId, 'wp-unknown')
      await bench.subject.hearOfCorp(suiteId, 'wp1')
      await bench.subject.takeRecheck(suiteId, 'wp1')
      await bench.clock.leap(hourMs - 1)
      expect(await rechecks()).toEqual([])
      await bench.clock.leap(1)
      expect(await rechecks()).toEqual(['wp1'])
    })

    test('an authorised company is taken to be refreshed once a day', async () => {
      for (const status of ['authorized', 'suspended', 'cancelled'] as const) {
        await keep(`wp-${status}`, { status })
      }
      expect(await refreshes()).toEqual(['wp-authorized'])
      await bench.clock.leap(dayMs - 1)
      expect(await refreshes()).toEqual([])
      await bench.clock.leap(1)
      expect(await refreshes()).toEqual(['wp-authorized'])
    })

    test('at most so many are taken to be refreshed, and the others then', async () => {
      for (const corpid of ['wp1', 'wp2', 'wp3']) await keep(corpid, {})
      const first = await refreshes(2)
      expect(first).toHaveLength(2)
      expect([...first, ...(await refreshes(2))].sort()).toEqual(['wp1', 'wp2', 'wp3'])
      expect(await refreshes(2)).toEqual([])
    })

    test('a refresh that is wanted sooner is due then', async () => {
      await keep('wp1', {})
      await refreshes()
      await bench.subject.refreshCorpAt(suiteId, 'wp1', startMs + hourMs)
      await bench.clock.leap(hourMs - 1)
      expect(await refreshes()).toEqual([])
      await bench.clock.leap(1)
      expect(await refreshes()).toEqual(['wp1'])
    })

    test('companies of other suites are left alone', async () => {
      await keep('wp1', { status: 'suspended' })
      await keep('wp2', {})
      await bench.clock.leap(hourMs)
      expect(await bench.subject.takeRechecks(['wwother'], 9)).toEqual([])
      expect(await bench.subject.takeRefreshes([], 9)).toEqual([])
    })

    test.if(twoHandles)('each is taken once, whichever handle asks', async () => {
      const other = await bench.another()
      await keep('wp1', { status: 'suspended' })
      await keep('wp2', {})
      await bench.clock.leap(hourMs)
      const taken = await Promise.all([
        rechecks(9),
        rechecks(9, other),
        refreshes(9),
        refreshes(9, other),
      ])
      expect(taken.flat().sort()).toEqual(['wp1', 'wp2'])
    })
  })
