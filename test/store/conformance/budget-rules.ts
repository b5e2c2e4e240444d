import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import type { Budgets, HourlyBudget } from '../../../src/store/replicas/budgets'
import { type Abilities, type OpenBackend, startMs, useBench } from './bench'

const app: HourlyBudget = { account: 'app ww1 wpCorp', most: 3 }
const company: HourlyBudget = { account: 'corp wpCorp', most: 5 }
const other: HourlyBudget = { account: 'app ww2 wpCorp', most: 3 }

export const budgetRules = (open: OpenBackend<StoreDriver>, { twoHandles }: Abilities) =>
  describe('hourly budgets', () => {
    const bench = useBench(open)
    const spend = (...budgets: HourlyBudget[]) => bench.subject.spendBudgets(budgets)
    const spent = (...budgets: HourlyBudget[]) =>
      bench.subject.listSpent(budgets.map(({ account }) => account))
    const spendMany = async (count: number, ...budgets: HourlyBudget[]) => {
      for (let n = 0; n < count; n++) expect(await spend(...budgets)).toBeNull()
    }

    test('are spent to their end, and have more an hour after', async () => {
      await spendMany(3, app)
      await bench.clock.advance(minuteMs)
      expect(await spend(app)).toBe(startMs + hourMs)
      await bench.clock.advance(59 * minuteMs)
      expect(await spend(app)).toBeNull()
    })

    test('are free again one by one, each an hour after', async () => {
      await spendMany(2, app)
      await bench.clock.advance(minuteMs)
      await spendMany(1, app)
      await bench.clock.advance(59 * minuteMs)
      await spendMany(2, app)
      expect(await spend(app)).toBe(startMs + hourMs + minuteMs)
    })

    test('are spent from together, or not at all', async () => {
      await spendMany(3, app, company)
      expect(await spend(app, company)).toBe(startMs + hourMs)
      expect(await spent(app, company)).toEqual([Array(3).fill(startMs), Array(3).fill(startMs)])
      await spendMany(2, other, company)
      expect(await spend(other, company)).toBe(startMs + hourMs)
      expect(await spent(other)).toEqual([Array(2).fill(startMs)])
    })

    test('of one account concern no other', async () => {
      await spendMany(3, app)
      await spendMany(3, { ...app, account: 'app ww1 wpOther' })
      expect(await spent(other)).toEqual([[]])
    })

    test('tell the moments of the last hour, the earliest first', async () => {
      await spendMany(1, app)
      await bench.clock.advance(minuteMs)
      await spendMany(1, app)
      expect(await spent(app)).toEqual([[startMs, startMs + minuteMs]])
      await bench.clock.advance(59 * minuteMs)
      expect(await spent(app)).toEqual([[startMs + minuteMs]])
      await bench.clock.advance(minuteMs)
      expect(await spent(app)).toEqual([[]])
    })

    const spendAtOnce = async (count: number, handles: readonly Budgets[]) => {
      const asked = Array.from({ length: count }, (_, n) =>
        handles[n % handles.length]!.spendBudgets([app, company]),
      )
      return (await Promise.all(asked)).filter((paused) => paused === null).length
    }

    test('have no more for many that ask at once', async () => {
      expect(await spendAtOnce(20, [bench.subject])).toBe(3)
    })

    test.if(twoHandles)('are the same for all handles', async () => {
      expect(await spendAtOnce(20, [bench.subject, await bench.another()])).toBe(3)
      expect(await spent(app, company)).toEqual([Array(3).fill(startMs), Array(3).fill(startMs)])
    })
  })
