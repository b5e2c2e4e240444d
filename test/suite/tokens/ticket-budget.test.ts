import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import type { CorpTokenKey, TokenKey } from '../../../src/store/token-record'
import { createTicketBudget, type TicketBudget } from '../../../src/suite/tokens/ticket-budget'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'

const key = (suiteId: string, corpid: string): CorpTokenKey => ({
  suiteId,
  corpid,
  kind: 'jsapi_ticket',
})

const setUp = () => {
  const clock = createManualClock(0)
  const data = createMemoryStoreData()
  /** Of another process on the same store. */
  const another = () => createTicketBudget(createMemoryStore({ clock, freshBytes, data }))
  return { clock, budget: another(), another }
}

const spendMany = async (count: number, one: TokenKey, budget: TicketBudget) => {
  for (let n = 0; n < count; n++) await budget.spend(one)
}

describe('the fetches of JS-SDK tickets', () => {
  test('are a hundred an hour for an app in a company', async () => {
    const { budget } = setUp()
    for (let n = 0; n < 100; n++) expect(await budget.spend(key('a', 'c'))).toBeNull()
    expect(await budget.spend(key('a', 'c'))).toBe(hourMs)
  })

  test('of all kinds count together', async () => {
    const { budget } = setUp()
    await spendMany(100, { ...key('a', 'c'), kind: 'agent_ticket' }, budget)
    expect(await budget.spend(key('a', 'c'))).toBe(hourMs)
  })

  test('of all processes count together', async () => {
    const { budget, another } = setUp()
    await spendMany(60, key('a', 'c'), budget)
    await spendMany(60, key('a', 'c'), another())
    expect(await budget.pausedUntil(key('a', 'c'))).toBe(hourMs)
  })

  test('are four hundred an hour for a company with all its apps', async () => {
    const { budget } = setUp()
    for (const app of ['a', 'b', 'c', 'd']) await spendMany(100, key(app, 'c'), budget)
    expect(await budget.spend(key('e', 'c'))).toBe(hourMs)
  })

  test('of one company cost another nothing', async () => {
    const { budget } = setUp()
    await spendMany(100, key('a', 'c'), budget)
    expect(await budget.spend(key('a', 'other'))).toBeNull()
  })

  test('that were refused cost nothing', async () => {
    const { budget } = setUp()
    await spendMany(500, key('a', 'c'), budget)
    expect(await budget.spend(key('b', 'c'))).toBeNull()
  })

  test('may be asked about for nothing', async () => {
    const { budget } = setUp()
    await spendMany(99, key('a', 'c'), budget)
    for (let n = 0; n < 5; n++) expect(await budget.pausedUntil(key('a', 'c'))).toBeNull()
    expect(await budget.spend(key('a', 'c'))).toBeNull()
    expect(await budget.pausedUntil(key('a', 'c'))).toBe(hourMs)
  })

  test('are scarce once half of them is gone, for the app or the whole company', async () => {
    const { clock, budget } = setUp()
    await spendMany(50, key('a', 'c'), budget)
    expect(await budget.isScarce(key('a', 'c'))).toBe(false)
    await spendMany(1, key('a', 'c'), budget)
    expect(await budget.isScarce(key('a', 'c'))).toBe(true)
    expect(await budget.isScarce(key('b', 'c'))).toBe(false)
    for (const app of ['d', 'e', 'f']) await spendMany(50, key(app, 'c'), budget)
    expect(await budget.isScarce(key('b', 'c'))).toBe(true)
    await clock.advance(60 * minuteMs)
    expect(await budget.isScarce(key('a', 'c'))).toBe(false)
  })
})
