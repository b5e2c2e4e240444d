import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { CorpTokenKey, TokenKey } from '../../../src/store/token-record'
import { createTicketBudget } from '../../../src/suite/tokens/ticket-budget'

const key = (suiteId: string, corpid: string): CorpTokenKey => ({
  suiteId,
  corpid,
  kind: 'jsapi_ticket',
})

const spendMany = (count: number, one: TokenKey, budget = createTicketBudget(), now = 0) => {
  for (let n = 0; n < count; n++) budget.spend(one, now)
  return budget
}

describe('the fetches of JS-SDK tickets', () => {
  test('are a hundred an hour for an app in a company', () => {
    const budget = createTicketBudget()
    for (let n = 0; n < 100; n++) expect(budget.spend(key('a', 'c'), n)).toBeNull()
    expect(budget.spend(key('a', 'c'), 200)).toBe(hourMs)
  })

  test('of all kinds count together', () => {
    const budget = spendMany(100, { ...key('a', 'c'), kind: 'agent_ticket' })
    expect(budget.spend(key('a', 'c'), 1)).toBe(hourMs)
  })

  test('are four hundred an hour for a company with all its apps', () => {
    const budget = createTicketBudget()
    for (const app of ['a', 'b', 'c', 'd']) spendMany(100, key(app, 'c'), budget)
    expect(budget.spend(key('e', 'c'), 1)).toBe(hourMs)
  })

  test('of one company cost another nothing', () => {
    const budget = spendMany(100, key('a', 'c'))
    expect(budget.spend(key('a', 'other'), 1)).toBeNull()
  })

  test('that were refused cost nothing', () => {
    const budget = spendMany(500, key('a', 'c'))
    expect(budget.spend(key('b', 'c'), 1)).toBeNull()
  })

  test('are free again one by one, each an hour after', () => {
    const budget = spendMany(50, key('a', 'c'))
    spendMany(50, key('a', 'c'), budget, 10 * minuteMs)
    expect(budget.spend(key('a', 'c'), hourMs - 1)).toBe(hourMs)
    for (let n = 0; n < 50; n++) expect(budget.spend(key('a', 'c'), hourMs)).toBeNull()
    expect(budget.spend(key('a', 'c'), hourMs)).toBe(hourMs + 10 * minuteMs)
  })

  test('may be asked about for nothing', () => {
    const budget = spendMany(99, key('a', 'c'))
    for (let n = 0; n < 5; n++) expect(budget.pausedUntil(key('a', 'c'), n)).toBeNull()
    expect(budget.spend(key('a', 'c'), 5)).toBeNull()
    expect(budget.pausedUntil(key('a', 'c'), 6)).toBe(hourMs)
  })

  test('are scarce once half of them is gone, for the app or the whole company', () => {
    const budget = spendMany(50, key('a', 'c'))
    expect(budget.isScarce(key('a', 'c'), 1)).toBe(false)
    spendMany(1, key('a', 'c'), budget)
    expect(budget.isScarce(key('a', 'c'), 1)).toBe(true)
    expect(budget.isScarce(key('b', 'c'), 1)).toBe(false)
    for (const app of ['d', 'e', 'f']) spendMany(50, key(app, 'c'), budget)
    expect(budget.isScarce(key('b', 'c'), 1)).toBe(true)
    expect(budget.isScarce(key('a', 'c'), hourMs)).toBe(false)
  })
})
