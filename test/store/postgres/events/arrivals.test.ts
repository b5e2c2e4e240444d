import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import { freshEvent } from '../../../../src/store/driver/records/event-records'
import type { List, Query } from '../../../../src/store/postgres/connection/database'
import { createArrivals } from '../../../../src/store/postgres/events/arrivals'
import { createManualClock } from '../../../manual-clock'
import { codeOf, startMs } from '../../conformance/bench'
import { event } from '../../conformance/records'

interface Statement {
  /** The ids of the events in it. */
  readonly ids: readonly string[]
  store(): void
  refuse(error: unknown): void
}

/** A database whose statements wait until the test ends them. */
const createSlowDatabase = () => {
  const statements: Statement[] = []
  const query: Query = (_, values = []) => {
    const ids = (values[2] as List).values as string[]
    const { promise, resolve, reject } = Promise.withResolvers<readonly never[]>()
    statements.push({
      ids,
      store: () => resolve(ids.map((id, seq) => ({ id, seq }) as never)),
      refuse: reject,
    })
    return promise
  }
  return { query, statements }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const setUp = () => {
  const { query, statements } = createSlowDatabase()
  const clock = createManualClock(startMs)
  const { add } = createArrivals({ query, alarms: clock, withinMs: 900 })
  const append = (n: number, changes = {}) => {
    const given = { ...event(n), ...changes }
    const { identity } = given
    return add({ identity, event: freshEvent(given), fact: null, mayBeKnown: false })
  }
  return { append, statements, clock }
}

const idsOf = (...numbers: number[]) => numbers.map((n) => event(n).id)

describe('events that come to a database', () => {
  test('in one turn of the loop share a statement; those that come meanwhile, the next', async () => {
    const { append, statements } = setUp()
    const answers = [append(1), append(2)]
    await turn()
    answers.push(append(3), append(4))
    await turn()
    answers.push(append(5))
    await turn()
    expect(statements.map(({ ids }) => ids)).toEqual([idsOf(1, 2)])
    statements[0]?.store()
    await turn()
    expect(statements.map(({ ids }) => ids)).toEqual([idsOf(1, 2), idsOf(3, 4, 5)])
    statements[1]?.store()
    expect(await Promise.all(answers)).toEqual(Array(5).fill('stored'))
  })

  test('as one body are stored once in a statement', async () => {
    const { append, statements } = setUp()
    const answers = [append(1), append(1), append(2, { identity: event(1).identity })]
    await turn()
    statements[0]?.store()
    expect(await Promise.all(answers)).toEqual(['stored', 'duplicate', 'duplicate'])
  })

  test('answer each for itself where one of them is refused', async () => {
    const { append, statements } = setUp()
    const answers = [1, 2, 3, 4].map((n) => codeOf(append(n)))
    const refused = Object.assign(new Error('taken'), { code: 'taken' })
    for (let at = 0; at < 7; at++) {
      await turn()
      const statement = statements[at]
      if (statement?.ids.includes(event(3).id)) statement.refuse(refused)
      else statement?.store()
    }
    expect(await Promise.all(answers)).toEqual([
      { resolved: 'stored' },
      { resolved: 'stored' },
      'taken',
      { resolved: 'stored' },
    ])
  })

  test('are refused together where the database is away', async () => {
    const { append, statements } = setUp()
    const answers = [1, 2].map((n) => codeOf(append(n)))
    await turn()
    statements[0]?.refuse(new ServiceError('store_unavailable', 'The database fails.'))
    expect(await Promise.all(answers)).toEqual(['store_unavailable', 'store_unavailable'])
    expect(statements).toHaveLength(1)
  })

  test('are refused when their time is up, each by when it came, and are not sent any more', async () => {
    const { append, statements, clock } = setUp()
    const first = codeOf(append(1))
    await clock.advance(500)
    const second = codeOf(append(2))
    await clock.advance(400)
    expect(await first).toBe('store_unavailable')
    await clock.advance(500)
    expect(await second).toBe('store_unavailable')
    const third = append(3)
    statements[0]?.refuse(new ServiceError('store_unavailable', 'The database fails.'))
    await turn()
    expect(statements.map(({ ids }) => ids)).toEqual([idsOf(1), idsOf(3)])
    statements[1]?.store()
    expect(await third).toBe('stored')
  })

  test('are at most so many in a statement, and so large together', async () => {
    const { append, statements } = setUp()
    for (let n = 0; n < 1200; n++) void append(n)
    await turn()
    for (let at = 0; at < 3; at++) {
      statements[at]?.store()
      await turn()
    }
    expect(statements.map(({ ids }) => ids.length)).toEqual([500, 500, 200])
    const body = 'x'.repeat(1_500_000)
    for (let n = 2000; n < 2003; n++) void append(n, { body })
    await turn()
    statements[3]?.store()
    await turn()
    statements[4]?.store()
    expect(statements.slice(3).map(({ ids }) => ids.length)).toEqual([2, 1])
  })
})
