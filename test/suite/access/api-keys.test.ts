import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import { createApiKeys } from '../../../src/suite/access/api-keys'
import { createSuites } from '../../../src/suite/suites'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { createSeries, startAt } from '../../scene'

/** Two processes on one store. */
const twoProcesses = () => {
  const clock = createManualClock(startAt)
  const store = createMemoryStore({ clock, freshBytes, data: createMemoryStoreData() })
  const suites = createSuites(
    [],
    { corpid: null, secret: null, systemPair: null, hasOwnLogin: false },
    null,
  )
  const open = (seed: number) => createApiKeys({ store, suites, clock, random: createSeries(seed) })
  return { clock, store, one: open(1), other: open(2) }
}

const reading = { name: 'reader', scopes: ['read'] as const }

describe('a key that another process', () => {
  test('gave a new secret is good with it at once, and no longer once it is revoked', async () => {
    const { store, one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    expect(await other.use(text)).not.toBeNull()
    const rotated = await one.rotate(record.id, 0)
    expect(await other.use(rotated.text)).not.toBeNull()
    expect(await other.use(text)).toBeNull()
    await one.revoke(record.id)
    other.readAgain()
    expect(await other.use(rotated.text)).toBeNull()
    let readings = 0
    const { loadKey } = store
    store.loadKey = (id) => {
      readings += 1
      return loadKey(id)
    }
    expect(await other.use('wrong')).toBeNull()
    expect(await other.use(`${rotated.text.slice(0, -1)}x`)).toBeNull()
    expect(readings).toBe(0)
  })

  test('made is known at once', async () => {
    const { one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    expect((await other.use(text))?.id).toBe(record.id)
  })

  test('revoked is unknown two seconds later', async () => {
    const { clock, one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    await other.use(text)
    await one.revoke(record.id)
    expect(await one.use(text)).toBeNull()
    await clock.advance(2 * secondMs)
    expect(await other.use(text)).toBeNull()
    expect(await other.standingOf(record.id)).toBe('revoked')
  })
})

describe('a key whose change by another process is heard', () => {
  test('is read again when it is used', async () => {
    const { one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    await other.use(text)
    await one.revoke(record.id)
    other.readAgain()
    expect(await other.use(text)).toBeNull()
  })

  test('is not remembered as it was read before', async () => {
    const { store, one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    const { loadKey } = store
    let finishReading = () => {}
    store.loadKey = async (id) => {
      const read = await loadKey(id)
      await new Promise<void>((resolve) => {
        finishReading = resolve
      })
      return read
    }
    const using = other.use(text)
    await new Promise(setImmediate)
    store.loadKey = loadKey
    await one.revoke(record.id)
    other.readAgain()
    finishReading()
    await using
    expect(await other.use(text)).toBeNull()
  })
})

describe('uses of a key', () => {
  test('of all processes add up in the store', async () => {
    const { store, one, other } = twoProcesses()
    const { text, record } = await one.create(reading)
    await one.use(text)
    await other.use(text)
    await other.use(text)
    await Promise.all([one.flushUses(), other.flushUses()])
    expect(await store.loadKey(record.id)).toMatchObject({ uses: 3, lastUsedAt: startAt })
  })

  test('that can’t be written are written with the next', async () => {
    const { store, one } = twoProcesses()
    const { text, record } = await one.create(reading)
    await one.use(text)
    const { addKeyUses } = store
    store.addKeyUses = async () => {
      throw new Error('the disk is full')
    }
    await expect(one.flushUses()).rejects.toThrow('the disk is full')
    store.addKeyUses = addKeyUses
    await one.use(text)
    await one.flushUses()
    expect((await store.loadKey(record.id))?.uses).toBe(2)
  })

  test('whose answer got lost count once, and those of meanwhile too', async () => {
    const { store, one } = twoProcesses()
    const { text, record } = await one.create(reading)
    await one.use(text)
    const { addKeyUses } = store
    store.addKeyUses = async (...given) => {
      await addKeyUses(...given)
      throw new Error('no answer')
    }
    await expect(one.flushUses()).rejects.toThrow('no answer')
    store.addKeyUses = addKeyUses
    await one.use(text)
    await one.flushUses()
    await one.flushUses()
    expect((await store.loadKey(record.id))?.uses).toBe(2)
  })

  test('are none of a text that is no key, or the key of another id', async () => {
    const { store, one } = twoProcesses()
    const { text, record } = await one.create(reading)
    for (const wrong of ['', 'x', `${text}x`, text.slice(0, -1), text.toUpperCase()]) {
      expect(await one.use(wrong)).toBeNull()
    }
    await one.flushUses()
    expect((await store.loadKey(record.id))?.uses).toBe(0)
  })
})

test('of a key the store has a hash and not the key', async () => {
  const { store, one } = twoProcesses()
  const { text, record } = await one.create(reading)
  const kept = JSON.stringify(await store.loadKey(record.id))
  expect(kept).not.toContain(text.slice(-43))
  expect(kept).toContain(new Bun.CryptoHasher('sha256').update(text).digest('base64url'))
})
