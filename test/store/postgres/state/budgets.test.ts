import { expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../../src/clock'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres } from '../../../postgres/server'
import { useStateBench } from './state-bench'

const select = 'SELECT account FROM budgets ORDER BY account'

describeWithTool('PostgreSQL', findPostgres, 'the rows of hourly budgets', () => {
  const bench = useStateBench()

  test('go once nobody spends from them any more', async () => {
    const { store } = await bench.open()
    const accounts = async () => {
      const rows = await bench.database.query<{ account: string }>(select)
      return rows.map(({ account }) => account)
    }
    for (let n = 0; n < 40; n++) await store.spendBudgets([{ account: `old ${n}`, most: 1 }])
    expect(await accounts()).toHaveLength(40)
    await bench.clock.advance(hourMs - minuteMs)
    await store.spendBudgets([{ account: 'later', most: 100 }])
    await bench.clock.advance(minuteMs)
    for (let n = 0; n < 32; n++) await store.spendBudgets([{ account: 'now', most: 100 }])
    expect(await accounts()).toEqual(['later', 'now'])
  })
})
