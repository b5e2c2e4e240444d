import { describe, expect, test } from 'bun:test'
import type { Store } from '../../../src/store/store'
import { type OpenBackend, useBench } from './bench'

export const leaseRules = (open: OpenBackend<Store>) =>
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

    test('leases of different names do not concern each other', async () => {
      await bench.subject.acquireLease('refresh', 1000)
      expect(await bench.subject.acquireLease('Refresh', 1000)).not.toBeNull()
    })
  })
