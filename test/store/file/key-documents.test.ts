import { describe, expect, test } from 'bun:test'
import { readFile, unlink, writeFile } from 'node:fs/promises'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { withoutKey } from '../../../src/store/driver/sealing'
import { resealDocuments } from '../../../src/store/file/document/reseal-documents'
import { codeOf, startMs } from '../conformance/bench'
import { apiKey } from '../conformance/records'
import { idOfKey, sealedWith } from '../sealed-with'
import { systemError } from './disk/faulty-file-system'
import { useFileBench } from './file-bench'

const key = apiKey(1)
const keyPath = 'keys/~key0000000000001.json'
const usesPath = 'service/key-uses.json'
const secretPath = 'service/secret.json'

const add = (store: StoreDriver, one = key) => store.changeKey(one.id, () => one)

describe('API keys as documents', () => {
  const bench = useFileBench()
  const use = (store: StoreDriver, uses = 1) =>
    store.addKeyUses([{ id: key.id, uses, lastUsedAt: startMs + 9 }], crypto.randomUUID())
  const json = async (file: string) => JSON.parse(await readFile(bench.at(file), 'utf8'))

  test('stand each in a document of its own, which people can read', async () => {
    await add(await bench.open())
    expect(await json(keyPath)).toEqual(key)
    expect([...(await bench.files()).keys()].sort()).toEqual([keyPath, `${keyPath}.bak`])
    expect((await bench.files()).get(keyPath)?.mode).toBe(0o600)
    expect((await bench.folders()).get('keys')).toBe(0o700)
  })

  test('need no folder before there is one', async () => {
    await (await bench.open()).listKeys()
    expect([...(await bench.folders()).keys()]).not.toContain('keys')
  })

  test('are counted in a file beside, so that no use rewrites what lets a program in', async () => {
    const store = await bench.open()
    await add(store)
    await use(store)
    bench.fs.calls.length = 0
    await use(store, 2)
    expect(bench.fs.calls.filter((call) => call.includes('~key'))).toEqual([])
    expect(bench.fs.calls.filter((call) => call.startsWith('sync'))).toEqual([])
    expect((await json(usesPath)).keys).toEqual({
      [key.id]: { uses: 3, lastUsedAt: startMs + 9 },
    })
  })

  test.each(['', '{', '{"version":2}', 'gone'])(
    'serve on when the counts are %j, from those of the last change on',
    async (text) => {
      const store = await bench.open()
      await add(store)
      await use(store, 3)
      await store.changeKey(key.id, (current) => current && { ...current, name: 'renamed' })
      await use(store, 4)
      await store.close()
      if (text === 'gone') await unlink(bench.at(usesPath))
      else await writeFile(bench.at(usesPath), text)
      const again = await bench.open()
      expect(await again.listKeys()).toMatchObject([{ id: key.id, uses: 3 }])
      await use(again)
      expect((await again.loadKey(key.id))?.uses).toBe(4)
    },
  )

  test('are counted once when the counts could not be written at first', async () => {
    const store = await bench.open()
    await add(store)
    bench.fs.before = (call) => {
      if (call === 'write') throw systemError('ENOSPC')
    }
    expect(await codeOf(use(store))).toBe('store_unavailable')
    bench.fs.before = () => {}
    await use(store)
    expect((await store.loadKey(key.id))?.uses).toBe(1)
  })

  test.each(['ENOSPC', 'EIO'])('stay as they were when a write fails with %s', async (errno) => {
    const store = await bench.open()
    await add(store)
    bench.fs.before = (call) => {
      if (call === 'write') throw systemError(errno)
    }
    const revoked = { ...key, revokedAt: startMs }
    expect(await codeOf(add(store, revoked))).toBe('store_unavailable')
    expect(await codeOf(add(store, apiKey(2)))).toBe('store_unavailable')
    bench.fs.before = () => {}
    expect(await store.listKeys()).toEqual([key])
    await add(store, revoked)
    expect(await store.listKeys()).toEqual([revoked])
  })

  test('that are damaged stop alone, are named, and serve again once they are mended', async () => {
    const first = await bench.open()
    await add(first)
    await add(first, apiKey(2))
    await first.close()
    const whole = await readFile(bench.at(keyPath), 'utf8')
    await writeFile(bench.at(keyPath), '{"version":1')
    const store = await bench.open()
    expect(await store.listKeys()).toEqual([apiKey(2)])
    expect((await store.listKeyIds()).sort()).toEqual([key.id, apiKey(2).id])
    expect(await codeOf(store.loadKey(key.id))).toBe('store_unavailable')
    expect(await codeOf(add(store))).toBe('store_unavailable')
    const copy = `${keyPath}.bak`
    expect(await store.listUnreadable()).toMatchObject([
      { suiteId: null, corpid: null, file: keyPath, copy },
    ])
    expect(await readFile(bench.at(keyPath), 'utf8')).toBe('{"version":1')
    await writeFile(bench.at(keyPath), whole)
    expect(await store.listUnreadable()).toEqual([])
    expect(await store.listKeys()).toEqual([apiKey(2), key])
  })

  test('leave nothing behind when they are forgotten', async () => {
    const store = await bench.open()
    await add(store, { ...key, revokedAt: startMs })
    expect(await store.purgeKeys(startMs + 1)).toBe(1)
    expect([...(await bench.files()).keys()]).toEqual([])
  })
})

describe('the secret of the service as a document', () => {
  const bench = useFileBench()
  const text = async () => readFile(bench.at(secretPath), 'utf8')
  const asText = (secret: Uint8Array) => Buffer.from(secret).toString('base64')

  test('is durable before anybody has it, and nobody else may read it', async () => {
    const store = await bench.open()
    bench.fs.calls.length = 0
    await store.serviceSecret()
    const synced = bench.fs.calls.filter((call) => call.startsWith('sync'))
    expect(synced.length).toBeGreaterThan(2)
    expect((await bench.files()).get(secretPath)?.mode).toBe(0o600)
    expect((await bench.folders()).get('service')).toBe(0o700)
  })

  test('is none when it could not be written, and made by the next who asks', async () => {
    const store = await bench.open()
    bench.fs.before = (call) => {
      if (call === 'write') throw systemError('ENOSPC')
    }
    expect(await codeOf(store.serviceSecret())).toBe('store_unavailable')
    bench.fs.before = () => {}
    expect(await store.loadServiceSecret()).toBeNull()
    expect(await store.serviceSecret()).toHaveLength(32)
  })

  test('stands sealed where there is a key, in the copy too, and is sealed anew with another', async () => {
    const first = await bench.open(sealedWith('a'))
    const secret = await first.serviceSecret()
    await first.close()
    for (const { text } of (await bench.files()).values()) {
      expect(text).not.toContain(asText(secret))
      expect(text).toContain(`enc:v1:${idOfKey('a')}:`)
    }
    const sealing = sealedWith('b', 'a')
    expect(await resealDocuments({ ...bench, dir: bench.dir, sealing })).toEqual({
      rewritten: 2,
      leftOut: [],
    })
    for (const { text } of (await bench.files()).values()) {
      expect(text).toContain(`enc:v1:${idOfKey('b')}:`)
    }
    const store = await bench.open(sealedWith('b'))
    expect(await store.serviceSecret()).toEqual(secret)
  })

  test('in clear is sealed by the first pass with a key', async () => {
    const first = await bench.open()
    const secret = await first.serviceSecret()
    await first.close()
    expect(await text()).toContain(asText(secret))
    await resealDocuments({ ...bench, dir: bench.dir, sealing: sealedWith('a') })
    expect(await text()).not.toContain(asText(secret))
    const store = await bench.open(sealedWith('a'))
    expect(await store.serviceSecret()).toEqual(secret)
  })

  test('that is damaged, or sealed with another key, is never made anew', async () => {
    const first = await bench.open(sealedWith('a'))
    await first.serviceSecret()
    await first.close()
    const whole = await text()
    for (const [damage, sealing] of [
      ['{', sealedWith('a')],
      [whole, withoutKey],
    ] as const) {
      await writeFile(bench.at(secretPath), damage)
      const store = await bench.open(sealing)
      expect(await codeOf(store.serviceSecret())).toBe('store_unavailable')
      expect(await codeOf(store.restoreServiceSecret(new Uint8Array(32)))).toBe('store_unavailable')
      expect(await text()).toBe(damage)
      expect((await store.listUnreadable()).map(({ file }) => file)).toEqual([secretPath])
      await store.close()
    }
  })
})
