import { expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { createOutage } from '../../../../src/store/postgres/replicas/outage'
import { createRecordingLog } from '../../recording-log'

const reason = 'The database fails (57P01).'
const away = new ServiceError('store_unavailable', reason)

const stage = () => {
  const log = createRecordingLog()
  let doubts = 0
  let nowMs = 0
  const outage = createOutage({
    log,
    monotonicMs: () => nowMs,
    onDoubt: () => {
      doubts += 1
    },
  })
  const database = outage.watch({
    query: async () => {
      throw away
    },
  } as unknown as Database)
  const quiet = outage.quiet(log)
  /** Something asks the database, which is away, and logs that. */
  const work = async () => {
    await database.query('SELECT 1').catch(() => quiet.error('the work failed', { reason }))
  }
  const told = () =>
    log.entries.filter(({ level }) => level !== 'debug').map(({ message }) => message)
  return {
    outage,
    quiet,
    work,
    told,
    doubts: () => doubts,
    pass: (ms: number) => {
      nowMs += ms
    },
    log,
  }
}

const begins = 'the database is away: callbacks are answered 503 until it is back'
const ends = 'the database is there again'

test('an outage is told when it begins and when it is over, and no more', async () => {
  const { outage, quiet, work, told, pass, log } = stage()
  await work()
  outage.silent(reason, 'away')
  await work()
  await work()
  outage.silent(reason, 'away')
  pass(61_000)
  expect(outage.now()).toEqual({ kind: 'away', reason, forMs: 61_000 })
  outage.answered()
  outage.answered()
  quiet.info('a periodic job succeeds again', { job: 'x', reason })
  expect(told()).toEqual([begins, ends])
  expect(outage.now()).toBeNull()
  expect(log.entries.find(({ message }) => message === ends)?.fields).toEqual({ awaySeconds: 61 })
})

test('a database that is there and takes no callbacks is told as that, and so is that it does', async () => {
  const { outage, work, told } = stage()
  outage.silent(reason, 'away')
  outage.silent(reason, 'unfit')
  outage.silent(reason, 'unfit')
  await work()
  outage.answered()
  expect(told()).toEqual([
    begins,
    'the database takes no callbacks: they are answered 503 until that is mended',
    'the database takes callbacks again',
  ])
})

test('the first failure asks whether it is one', async () => {
  const { work, doubts } = stage()
  await work()
  await work()
  expect(doubts()).toBe(1)
})

test('a failure while the database is there is told by whom it befell', async () => {
  const { outage, work, told } = stage()
  await work()
  expect(told()).toEqual([])
  outage.answered()
  expect(told()).toEqual(['the work failed'])
})

test('what fails meanwhile for another reason is told', async () => {
  const { outage, quiet, work, told } = stage()
  await work()
  outage.silent(reason, 'away')
  quiet.error('the work failed', { reason: 'WeCom refuses' })
  expect(told()).toEqual([begins, 'the work failed'])
})

test('whoever calls the watched database waits as long as was asked for', async () => {
  const asked: unknown[] = []
  const { outage } = stage()
  const database = outage.watch({
    query: async (...call: unknown[]) => void asked.push(call[2]),
    transaction: async (...call: unknown[]) => void asked.push(call[1]),
  } as unknown as Database)
  await database.query('SELECT 1', [], { withinMs: 7 })
  await database.transaction(async () => undefined, { withinMs: 8 })
  expect(asked).toEqual([{ withinMs: 7 }, { withinMs: 8 }])
})

test('what the log was told of elsewhere is no outage, and no line of each failure', () => {
  const { outage, quiet, told, doubts } = stage()
  const keyless = new ServiceError('store_unavailable', 'A key is missing.')
  outage.toldOf(keyless)
  quiet.error('the work failed', { reason: keyless.message })
  quiet.error('the work failed', { reason: 'something else' })
  expect([told(), doubts(), outage.now()]).toEqual([['the work failed'], 0, null])
})
