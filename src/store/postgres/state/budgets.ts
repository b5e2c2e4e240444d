/** Hourly budgets as rows: the moments at which each account was spent from, of all replicas. */
import { type Clock, hourMs } from '../../../clock'
import { type Budgets, type HourlyBudget, pausedUntil } from '../../replicas/budgets'
import { type Database, integers, type Query, texts } from '../connection/database'
import { moment, momentOf, momentOnce } from '../connection/moment'

const isWithinHour = (at: string, now: string) => `abs(${now} - ${at}) < ${hourMs}`

/** What of an account's moments counts now, the earliest first. */
const recent = (spentAt: string, now: string) =>
  `ARRAY (SELECT at FROM unnest(${spentAt}) AS at WHERE ${isWithinHour('at', now)} ORDER BY at)`

const asked = 'unnest($1::text[], $2::bigint[]) AS asked (account, most)'

/** The accounts that had something left. Each row is judged as it is once it is locked. */
const spend = `
INSERT INTO budgets AS held (account, spent_at, last_at)
SELECT account, ARRAY[${moment(3)}], ${moment(3)} FROM ${asked} ORDER BY account
ON CONFLICT (account) DO UPDATE
SET last_at = excluded.last_at,
    spent_at = ${recent('held.spent_at', moment(3))} || excluded.last_at
WHERE cardinality(${recent('held.spent_at', moment(3))})
  < (SELECT most FROM ${asked} WHERE asked.account = held.account)
RETURNING 1`

const list = `
SELECT array_to_json(${recent('budgets.spent_at', moment(2))})::text AS times
FROM unnest($1::text[]) WITH ORDINALITY AS asked (account, nth) LEFT JOIN budgets USING (account)
ORDER BY nth`

const forget = `
DELETE FROM budgets WHERE account IN (
  SELECT account FROM budgets WHERE last_at <= ${momentOnce(1)} - ${hourMs} LIMIT $2
  FOR UPDATE SKIP LOCKED)`

/** So many old accounts go with so many spent from: the table stays as large as an hour. */
const forgetEvery = 32
const forgottenAtOnce = 4 * forgetEvery

/** Not all of them had something left: none is spent from. */
const notAll = Symbol('not all')

/** @param clock null: the database's own */
export const createBudgetRows = (parts: { database: Database; clock: Clock | null }): Budgets => {
  const { database, clock } = parts
  let spends = 0

  const spendAll = (budgets: readonly HourlyBudget[]) => async (query: Query) => {
    const accounts = texts(budgets.map(({ account }) => account))
    const most = integers(budgets.map(({ most }) => most))
    const spent = await query(spend, [accounts, most, momentOf(clock)])
    if (spent.length < budgets.length) throw notAll
  }

  const listSpent: Budgets['listSpent'] = async (accounts) => {
    const values = [texts(accounts), momentOf(clock)]
    const rows = await database.query<{ times: string }>(list, values)
    return rows.map(({ times }) => JSON.parse(times) as number[])
  }

  const forgetOld = async () => {
    spends += 1
    if (spends % forgetEvery === 0) await database.query(forget, [momentOf(clock), forgottenAtOnce])
  }

  return {
    async spendBudgets(budgets) {
      for (;;) {
        try {
          await database.transaction(spendAll(budgets))
          await forgetOld()
          return null
        } catch (error) {
          if (error !== notAll) throw error
        }
        const spentAt = await listSpent(budgets.map(({ account }) => account))
        const paused = pausedUntil(budgets, spentAt)
        if (paused !== null) return paused
      }
    },
    listSpent,
  }
}
