import { describe, expect, test } from 'bun:test'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { type Abilities, type OpenBackend, useBench } from './bench'

const given = new Uint8Array(32).fill(7)

export const serviceSecretRules = (open: OpenBackend<StoreDriver>, { twoHandles }: Abilities) =>
  describe('the secret of the service', () => {
    const bench = useBench(open)

    test('is made when it is first asked for: 32 bytes, the same for ever after', async () => {
      expect(await bench.subject.loadServiceSecret()).toBeNull()
      const secret = await bench.subject.serviceSecret()
      expect(secret).toHaveLength(32)
      expect(new Set(secret).size).toBeGreaterThan(8)
      expect(await bench.subject.serviceSecret()).toEqual(secret)
      expect(await bench.subject.loadServiceSecret()).toEqual(secret)
      const store = await bench.reopen()
      expect(await store.loadServiceSecret()).toEqual(secret)
      expect(await store.serviceSecret()).toEqual(secret)
    })

    test('is one for all who ask at once', async () => {
      const asked = await Promise.all(
        Array.from({ length: 8 }, () => bench.subject.serviceSecret()),
      )
      for (const secret of asked) expect(secret).toEqual(asked[0]!)
    })

    test('is another one in another store', async () => {
      const { open: openOther, remove } = await open(bench.clock)
      const other = await openOther()
      expect(await other.serviceSecret()).not.toEqual(await bench.subject.serviceSecret())
      await other.close()
      await remove()
    })

    test('of an export is taken where there is none, and known when it comes again', async () => {
      expect(await bench.subject.restoreServiceSecret(given)).toBe('restored')
      expect(await bench.subject.serviceSecret()).toEqual(given)
      expect(await bench.subject.restoreServiceSecret(given)).toBe('same')
      const store = await bench.reopen()
      expect(await store.serviceSecret()).toEqual(given)
    })

    test('of an export is not taken in place of another', async () => {
      const own = await bench.subject.serviceSecret()
      expect(await bench.subject.restoreServiceSecret(given)).toBe('other_kept')
      expect(await bench.subject.serviceSecret()).toEqual(own)
    })

    test('is handed out as a copy', async () => {
      const secret = await bench.subject.serviceSecret()
      const before = secret.slice()
      secret.fill(0)
      ;(await bench.subject.loadServiceSecret())?.fill(0)
      expect(await bench.subject.serviceSecret()).toEqual(before)
    })

    if (!twoHandles) return

    test('is one for both handles', async () => {
      const other = await bench.another()
      const [own, others] = await Promise.all([
        bench.subject.serviceSecret(),
        other.serviceSecret(),
      ])
      expect(own).toEqual(others)
    })
  })
