import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Logger } from '../../../src/log'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import type { Store } from '../../../src/store/store'
import type { TokenKey, TokenRecord } from '../../../src/store/token-record'
import { createTokenCache } from '../../../src/suite/tokens/token-cache'
import type { Tokens } from '../../../src/suite/tokens/tokens'
import type { FetchedToken } from '../../../src/wecom/api/suite-calls'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { corp } from '../../store/conformance/records'
import { corpToken, createTokenStage, suiteToken } from './token-stage'

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
      store: { ...createMemoryStore({ clock, freshBytes, data }), ...change },
      budgets: createMemoryStore({ clock, freshBytes, data }),
      livingReplicas: () => 3,
      clock,
      random: () => 0.5,
      log: quiet,
      onRefused() {},
      source: { prepare: async () => ({ fetch }) },
    })
  return { clock, asked, start, store: createMemoryStore({ clock, freshBytes, data }) }
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

describe('several processes, one of which holds its turn for too long', () => {
  test('keep what the next one fetches, and the slow one waits for that', async () => {
    const { clock, asked, start, store } = setUp()
    const slow = start().get(key)
    await clock.advance(0)
    const quick = start().get(key)
    await clock.advance(31 * secondMs)
    expect(asked).toHaveLength(2)
    asked[0]!('older')
    await clock.advance(secondMs)
    expect(await store.loadToken(key)).toBeNull()
    asked[1]!('newer')
    await clock.advance(secondMs)
    expect((await slow).value).toBe('newer')
    expect((await quick).value).toBe('newer')
    expect((await store.loadToken(key))?.value).toBe('newer')
    expect(asked).toHaveLength(2)
  })

  test('save nothing of a company that left and came back meanwhile, but fetch anew', async () => {
    const { clock, asked, start, store } = await createTokenStage()
    const { suiteId, corpid } = corpToken
    const getting = start().get(corpToken)
    await clock.advance(0)
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: null }))
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: 'new' }))
    asked[0]!.answer('of the old code')
    await clock.advance(secondMs)
    expect(await store.loadToken(corpToken)).toBeNull()
    asked[1]!.answer('of the new code')
    expect((await getting).value).toBe('of the new code')
    expect((await store.loadToken(corpToken))?.value).toBe('of the new code')
  })

  test('tell that a company has left whose code went meanwhile', async () => {
    const { clock, asked, start, store } = await createTokenStage()
    const { suiteId, corpid } = corpToken
    const getting = start().get(corpToken)
    getting.catch(() => undefined)
    await clock.advance(0)
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: null }))
    asked[0]!.answer('of the old code')
    await clock.advance(secondMs)
    await expect(getting).rejects.toMatchObject({ code: 'corp_not_authorized' })
    expect(asked).toHaveLength(1)
  })
})

describe('several processes, one of which WeCom refuses', () => {
  const wrongSecret = 40001
  const addressNotAllowed = 60020

  const refusedOnce = async (errcode: number, token: TokenKey = suiteToken) => {
    const stage = await createTokenStage()
    const processes = [stage.start(), stage.start(), stage.start()]
    await stage.clock.advance(secondMs)
    const getting = processes.map((tokens) => tokens.get(token))
    for (const one of getting) one.catch(() => undefined)
    await stage.clock.advance(0)
    stage.asked[0]!.fail(errcode)
    await stage.clock.advance(secondMs)
    return { ...stage, processes, getting }
  }

  test('ask once, and all that waited are told what it was told', async () => {
    const { asked, getting } = await refusedOnce(wrongSecret)
    for (const one of getting) {
      await expect(one).rejects.toMatchObject({ code: 'wecom_error', errcode: wrongSecret })
      await expect(one).rejects.toMatchObject({ retryAfterSeconds: 60 })
    }
    expect(asked).toHaveLength(1)
  })

  test('ask again when the wait is over, once for all', async () => {
    const { clock, asked, processes } = await refusedOnce(45009)
    await clock.advance(2 * minuteMs)
    const again = processes.map((tokens) => tokens.get(suiteToken))
    await clock.advance(secondMs)
    expect(asked).toHaveLength(2)
    asked[1]!.answer('second')
    await clock.advance(secondMs)
    const values = (await Promise.all(again)).map(({ value }) => value)
    expect(values).toEqual(['second', 'second', 'second'])
  })

  test('try a wrong secret six times an hour in all, whatever tickets come', async () => {
    const { clock, store, asked, processes } = await refusedOnce(wrongSecret)
    for (let n = 1; n < 50; n++) {
      await store.saveTicket(suiteToken.suiteId, {
        value: `ticket-${n}`,
        timeStampSeconds: Math.floor(clock.now() / secondMs),
        receivedAt: clock.now(),
      })
      processes[n % 3]!.wake(suiteToken.suiteId)
      for (const tokens of processes) {
        tokens.renewDue()
        tokens.get(suiteToken).catch(() => undefined)
      }
      await clock.advance(0)
      for (const one of asked) if (!one.isOver) one.fail(wrongSecret)
      await clock.advance(minuteMs)
    }
    expect(asked).toHaveLength(6)
  })

  test('go on when the ticket that was waited for came to another one', async () => {
    const { clock, store, asked, processes } = await refusedOnce(wrongSecret)
    await store.saveTicket(suiteToken.suiteId, {
      value: 'ticket',
      timeStampSeconds: Math.floor(clock.now() / secondMs),
      receivedAt: clock.now(),
    })
    processes[2]!.wake(suiteToken.suiteId)
    await clock.advance(0)
    asked[1]!.answer('second')
    await clock.advance(0)
    for (const tokens of processes) tokens.renewDue()
    await clock.advance(0)
    for (const tokens of processes) expect((await tokens.get(suiteToken)).value).toBe('second')
    expect(asked).toHaveLength(2)
  })

  test('ask each for themselves where the refusal is of an address, or came from the network', async () => {
    const { clock, asked } = await refusedOnce(addressNotAllowed)
    expect(asked).toHaveLength(2)
    asked[1]!.answer('second')
    await clock.advance(secondMs)
  })

  test('hold on where the ticket that was shown comes again, to whichever process', async () => {
    const { clock, asked, processes } = await refusedOnce(wrongSecret)
    for (const tokens of processes) {
      tokens.wake(suiteToken.suiteId)
      await clock.advance(secondMs)
      tokens.get(suiteToken).catch(() => undefined)
      tokens.wake(suiteToken.suiteId)
      await clock.advance(secondMs)
    }
    expect(asked).toHaveLength(1)
  })

  test('hold nothing against one that begins later: what was wrong may be mended', async () => {
    const { clock, asked, start } = await refusedOnce(wrongSecret)
    const getting = start().get(suiteToken)
    await clock.advance(0)
    expect(asked).toHaveLength(2)
    asked[1]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('try a wrong secret once more for each one that begins, and then wait for an hour', async () => {
    const stage = await refusedOnce(wrongSecret)
    const { clock, store, asked } = stage
    const tryWith = async (tokens: Tokens) => {
      const timeStampSeconds = Math.floor(clock.now() / secondMs)
      const pushed = { value: `at ${timeStampSeconds}`, timeStampSeconds, receivedAt: clock.now() }
      await store.saveTicket(suiteToken.suiteId, pushed)
      tokens.wake(suiteToken.suiteId)
      tokens.get(suiteToken).catch(() => undefined)
      await clock.advance(0)
      for (const one of asked) if (!one.isOver) one.fail(wrongSecret)
      await clock.advance(secondMs)
    }
    for (let n = 0; n < 9; n++) await tryWith(stage.processes[0]!)
    expect(asked).toHaveLength(6)
    const late = stage.start()
    for (let n = 0; n < 9; n++) await tryWith(late)
    expect(asked).toHaveLength(7)
    for (let n = 0; n < 9; n++) await tryWith(stage.processes[1]!)
    expect(asked).toHaveLength(7)
  })

  test('hold nothing against a company whose status was settled since', async () => {
    const { clock, asked, processes } = await refusedOnce(40084, corpToken)
    const [, other] = processes
    await clock.advance(secondMs)
    other!.reconsider(corpToken.suiteId, corpToken.corpid)
    const getting = other!.get(corpToken)
    await clock.advance(0)
    expect(asked).toHaveLength(2)
    asked[1]!.answer('second')
    expect((await getting).value).toBe('second')
  })
})

describe('a token that is reported dead while it is on its way', () => {
  test('never stands in the store as a good one', async () => {
    const { clock, asked, start, store } = await createTokenStage()
    const saved: TokenRecord[] = []
    const tokens = start({
      saveToken: (key, token, replaces, turn) => {
        saved.push(token)
        return store.saveToken(key, token, replaces, turn)
      },
    })
    const getting = tokens.get(corpToken)
    await clock.advance(0)
    const replacing = tokens.replace(corpToken, 'first')
    await clock.advance(0)
    asked[0]!.answer('first')
    await clock.advance(0)
    expect(saved).toMatchObject([{ value: 'first', expiresAt: 0 }])
    asked[1]!.answer('second')
    expect((await replacing).value).toBe('second')
    expect((await getting).value).toBe('second')
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
