import { describe, expect, test } from 'bun:test'
import { type ApiKeyRecord, mostKeys } from '../../../src/store/api-keys'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { type Abilities, codeOf, type OpenBackend, startMs, useBench } from './bench'
import { apiKey } from './records'

export const keyRules = (open: OpenBackend<StoreDriver>, { twoHandles }: Abilities) =>
  describe('API keys', () => {
    const bench = useBench(open)
    const add = (key: ApiKeyRecord, store = bench.subject) => store.changeKey(key.id, () => key)
    const ids = async (store = bench.subject) => (await store.listKeys()).map(({ id }) => id)
    const key = apiKey(1)

    test('a key that was written is there as it was, after a restart too', async () => {
      expect(await bench.subject.loadKey(key.id)).toBeNull()
      expect(await add(key)).toEqual({ before: null, after: key })
      expect(await bench.subject.loadKey(key.id)).toEqual(key)
      const store = await bench.reopen()
      expect(await store.listKeys()).toEqual([key])
      expect(await store.listKeyIds()).toEqual([key.id])
      expect(await store.loadKey(key.id)).toEqual(key)
    })

    test('keys are listed newest first, those of one moment by id, those that ended too', async () => {
      await add(apiKey(1, { revokedAt: startMs }))
      await add(apiKey(4, { createdAt: startMs + 2 }))
      await add(apiKey(2, { expiresAt: startMs }))
      await add(apiKey(3))
      const wanted = [3, 2, 4, 1].map((n) => apiKey(n).id)
      expect(await ids()).toEqual(wanted)
      expect(await ids(await bench.reopen())).toEqual(wanted)
    })

    test('ids that differ by case alone are two keys', async () => {
      const lower = apiKey(2, { id: key.id.toLowerCase() })
      await add(key)
      await add(lower)
      expect(await bench.subject.loadKey(key.id)).toEqual(key)
      expect(await bench.subject.loadKey(lower.id)).toEqual(lower)
    })

    test.each(['', '..', 'short', '../../etc/passw', 'seventeenletters1', 'with-a-dash-inid'])(
      'the id %j is refused',
      async (id) => {
        expect(await codeOf(bench.subject.loadKey(id))).toBe('invalid_request')
        expect(await codeOf(bench.subject.changeKey(id, () => null))).toBe('invalid_request')
      },
    )

    test('a change tells what stood before and what stands after', async () => {
      await add(key)
      const revoked = { ...key, revokedAt: startMs + 5 }
      const change = bench.subject.changeKey(key.id, (current) => {
        expect(current).toEqual(key)
        return current && { ...current, revokedAt: startMs + 5 }
      })
      expect(await change).toEqual({ before: key, after: revoked })
      expect(await bench.subject.loadKey(key.id)).toEqual(revoked)
      const left = bench.subject.changeKey(key.id, () => null)
      expect(await left).toEqual({ before: revoked, after: revoked })
    })

    test('concurrent changes of one key are all applied', async () => {
      await add(apiKey(1, { perMinute: 1 }))
      await Promise.all(
        Array.from({ length: 20 }, () =>
          bench.subject.changeKey(
            key.id,
            (current) => current && { ...current, perMinute: (current.perMinute ?? 0) + 1 },
          ),
        ),
      )
      expect((await bench.subject.loadKey(key.id))?.perMinute).toBe(21)
    })

    test('what is handed out is a copy', async () => {
      await add(key)
      const listed = (await bench.subject.listKeys())[0]!
      listed.scopes.push('admin')
      const loaded = (await bench.subject.loadKey(key.id))!
      loaded.secrets[0]!.hash = 'forged'
      await bench.subject.changeKey(key.id, (current) => {
        current!.scopes.push('admin')
        return null
      })
      expect(await bench.subject.listKeys()).toEqual([key])
    })

    test('a record that fits no schema, or is another key’s, is never written', async () => {
      const wrong = [{ ...key, scopes: ['root'] }, { ...key, secrets: [] }, apiKey(2)]
      for (const record of wrong as ApiKeyRecord[]) {
        expect(await codeOf(bench.subject.changeKey(key.id, () => record))).toBeInstanceOf(Error)
      }
      expect(await ids()).toEqual([])
    })

    test('a name is one key’s, until that is revoked', async () => {
      const namesake = apiKey(2, { name: key.name })
      await add(key)
      expect(await codeOf(add(namesake))).toBe('invalid_request')
      expect(await ids()).toEqual([key.id])
      await add({ ...key, revokedAt: startMs + 5 })
      await add(namesake)
      expect(await ids()).toEqual([namesake.id, key.id])
      expect(await codeOf(add(key))).toBe('invalid_request')
    })

    test('of keys with one name that are made at once, one is made', async () => {
      const made = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => add(apiKey(n, { name: 'ci' }))),
      )
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    test('uses add up, the latest of their times counts, and unknown keys are ignored', async () => {
      await add(key)
      await bench.subject.addKeyUses(
        [
          { id: key.id, uses: 2, lastUsedAt: startMs + 20 },
          { id: apiKey(9).id, uses: 1, lastUsedAt: startMs },
        ],
        'batch-1',
      )
      await bench.subject.addKeyUses([{ id: key.id, uses: 3, lastUsedAt: startMs + 10 }], 'batch-2')
      const used = { ...key, uses: 5, lastUsedAt: startMs + 20 }
      expect(await bench.subject.listKeys()).toEqual([used])
      expect(await bench.subject.loadKey(key.id)).toEqual(used)
      const store = await bench.reopen()
      expect(await store.listKeys()).toEqual([used])
    })

    test('uses that are handed in again as the same batch count once', async () => {
      await add(key)
      const uses = [{ id: key.id, uses: 2, lastUsedAt: startMs }]
      for (const batch of ['one', 'one', 'two', 'one']) {
        await bench.subject.addKeyUses(uses, batch)
      }
      expect((await bench.subject.loadKey(key.id))?.uses).toBe(4)
    })

    test('no change of a key forgets or makes up uses', async () => {
      await add(apiKey(1, { uses: 7, lastUsedAt: startMs }))
      await bench.subject.addKeyUses([{ id: key.id, uses: 1, lastUsedAt: startMs + 1 }], 'batch-3')
      const changed = await bench.subject.changeKey(key.id, () => ({ ...key, name: 'renamed' }))
      const wanted = { ...key, name: 'renamed', uses: 8, lastUsedAt: startMs + 1 }
      expect(changed.after).toEqual(wanted)
      const store = await bench.reopen()
      expect(await store.loadKey(key.id)).toEqual(wanted)
    })

    test('keys that ended before a moment are forgotten, and no other', async () => {
      const before = startMs + 100
      await add(apiKey(1, { revokedAt: before - 1 }))
      await add(apiKey(2, { expiresAt: before - 1 }))
      await add(apiKey(3, { revokedAt: before, expiresAt: before - 1 }))
      await add(apiKey(4, { expiresAt: before }))
      await add(apiKey(5))
      expect(await bench.subject.purgeKeys(before)).toBe(2)
      const left = [5, 4, 3].map((n) => apiKey(n).id)
      expect(await ids()).toEqual(left)
      expect(await bench.subject.loadKey(apiKey(1).id)).toBeNull()
      expect(await ids(await bench.reopen())).toEqual(left)
    })

    test('where there are as many as may be, the one that ended longest ago is forgotten for a new one, and none that is needed', async () => {
      for (let n = 1; n <= mostKeys; n += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, i) => add(apiKey(n + i))))
      }
      expect(await codeOf(add(apiKey(mostKeys + 1)))).toBe('invalid_request')
      expect(await ids()).toHaveLength(mostKeys)
      await add(apiKey(5, { name: 'renamed' }))
      expect((await bench.subject.loadKey(apiKey(5).id))?.name).toBe('renamed')
      await add(apiKey(7, { revokedAt: startMs + 60 }))
      await add(apiKey(8, { expiresAt: startMs + 50 }))
      await add(apiKey(9, { expiresAt: startMs + 10_000 }))
      await add(apiKey(mostKeys + 1))
      expect(await ids()).toHaveLength(mostKeys)
      expect(await bench.subject.loadKey(apiKey(8).id)).toBeNull()
      expect(await bench.subject.loadKey(apiKey(7).id)).not.toBeNull()
    }, 60_000)

    if (!twoHandles) return

    test('what one handle writes the other reads, and a name is one key’s of both', async () => {
      const other = await bench.another()
      await add(key)
      await bench.subject.addKeyUses([{ id: key.id, uses: 1, lastUsedAt: startMs }], 'batch-4')
      await other.addKeyUses([{ id: key.id, uses: 1, lastUsedAt: startMs + 1 }], 'batch-5')
      expect(await other.listKeys()).toEqual([{ ...key, uses: 2, lastUsedAt: startMs + 1 }])
      expect(await codeOf(add(apiKey(2, { name: key.name }), other))).toBe('invalid_request')
    })
  })
