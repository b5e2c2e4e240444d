import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Logger } from '../../../src/log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import type { TokenKey } from '../../../src/store/token-record'
import { type CachedToken, uncachedToken } from '../../../src/suite/tokens/cached-token'
import { createRenewal } from '../../../src/suite/tokens/renewal'
import { createTokenCache } from '../../../src/suite/tokens/token-cache'
import type { FetchedToken } from '../../../src/wecom/api/suite-calls'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { corp } from '../../store/conformance/records'

const tokensOf = (count: number): CachedToken[] =>
  Array.from({ length: count }, (_, n) =>
    uncachedToken({ suiteId: 'wwsuite', corpid: `wpCompany${n}`, kind: 'access_token' }, 0),
  )

/** Renewals that end when the test says so, or at once. */
const setUp = ({ atOnce = true, replicas = 1 } = {}) => {
  const clock = createManualClock(0)
  const begunAt: number[] = []
  const renewed = new Set<CachedToken>()
  const endings: (() => void)[] = []
  const renewal = createRenewal({
    isDue: (cached) => !renewed.has(cached),
    renew: (cached) => {
      begunAt.push(clock.now())
      renewed.add(cached)
      return atOnce ? Promise.resolve() : new Promise((resolve) => endings.push(resolve))
    },
    livingReplicas: () => replicas,
    clock,
  })
  return { clock, begunAt, renewed, endings, renewal }
}

describe('a round of renewals', () => {
  test('goes at the pace of one process, however many there are', async () => {
    const { clock, begunAt, renewal } = setUp({ replicas: 3 })
    renewal.begin(tokensOf(100))
    await clock.advance(secondMs)
    expect(begunAt).toHaveLength(84)
  })

  test('begins with the first one at once', () => {
    const { begunAt, renewal } = setUp()
    renewal.begin(tokensOf(3))
    expect(begunAt).toEqual([0])
  })

  test('begins them one by one, four milliseconds apart', async () => {
    const { clock, begunAt, renewal } = setUp()
    renewal.begin(tokensOf(300))
    await clock.advance(2 * secondMs)
    expect(begunAt).toEqual(Array.from({ length: 300 }, (_, n) => 4 * n))
  })

  test('makes up for no time that was lost while WeCom was slow', async () => {
    const { clock, begunAt, endings, renewal } = setUp({ atOnce: false })
    renewal.begin(tokensOf(40))
    await clock.advance(minuteMs)
    for (const end of endings.splice(0)) end()
    await clock.advance(minuteMs)
    const gaps = begunAt.slice(1).map((at, n) => at - begunAt[n]!)
    expect(begunAt).toHaveLength(32)
    expect(Math.min(...gaps)).toBe(4)
  })

  test('has sixteen under way at most, and goes on with each that ends', async () => {
    const { clock, begunAt, endings, renewal } = setUp({ atOnce: false })
    renewal.begin(tokensOf(40))
    await clock.advance(minuteMs)
    expect(begunAt).toHaveLength(16)
    endings.shift()!()
    await clock.advance(minuteMs)
    expect(begunAt).toHaveLength(17)
  })

  test('passes over what is no longer due when its turn comes, without a wait for it', async () => {
    const { clock, begunAt, renewed, renewal } = setUp()
    const tokens = tokensOf(100)
    renewal.begin(tokens)
    for (const cached of tokens.slice(1, 99)) renewed.add(cached)
    await clock.advance(secondMs)
    expect(begunAt).toEqual([0, 4])
  })

  test('is not begun twice', async () => {
    const { clock, begunAt, renewal } = setUp()
    renewal.begin(tokensOf(10))
    renewal.begin(tokensOf(10))
    await clock.advance(secondMs)
    expect(begunAt).toHaveLength(10)
  })

  test('is followed by another one even if some of it hang', async () => {
    const { clock, begunAt, renewal } = setUp({ atOnce: false })
    renewal.begin(tokensOf(10))
    await clock.advance(secondMs)
    renewal.begin(tokensOf(10))
    await clock.advance(secondMs)
    expect(begunAt).toHaveLength(16)
  })

  test('begins no more after it was told to stop', async () => {
    const { clock, begunAt, renewal } = setUp()
    const stopping = new AbortController()
    renewal.begin(tokensOf(10), stopping.signal)
    await clock.advance(8)
    stopping.abort()
    await clock.advance(secondMs)
    expect(begunAt).toHaveLength(3)
  })

  test('leaves no timer behind, and a look at what is not due sets none', async () => {
    const { clock, renewed, renewal } = setUp()
    const tokens = tokensOf(10)
    renewal.begin(tokens)
    await clock.advance(secondMs)
    expect(clock.pending).toBe(0)
    expect(renewed.size).toBe(10)
    renewal.begin(tokens)
    expect(clock.pending).toBe(0)
  })
})

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const suiteToken: TokenKey = { suiteId: 'wwsuite', corpid: null, kind: 'suite_access_token' }

/**
 * The tokens of a hundred companies and, last of all, their suite's, two minutes before the end.
 */
const allDue = async () => {
  const clock = createManualClock(0)
  const asked: { readonly key: TokenKey; readonly answer: () => void }[] = []
  const fetch = (key: TokenKey) =>
    new Promise<FetchedToken>((resolve) => {
      const value = `token-${asked.length}`
      const fetchedAt = clock.now()
      const answer = () => resolve({ value, fetchedAt, expiresAt: fetchedAt + 2 * hourMs })
      asked.push({ key, answer })
    })
  const store = createMemoryStore({ clock, freshBytes })
  for (const { key } of tokensOf(100)) {
    const { suiteId, corpid } = key
    if (corpid !== null) await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid }))
  }
  const tokens = createTokenCache({
    store,
    budgets: store,
    livingReplicas: () => 1,
    clock,
    random: () => 0.5,
    log: quiet,
    onRefused() {},
    source: { prepare: async (key) => ({ fetch: () => fetch(key) }) },
  })
  const keys = [...tokensOf(100).map(({ key }) => key), suiteToken]
  const getting = Promise.all(keys.map(tokens.get))
  await clock.advance(0)
  for (const { answer } of asked.splice(0)) answer()
  await getting
  await clock.advance(118 * minuteMs)
  return { clock, asked, tokens }
}

describe('renewals of all that is due', () => {
  test('begin with the suite’s own, which waits behind no company’s', async () => {
    const { clock, asked, tokens } = await allDue()
    tokens.renewDue()
    await clock.advance(0)
    expect(asked.map(({ key }) => key.corpid)).toEqual([null, 'wpCompany0'])
  })

  test('take up a suite’s that becomes due while companies’ hang', async () => {
    const { clock, asked, tokens } = await allDue()
    tokens.renewDue()
    await clock.advance(secondMs)
    asked[0]!.answer()
    await clock.advance(118 * minuteMs)
    asked.length = 0
    tokens.renewDue()
    await clock.advance(0)
    expect(asked.map(({ key }) => key)).toEqual([suiteToken])
  })

  test('go on until none is left', async () => {
    const { clock, asked, tokens } = await allDue()
    tokens.renewDue()
    for (let n = 0; n < 101; n++) {
      await clock.advance(4)
      asked[n]!.answer()
    }
    await clock.advance(minuteMs)
    expect(new Set(asked.map(({ key }) => key.corpid)).size).toBe(101)
    expect(asked).toHaveLength(101)
  })

  test('pass over a token that was replaced while it waited for its turn', async () => {
    const { clock, asked, tokens } = await allDue()
    tokens.renewDue()
    const { key } = tokensOf(100)[99]!
    const replacing = tokens.replace(key, tokens.peek(key)!.value)
    for (let n = 0; n < 101; n++) {
      await clock.advance(4)
      asked[n]!.answer()
    }
    await replacing
    await clock.advance(minuteMs)
    expect(asked.filter((one) => one.key.corpid === key.corpid)).toHaveLength(1)
  })

  test('are not begun any more for companies when the service stops', async () => {
    const { clock, asked, tokens } = await allDue()
    const stopping = new AbortController()
    tokens.renewDue(stopping.signal)
    await clock.advance(20)
    const begun = asked.length
    expect(begun).toBe(7)
    stopping.abort()
    await clock.advance(secondMs)
    expect(asked).toHaveLength(begun)
  })
})
