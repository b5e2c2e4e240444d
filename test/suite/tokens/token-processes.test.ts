import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Logger } from '../../../src/log'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import type { Store } from '../../../src/store/store'
import type { TokenKey } from '../../../src/store/token-record'
import { createTokenCache } from '../../../src/suite/tokens/token-cache'
import type { FetchedToken } from '../../../src/wecom/api/suite-calls'
import { createManualClock } from '../../manual-clock'

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const key: TokenKey = { suiteId: 'wwsuite', corpid: null, kind: 'suite_access_token' }

/** Several processes on one state, and a WeCom whose answers the test gives. */
const setUp = () => {
  const clock = createManualClock(0)
  const data = createMemoryStoreData()
  const asked: ((value?: string) => void)[] = []
  const fetch = () =>
    new Promise<FetchedToken>((resolve) => {
      const fetchedAt = clock.now()
      const value = `token-${asked.length + 1}`
      asked.push((other = value) =>
        resolve({ value: other, fetchedAt, expiresAt: fetchedAt + 2 * hourMs }),
      )
    })
  const start = (change: Partial<Store> = {}) =>
    createTokenCache({
      store: { ...createMemoryStore({ clock, data }), ...change },
      clock,
      random: () => 0.5,
      log: quiet,
      onRefused() {},
      source: { prepare: async () => fetch },
    })
  return { clock, asked, start, store: createMemoryStore({ clock, data }) }
}

describe('several processes on one store', () => {
  test('that need a token at the same time cost WeCom one call', async () => {
    const { clock, asked, start } = setUp()
    const processes = [start(), start(), start()]
    const getting = processes.flatMap((tokens) => [tokens.get(key), tokens.get(key)])
    await clock.advance(secondMs)
    expect(asked).toHaveLength(1)
    asked[0]!()
    await clock.advance(secondMs)
    const values = (await Promise.all(getting)).map(({ value }) => value)
    expect(new Set(values)).toEqual(new Set(['token-1']))
    expect(asked).toHaveLength(1)
  })

  test('that meet the same dead token replace it once', async () => {
    const { clock, asked, start } = setUp()
    const processes = [start(), start()]
    const first = processes[0]!.get(key)
    await clock.advance(0)
    asked[0]!()
    const { value: dead } = await first
    const replacing = processes.map((tokens) => tokens.replace(key, dead))
    await clock.advance(secondMs)
    asked[1]!()
    await clock.advance(secondMs)
    const values = (await Promise.all(replacing)).map(({ value }) => value)
    expect(values).toEqual(['token-2', 'token-2'])
    expect(asked).toHaveLength(2)
  })

  test('find a token that another one fetched without asking WeCom', async () => {
    const { clock, asked, start } = setUp()
    const first = start().get(key)
    await clock.advance(0)
    asked[0]!()
    await first
    expect((await start().get(key)).value).toBe('token-1')
    expect(asked).toHaveLength(1)
  })

  test('don’t let one that died while fetching hold up the others for long', async () => {
    const { clock, asked, start } = setUp()
    void start().get(key)
    await clock.advance(0)
    expect(asked).toHaveLength(1)
    const waiting = start().get(key)
    await clock.advance(31 * secondMs)
    expect(asked).toHaveLength(2)
    asked[1]!()
    expect((await waiting).value).toBe('token-2')
  })

  test('let no slow answer overwrite a newer token', async () => {
    const { clock, asked, start, store } = setUp()
    const slow = start().get(key)
    await clock.advance(0)
    const quick = start().get(key)
    await clock.advance(31 * secondMs)
    asked[1]!('newer')
    await quick
    asked[0]!('older')
    await clock.advance(0)
    expect((await store.loadToken(key))?.value).toBe('newer')
    expect((await slow).value).toBe('newer')
  })
})

describe('one process whose store fails', () => {
  const failing = () => Promise.reject(new Error('the disk is full'))

  test('serves a token that it couldn’t write from memory', async () => {
    const { clock, asked, start } = setUp()
    const tokens = start({ saveToken: failing })
    const getting = tokens.get(key)
    await clock.advance(0)
    asked[0]!()
    expect((await getting).value).toBe('token-1')
    expect(tokens.peek(key)?.value).toBe('token-1')
    expect(asked).toHaveLength(1)
  })

  test('serves on what it has in memory while the store can’t be read', async () => {
    const { clock, asked, start } = setUp()
    let broken = false
    const tokens = start({ loadToken: () => (broken ? failing() : Promise.resolve(null)) })
    const getting = tokens.get(key)
    await clock.advance(0)
    asked[0]!()
    await getting
    broken = true
    await clock.advance(115 * minuteMs)
    tokens.renewDue()
    await clock.advance(0)
    expect((await tokens.get(key)).value).toBe('token-1')
  })
})
