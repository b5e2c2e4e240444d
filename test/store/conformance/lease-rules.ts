import { describe, expect, test } from 'bun:test'
import type { Lease } from '../../../src/store/lease'
import type { Store } from '../../../src/store/store'
import { type Abilities, codeOf, type OpenBackend, useBench } from './bench'
import { corp, corpid, suiteId } from './records'

export const leaseRules = (open: OpenBackend<Store>, { twoHandles }: Abilities) =>
  describe('leases', () => {
    const bench = useBench(open)

    test('a lease that is taken is refused to others', async () => {
      expect(await bench.subject.acquireLease('refresh', 1000)).not.toBeNull()
      expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
    })

    test('of many that ask at once one gets it', async () => {
      const leases = await Promise.all(
        Array.from({ length: 10 }, () => bench.subject.acquireLease('refresh', 1000)),
      )
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1)
    })

    test('a lease that was given back is free', async () => {
      const lease = await bench.subject.acquireLease('refresh', 1000)
      await lease?.release()
      expect(await bench.subject.acquireLease('refresh', 1000)).not.toBeNull()
    })

    test('a lease runs out after its time and not before', async () => {
      await bench.subject.acquireLease('refresh', 1000)
      await bench.clock.advance(999)
      expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
      await bench.clock.advance(1)
      expect(await bench.subject.acquireLease('refresh', 1000)).not.toBeNull()
    })

    test('giving back a lease that ran out does not free its successor’s', async () => {
      const late = await bench.subject.acquireLease('refresh', 1000)
      await bench.clock.advance(1000)
      await bench.subject.acquireLease('refresh', 1000)
      await late?.release()
      expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
    })

    test('giving a lease back twice is harmless', async () => {
      const lease = await bench.subject.acquireLease('refresh', 1000)
      await lease?.release()
      await bench.subject.acquireLease('refresh', 1000)
      await lease?.release()
      expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
    })

    const fenceOf = async (store = bench.subject, name = 'refresh') => {
      const lease = await store.acquireLease(name, 1000)
      if (!lease) throw new Error('the lease was not to be had')
      return { lease, fence: lease.fence }
    }

    test('a lease has a larger number than all before it: after its end, in time or given back', async () => {
      const { lease, fence: first } = await fenceOf()
      await lease.release()
      const { fence: second } = await fenceOf()
      await bench.clock.advance(1000)
      const { fence: third } = await fenceOf()
      expect(second).toBeGreaterThan(first)
      expect(third).toBeGreaterThan(second)
    })

    test('a lease has a larger number than those before the store was opened again', async () => {
      let store = bench.subject
      let before = 0
      for (let n = 0; n < 3; n++) {
        const { lease, fence } = await fenceOf(store)
        expect(fence).toBeGreaterThan(before)
        before = fence
        await lease.release()
        store = await bench.reopen()
      }
    })

    test('a lease that is extended ends so much later, counted from now', async () => {
      const { lease } = await fenceOf()
      await bench.clock.advance(600)
      expect(await lease.extend(1000)).toBe(true)
      await bench.clock.advance(999)
      expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
      await bench.clock.advance(1)
      expect(await bench.subject.acquireLease('refresh', 1000)).not.toBeNull()
    })

    test('a lease that is lost can’t be extended, and is not taken back by that', async () => {
      const { lease: released } = await fenceOf()
      await released.release()
      expect(await released.extend(1000)).toBe(false)
      const { lease: late } = await fenceOf()
      await bench.clock.advance(1000)
      expect(await late.extend(1000)).toBe(false)
      const { lease } = await fenceOf()
      expect(await late.extend(9000)).toBe(false)
      expect(await lease.extend(10)).toBe(true)
      await bench.clock.advance(10)
      await fenceOf()
    })

    test.if(twoHandles)(
      'a lease is one’s of all handles, and its numbers grow over all',
      async () => {
        const other = await bench.another()
        const { lease, fence } = await fenceOf()
        expect(await other.acquireLease('refresh', 1000)).toBeNull()
        await bench.clock.advance(1000)
        const { lease: taken, fence: later } = await fenceOf(other)
        expect(later).toBeGreaterThan(fence)
        expect(await lease.extend(1000)).toBe(false)
        await lease.release()
        expect(await bench.subject.acquireLease('refresh', 1000)).toBeNull()
        expect(await taken.extend(1000)).toBe(true)
      },
    )

    const changeUnder = async (lease: Lease, name: string) =>
      codeOf(bench.subject.changeCorp(suiteId, corpid, () => corp({ name }), lease))
    const nameThere = async () => (await bench.subject.loadCorp(suiteId, corpid))?.name ?? null

    test('a company is changed under a lease that holds', async () => {
      const { lease } = await fenceOf()
      await changeUnder(lease, 'first')
      await bench.clock.advance(999)
      await changeUnder(lease, 'second')
      expect(await nameThere()).toBe('second')
    })

    test('nothing is written of a company under a lease that ran out, was given back or is another’s', async () => {
      const { lease: late } = await fenceOf()
      await bench.clock.advance(1000)
      expect(await changeUnder(late, 'late')).toBe('store_unavailable')
      const { lease } = await fenceOf()
      expect(await changeUnder(late, 'late')).toBe('store_unavailable')
      await lease.release()
      expect(await changeUnder(lease, 'given back')).toBe('store_unavailable')
      expect(await nameThere()).toBeNull()
    })

    test('leases of different names do not concern each other', async () => {
      await bench.subject.acquireLease('refresh', 1000)
      expect(await bench.subject.acquireLease('Refresh', 1000)).not.toBeNull()
    })
  })
