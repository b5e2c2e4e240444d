import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { corp } from '../../store/conformance/records'
import { unavailable } from '../faulty-drivers'
import { agentTicket, corpToken, createTokenStage, suiteToken, ticket } from './token-stage'

const { suiteId, corpid } = corpToken

/** Two processes that have a token from the store. */
const bothHolding = async () => {
  const stage = await createTokenStage()
  const [one, other] = [stage.start(), stage.start()]
  await stage.holding(one, corpToken, 'first')
  await other.get(corpToken)
  return { ...stage, one, other }
}

describe('a process that hears of a token reported dead to another one', () => {
  test('gives it to nobody, and has its successor without asking WeCom', async () => {
    const { clock, asked, one, other } = await bothHolding()
    const replacing = one.replace(corpToken, 'first')
    await clock.advance(0)
    other.hear.dead(corpToken)
    expect(other.peek(corpToken)).toBeNull()
    const getting = other.get(corpToken)
    await clock.advance(0)
    asked[1]!.answer('second')
    await clock.advance(secondMs)
    expect([(await replacing).value, (await getting).value]).toEqual(['second', 'second'])
    expect(asked).toHaveLength(2)
  })

  test('keeps the successor, if it has that already', async () => {
    const { clock, asked, one, other } = await bothHolding()
    const replacing = one.replace(corpToken, 'first')
    await clock.advance(0)
    asked[1]!.answer('second')
    await replacing
    for (let n = 0; n < 3; n++) {
      other.hear.dead(corpToken)
      expect((await other.get(corpToken)).value).toBe('second')
    }
    expect(asked).toHaveLength(2)
  })

  test('has its successor without asking WeCom, if it hears of it while it takes its own turn', async () => {
    const stage = await createTokenStage()
    const one = stage.start()
    await stage.holding(one, corpToken, 'first')
    const other = stage.start({
      async takeTokenTurn(key, ttlMs) {
        const taken = await stage.store.takeTokenTurn(key, ttlMs)
        if (taken?.stored?.value === 'second' && !heard) {
          other.hear.dead(corpToken)
          heard = true
        }
        return taken
      },
    })
    let heard = false
    await other.get(corpToken)
    const replacing = [one, other].map((tokens) => tokens.replace(corpToken, 'first'))
    await stage.clock.advance(0)
    stage.asked[1]!.answer('second')
    await stage.clock.advance(secondMs)
    for (const { value } of await Promise.all(replacing)) expect(value).toBe('second')
    expect([heard, stage.asked.length]).toEqual([true, 2])
  })

  test('doesn’t take what it was reading for what the store has now', async () => {
    const stage = await createTokenStage()
    const one = stage.start()
    await stage.holding(one, corpToken, 'first')
    const reads: (() => void)[] = []
    const other = stage.start({
      async loadToken(key) {
        const read = await stage.store.loadToken(key)
        await new Promise<void>((resolve) => reads.push(resolve))
        return read
      },
    })
    const getting = other.get(corpToken)
    await stage.clock.advance(0)
    const replacing = one.replace(corpToken, 'first')
    await stage.clock.advance(0)
    stage.asked[1]!.answer('second')
    await replacing
    other.hear.dead(corpToken)
    reads[0]!()
    await stage.clock.advance(0)
    reads[1]!()
    expect((await getting).value).toBe('second')
  })

  test('reads one token once, however many ask for it', async () => {
    const stage = await createTokenStage()
    await stage.holding(stage.start(), corpToken, 'first')
    let reads = 0
    const other = stage.start({
      loadToken(key) {
        reads += 1
        return stage.store.loadToken(key)
      },
    })
    await Promise.all(Array.from({ length: 50 }, () => other.get(corpToken)))
    expect(reads).toBe(1)
  })
})

describe('a process that hears of a company', () => {
  test('forgets the tokens of the code before, and fetches with the new one', async () => {
    const { clock, asked, store, one, other } = await bothHolding()
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: null }))
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: 'new' }))
    for (const tokens of [one, other]) tokens.hear.corp(suiteId, corpid)
    const getting = [one.get(corpToken), other.get(corpToken)]
    await clock.advance(0)
    asked[1]!.answer('of the new code')
    await clock.advance(secondMs)
    for (const { value } of await Promise.all(getting)) expect(value).toBe('of the new code')
    expect(asked).toHaveLength(2)
  })

  test('keeps nothing of one whose tokens it doesn’t have', async () => {
    const { one } = await bothHolding()
    one.hear.corp(suiteId, 'wpUnknown')
    one.hear.dead({ ...corpToken, corpid: 'wpUnknown' })
    expect(one.peek(corpToken)?.value).toBe('first')
    expect(one.corpRenewals().get(suiteId)?.refusals).toEqual([])
  })

  test('asks again for what it was refused before', async () => {
    const { clock, asked, start } = await createTokenStage()
    const [one, other] = [start(), start()]
    for (const tokens of [one, other]) tokens.get(corpToken).catch(() => undefined)
    await clock.advance(secondMs)
    asked[0]!.fail(40084)
    await clock.advance(secondMs)
    one.reconsider(suiteId, corpid)
    other.hear.corp(suiteId, corpid)
    const getting = other.get(corpToken)
    await clock.advance(0)
    expect(asked).toHaveLength(2)
    asked[1]!.answer('second')
    expect((await getting).value).toBe('second')
  })
})

describe('a process that may have missed what others did', () => {
  test('asks the store about every token again, and WeCom about none', async () => {
    const { clock, asked, start, holding } = await createTokenStage()
    const [one, other] = [start(), start()]
    for (const key of [suiteToken, corpToken, ticket, agentTicket]) {
      await holding(one, key, key.kind)
      await other.get(key)
    }
    const replacing = one.replace(corpToken, 'access_token')
    await clock.advance(0)
    asked[4]!.answer('second')
    await replacing
    other.hear.missed()
    expect((await other.get(corpToken)).value).toBe('second')
    for (const key of [suiteToken, ticket]) expect((await other.get(key)).value).toBe(key.kind)
    expect(asked).toHaveLength(5)
  })
})

describe('a process that hears of a ticket', () => {
  const wrongSecret = 40001
  const saveTicket = ({ clock, store }: Awaited<ReturnType<typeof createTokenStage>>, n: number) =>
    store.saveTicket(suiteId, {
      value: `ticket-${n}`,
      timeStampSeconds: Math.floor(clock.now() / secondMs),
      receivedAt: clock.now(),
    })

  const refused = async (shown?: number) => {
    const stage = await createTokenStage({ ticketSeconds: shown })
    const [one, other] = [stage.start(), stage.start()]
    await stage.clock.advance(secondMs)
    for (const tokens of [one, other]) tokens.get(suiteToken).catch(() => undefined)
    await stage.clock.advance(secondMs)
    stage.asked[0]!.fail(wrongSecret)
    await stage.clock.advance(secondMs)
    return { ...stage, one, other }
  }

  test('goes on, if it waited for a newer one', async () => {
    const stage = await refused()
    await saveTicket(stage, 1)
    stage.other.hear.ticket(suiteId)
    await stage.clock.advance(0)
    expect(stage.asked).toHaveLength(2)
    expect(stage.asked[1]!.by).toBe(stage.other)
  })

  test('asks nothing, if another one was refused with that very ticket', async () => {
    const stage = await refused()
    await saveTicket(stage, 1)
    stage.one.wake(suiteId)
    await stage.clock.advance(0)
    stage.asked[1]!.fail(wrongSecret)
    await stage.clock.advance(0)
    stage.other.get(suiteToken).catch(() => undefined)
    stage.other.hear.ticket(suiteId)
    await stage.clock.advance(10 * secondMs)
    expect(stage.asked).toHaveLength(2)
  })

  test('goes on, if its own fetch showed the ticket before and was refused after that came', async () => {
    const stage = await createTokenStage({ ticketSeconds: 1 })
    const other = stage.start()
    await stage.clock.advance(secondMs)
    other.get(suiteToken).catch(() => undefined)
    await stage.clock.advance(secondMs)
    await saveTicket(stage, 2)
    other.hear.ticket(suiteId)
    stage.asked[0]!.fail(wrongSecret)
    await stage.clock.advance(0)
    other.get(suiteToken).catch(() => undefined)
    await stage.clock.advance(0)
    expect(stage.asked).toHaveLength(2)
  })
})

describe('a token that WeCom gives out again though it was reported dead', () => {
  test('costs two calls, however many processes are told so at the same time', async () => {
    const { clock, asked, start, one, other } = await bothHolding()
    const processes = [one, other, start(), start(), start()]
    for (const tokens of processes) await tokens.get(corpToken)
    const reports = []
    for (const tokens of processes) {
      reports.push(tokens.replace(corpToken, 'first'))
      await clock.advance(1)
    }
    // It began before the others reported: what they saw may have happened since.
    asked[1]!.answer('first')
    await clock.advance(secondMs)
    asked[2]!.answer('first')
    await clock.advance(secondMs)
    for (const { value } of await Promise.all(reports)) expect(value).toBe('first')
    for (const tokens of processes) {
      expect((await tokens.replace(corpToken, 'first')).value).toBe('first')
    }
    expect(asked).toHaveLength(3)
  })
})

describe('a store that lost its last second', () => {
  test('takes the next token none the less, under a number that is larger than both', async () => {
    const { clock, asked, store, start, holding } = await createTokenStage()
    const tokens = start()
    for (const value of ['first', 'second', 'third']) {
      await holding(tokens, corpToken, value)
      await clock.advance(2 * hourMs)
    }
    // What the standby had: nothing of the last two.
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: null }))
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid }))
    const before = asked[0]!
    const turn = (await store.takeTokenTurn(corpToken, secondMs))!.turn!
    const old = { value: before.value!, fetchedAt: 1, expiresAt: 2, generation: 1 }
    await store.saveToken(corpToken, old, 0, turn)
    await holding(tokens, corpToken, 'fourth')
    expect(await store.loadToken(corpToken)).toMatchObject({ value: 'fourth', generation: 4 })
    expect(asked).toHaveLength(4)
  })

  test('is read again by who has another token of the same number', async () => {
    const { clock, store, other, asked } = await bothHolding()
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid, permanentCode: null }))
    await store.changeCorp(suiteId, corpid, () => corp({ suiteId, corpid }))
    await clock.advance(118 * minuteMs)
    const turn = (await store.takeTokenTurn(corpToken, secondMs))!.turn!
    const now = clock.now()
    const anew = { value: 'anew', fetchedAt: now, expiresAt: now + 2 * hourMs, generation: 1 }
    await store.saveToken(corpToken, anew, 0, turn)
    other.renewDue()
    await clock.advance(0)
    expect(other.peek(corpToken)?.value).toBe('anew')
    expect(asked).toHaveLength(1)
  })
})

describe('the renewals of several processes', () => {
  test('take no turn where another one has renewed the token', async () => {
    const stage = await createTokenStage()
    const one = stage.start()
    let turns = 0
    const other = stage.start({
      takeTokenTurn(...given) {
        turns += 1
        return stage.store.takeTokenTurn(...given)
      },
    })
    await stage.holding(one, corpToken, 'first')
    await other.get(corpToken)
    await stage.clock.advance(118 * minuteMs)
    one.renewDue()
    await stage.clock.advance(0)
    stage.asked[1]!.answer('second')
    await stage.clock.advance(0)
    other.renewDue()
    await stage.clock.advance(0)
    expect(other.peek(corpToken)?.value).toBe('second')
    expect(turns).toBe(0)
    expect(stage.asked).toHaveLength(2)
  })
})

describe('a process whose store is away', () => {
  const away = async () => {
    const faults: { takeTokenTurn?: () => Promise<never> } = {}
    const stage = await createTokenStage()
    const tokens = stage.start({
      takeTokenTurn: (...given) => faults.takeTokenTurn?.() ?? stage.store.takeTokenTurn(...given),
    })
    await stage.holding(tokens, corpToken, 'first')
    return { ...stage, tokens, faults }
  }

  test('serves a good token to its end, and fetches none without a turn', async () => {
    const { clock, asked, tokens, faults } = await away()
    faults.takeTokenTurn = unavailable
    await clock.advance(119 * minuteMs)
    tokens.renewDue()
    await clock.advance(0)
    expect(tokens.peek(corpToken)?.value).toBe('first')
    await clock.advance(minuteMs)
    const failure = { code: 'store_unavailable', retryAfterSeconds: 10 }
    await expect(tokens.get(corpToken)).rejects.toMatchObject(failure)
    expect(asked).toHaveLength(1)
    delete faults.takeTokenTurn
    const getting = tokens.get(corpToken)
    await clock.advance(0)
    asked[1]!.answer('second')
    expect((await getting).value).toBe('second')
  })

  test('has what it fetched though the turn can’t be given back', async () => {
    const stage = await createTokenStage()
    const tokens = stage.start({
      async takeTokenTurn(...given) {
        const taken = await stage.store.takeTokenTurn(...given)
        return taken?.turn ? { ...taken, turn: { ...taken.turn, release: unavailable } } : taken
      },
      saveToken: unavailable,
    })
    await stage.holding(tokens, corpToken, 'first')
    expect(tokens.peek(corpToken)?.value).toBe('first')
  })
})
