import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import type { TokenKey } from '../../../src/store/token-record'
import type { Tokens } from '../../../src/suite/tokens/tokens'
import {
  agentTicket,
  corpToken,
  createTokenStage,
  providerToken,
  suiteToken,
  ticket,
} from './token-stage'

const keys: [string, TokenKey][] = [
  ['suite’s token', suiteToken],
  ['provider’s token', providerToken],
  ['company’s token', corpToken],
  ['company’s ticket', ticket],
  ['company’s agent ticket', agentTicket],
]

/** One process with a cached token whose renewal is under way. */
const renewing = async (key: TokenKey) => {
  const stage = await createTokenStage()
  const tokens = stage.start()
  await stage.holding(tokens, key, 'first')
  await stage.clock.advance(118 * minuteMs)
  tokens.renewDue()
  await stage.clock.advance(0)
  expect(stage.asked).toHaveLength(2)
  return { ...stage, tokens }
}

const valuesOf = async (getting: ReturnType<Tokens['get']>[]) =>
  (await Promise.all(getting)).map(({ value }) => value)

const fifty = <T>(work: () => T): T[] => Array.from({ length: 50 }, work)

describe.each(keys)('a %s that is reported dead while its renewal is under way', (_, key) => {
  test('is asked for once more, by all who report it together, if the renewal brings it again', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = fifty(() => tokens.replace(key, 'first'))
    await clock.advance(0)
    asked[1]!.answer('first')
    await clock.advance(0)
    expect(asked).toHaveLength(3)
    asked[2]!.answer('second')
    expect(new Set(await valuesOf(replacing))).toEqual(new Set(['second']))
    expect(tokens.peek(key)?.value).toBe('second')
    expect(asked).toHaveLength(3)
  })

  test('costs no further call if the renewal brings another one', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = fifty(() => tokens.replace(key, 'first'))
    await clock.advance(0)
    asked[1]!.answer('second')
    expect(new Set(await valuesOf(replacing))).toEqual(new Set(['second']))
    expect(asked).toHaveLength(2)
  })

  test('comes back if WeCom insists on it when asked after the report, and rests for a minute', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = tokens.replace(key, 'first')
    await clock.advance(0)
    asked[1]!.answer('first')
    await clock.advance(0)
    asked[2]!.answer('first')
    expect((await replacing).value).toBe('first')
    await clock.advance(minuteMs - 1)
    expect((await tokens.replace(key, 'first')).value).toBe('first')
    expect(asked).toHaveLength(3)
    await clock.advance(1)
    const again = tokens.replace(key, 'first')
    await clock.advance(0)
    expect(asked).toHaveLength(4)
    asked[3]!.answer('third')
    expect((await again).value).toBe('third')
  })

  test('is told as what the fetch met if that fails', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = tokens.replace(key, 'first')
    replacing.catch(() => undefined)
    await clock.advance(0)
    asked[1]!.answer('first')
    await clock.advance(0)
    asked[2]!.fail()
    await expect(replacing).rejects.toMatchObject({ code: 'wecom_error' })
    expect(tokens.peek(key)).toBeNull()
    await expect(tokens.get(key)).rejects.toMatchObject({ code: 'wecom_error' })
  })

  test('is told apart from another one that is reported at the same time', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = [tokens.replace(key, 'first'), tokens.replace(key, 'second')]
    await clock.advance(0)
    asked[1]!.answer('second')
    await clock.advance(0)
    expect(asked).toHaveLength(3)
    asked[2]!.answer('third')
    expect(await valuesOf(replacing)).toEqual(['third', 'third'])
    expect(asked).toHaveLength(3)
  })

  test('keeps whoever asks for it waiting, and doesn’t come to them either', async () => {
    const { clock, asked, tokens } = await renewing(key)
    const replacing = tokens.replace(key, 'first')
    await clock.advance(0)
    expect(tokens.peek(key)).toBeNull()
    const getting = tokens.get(key)
    asked[1]!.answer('first')
    await clock.advance(0)
    asked[2]!.answer('second')
    expect(await valuesOf([replacing, getting])).toEqual(['second', 'second'])
  })
})

describe('a report of a token', () => {
  test('that isn’t the one at hand is answered with the one at hand', async () => {
    const { asked, tokens } = await renewing(corpToken)
    expect((await tokens.replace(corpToken, 'older')).value).toBe('first')
    expect(asked).toHaveLength(2)
  })

  test('that isn’t the one at hand holds when a renewal that was under way brings it', async () => {
    const { clock, asked, tokens } = await renewing(corpToken)
    await tokens.replace(corpToken, 'older')
    asked[1]!.answer('older')
    await clock.advance(0)
    const getting = tokens.get(corpToken)
    await clock.advance(0)
    asked[2]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('while a refusal holds costs no call, and holds when the refusal is over', async () => {
    const { clock, asked, tokens } = await renewing(corpToken)
    asked[1]!.fail(40084)
    await clock.advance(0)
    await expect(tokens.replace(corpToken, 'first')).rejects.toMatchObject({ errcode: 40084 })
    await expect(tokens.get(corpToken)).rejects.toMatchObject({ errcode: 40084 })
    expect(asked).toHaveLength(2)
    tokens.reconsider(corpToken.suiteId, corpToken.corpid!)
    const getting = tokens.get(corpToken)
    await clock.advance(0)
    asked[2]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('whose death can’t be written is held all the same', async () => {
    const { clock, asked, start, holding } = await createTokenStage()
    const tokens = start({ saveToken: () => Promise.reject(new Error('the disk is full')) })
    await holding(tokens, corpToken, 'first')
    const replacing = tokens.replace(corpToken, 'first')
    await clock.advance(0)
    expect(tokens.peek(corpToken)).toBeNull()
    asked[1]!.answer('second')
    expect((await replacing).value).toBe('second')
  })
})

describe('of several processes on one store, one that reports a token dead', () => {
  test('keeps one that has just started from serving it', async () => {
    const { clock, asked, start, holding } = await createTokenStage()
    const tokens = start()
    await holding(tokens, corpToken, 'first')
    const replacing = tokens.replace(corpToken, 'first')
    await clock.advance(0)
    const getting = start().get(corpToken)
    await clock.advance(0)
    asked[1]!.answer('second')
    await clock.advance(secondMs)
    expect(await valuesOf([replacing, getting])).toEqual(['second', 'second'])
    expect(asked).toHaveLength(2)
  })

  test('keeps itself from serving it after a restart, though no other could be had', async () => {
    const { clock, asked, start, holding } = await createTokenStage()
    const tokens = start()
    await holding(tokens, corpToken, 'first')
    const replacing = tokens.replace(corpToken, 'first')
    replacing.catch(() => undefined)
    await clock.advance(0)
    asked[1]!.fail()
    await clock.advance(0)
    const getting = start().get(corpToken)
    await clock.advance(0)
    asked[2]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('tells the store if another one brings it later, whose fetch began before', async () => {
    const { clock, asked, start, store } = await createTokenStage()
    const [one, other] = [start(), start()]
    const getting = other.get(corpToken)
    await clock.advance(0)
    const replacing = one.replace(corpToken, 'first')
    replacing.catch(() => undefined)
    await clock.advance(0)
    asked[0]!.answer('first')
    await clock.advance(secondMs)
    expect((await getting).value).toBe('first')
    expect(await store.loadToken(corpToken)).toMatchObject({ value: 'first', expiresAt: 0 })
    asked[1]!.fail()
    await expect(replacing).rejects.toMatchObject({ code: 'wecom_error' })
    await clock.advance(minuteMs)
    one.renewDue()
    const later = one.get(corpToken)
    await clock.advance(0)
    asked[2]!.answer('second')
    expect((await later).value).toBe('second')
  })

  test('doesn’t take it from another one whose fetch began before', async () => {
    const { clock, asked, start, holding } = await createTokenStage()
    const [one, other] = [start(), start()]
    await holding(one, corpToken, 'first')
    await other.get(corpToken)
    await clock.advance(118 * minuteMs)
    other.renewDue()
    await clock.advance(0)
    const replacing = one.replace(corpToken, 'first')
    await clock.advance(0)
    asked[1]!.answer('first')
    await clock.advance(secondMs)
    expect(asked).toHaveLength(3)
    expect(asked[2]!.by).toBe(one)
    asked[2]!.answer('second')
    expect((await replacing).value).toBe('second')
  })

  test('lets the fetch of another one, on its way, be kept', async () => {
    const { clock, asked, start, store, holding } = await createTokenStage()
    const [one, other] = [start(), start()]
    await holding(one, corpToken, 'first')
    await other.get(corpToken)
    await clock.advance(118 * minuteMs)
    other.renewDue()
    await clock.advance(0)
    const replacing = one.replace(corpToken, 'first')
    await clock.advance(0)
    expect(await store.loadToken(corpToken)).toMatchObject({ value: 'first', expiresAt: 0 })
    asked[1]!.answer('second')
    await clock.advance(secondMs)
    expect((await replacing).value).toBe('second')
    expect(other.peek(corpToken)?.value).toBe('second')
    expect(await store.loadToken(corpToken)).toMatchObject({ value: 'second', generation: 2 })
    expect(asked).toHaveLength(2)
  })
})

describe('a token that is wanted fresh', () => {
  const later = async () => {
    const stage = await createTokenStage()
    const tokens = stage.start()
    await stage.holding(tokens, suiteToken, 'first')
    await stage.clock.advance(minuteMs)
    return { ...stage, tokens }
  }

  test('is the one at hand if that is fresh enough', async () => {
    const { clock, asked, tokens } = await later()
    const { value } = await tokens.getFresh(suiteToken, clock.now() - minuteMs)
    expect(value).toBe('first')
    expect(asked).toHaveLength(1)
  })

  test('is fetched, while the one at hand serves all others', async () => {
    const { clock, asked, tokens } = await later()
    const getting = tokens.getFresh(suiteToken, clock.now())
    await clock.advance(0)
    expect(tokens.peek(suiteToken)?.value).toBe('first')
    asked[1]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('takes nothing from anybody if it can’t be had', async () => {
    const { clock, asked, tokens } = await later()
    const getting = tokens.getFresh(suiteToken, clock.now())
    getting.catch(() => undefined)
    await clock.advance(0)
    asked[1]!.fail()
    await expect(getting).rejects.toMatchObject({ code: 'wecom_error' })
    expect((await tokens.get(suiteToken)).value).toBe('first')
  })

  test('is not the one of a fetch that began too early', async () => {
    const { clock, asked, tokens } = await renewing(suiteToken)
    await clock.advance(secondMs)
    const getting = tokens.getFresh(suiteToken, clock.now())
    await clock.advance(0)
    asked[1]!.answer('second')
    await clock.advance(0)
    expect(asked).toHaveLength(3)
    asked[2]!.answer('third')
    expect((await getting).value).toBe('third')
  })
})
