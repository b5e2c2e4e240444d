import { describe, expect, test } from 'bun:test'
import { callNames, tenMinutes } from './stage'
import { faultTable, furtherFaults } from './table'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const rows = long ? [...faultTable, ...furtherFaults] : faultTable

/** Prints the table, for the documentation. */
const prints = process.env.PRINT_FAULTS !== undefined

describe.each(rows.map((row) => [row.fault, row] as const))('ten minutes of %s', (_, row) => {
  test('cost what they may, are told as they should be, and stop no page that has its ticket', async () => {
    const { seen, served, waiting, warnings } = await tenMinutes(row.strike)
    expect(served).toEqual(['200'])
    expect(waiting).toEqual([...row.waiting])
    for (const name of callNames) {
      const { calls, answers, logged } = seen[name]
      const expected = row.expected[name]
      const [least, most] = expected.calls
      expect([name, calls >= least && calls <= most ? 'within' : calls]).toEqual([name, 'within'])
      expect([name, answers]).toEqual([name, [...expected.answers]])
      if (expected.logged === undefined) continue
      const told = logged.filter(({ errcode }) => errcode === expected.logged)
      expect([name, told.length > 0]).toEqual([name, true])
      if (expected.logged !== null) expect(told[0]?.cure).toBeString()
    }
    if (prints) {
      const counts = callNames.map((name) => seen[name].calls).join(' | ')
      process.stdout.write(
        `| ${row.fault} | ${counts} | ${waiting.join()} | ${warnings.length} |\n`,
      )
    }
  })
})
