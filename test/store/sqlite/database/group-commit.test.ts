import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { done, end, send } from '../../conformance/dispatched'
import { event } from '../../conformance/records'
import { useSqliteBench } from '../sqlite-bench'
import { committedTransactions } from './wal'

describe('the group commit of the SQLite event log', () => {
  const bench = useSqliteBench()

  test('writes that come in one turn of the loop are one transaction', async () => {
    const log = bench.open()
    await log.append(event(0))
    await send(log, 99)
    const before = await committedTransactions(bench.path)
    await Promise.all([
      ...Array.from({ length: 64 }, (_, n) => log.append(event(n + 1))),
      log.settle(event(0).id, null, { status: 'done' }),
      end(log, 99, done),
    ])
    expect((await committedTransactions(bench.path)) - before).toBe(1)
    expect(await log.counts()).toMatchObject({ pending: 64, done: 2 })
  })

  test('writes from several callbacks of one turn share a transaction too', async () => {
    const log = bench.open()
    await log.append(event(0))
    const before = await committedTransactions(bench.path)
    await Promise.all(
      Array.from(
        { length: 8 },
        (_, n) =>
          new Promise<void>((resolve) => {
            setImmediate(() => log.append(event(n + 1)).then(() => resolve()))
          }),
      ),
    )
    expect((await committedTransactions(bench.path)) - before).toBe(1)
  })

  test('a write resolves only when it is committed', async () => {
    const log = bench.open()
    const other = new Database(bench.path, { readonly: true })
    const append = log.append(event(1))
    expect(other.query('SELECT id FROM events').all()).toEqual([])
    await append
    expect(other.query('SELECT id FROM events').all()).toEqual([{ id: event(1).id }])
    other.close(true)
  })
})
