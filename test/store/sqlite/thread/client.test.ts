/** The event log in its thread: the rules of every event log, and what a thread adds to them. */

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceError } from '../../../../src/errors'
import {
  type EventLogOptions,
  openEventLog,
} from '../../../../src/runtime/folder/event-log-thread-start'
import type { EventLogDriver } from '../../../../src/store/driver/drivers'
import type { SealingKeys } from '../../../../src/store/driver/sealing'
import { openSqliteEventLog } from '../../../../src/store/sqlite/sqlite-event-log'
import { openThreadedEventLog, type StartThread } from '../../../../src/store/sqlite/thread/client'
import { eventLogConformance } from '../../conformance'
import { codeOf, startMs } from '../../conformance/bench'
import { event } from '../../conformance/records'
import { factRule } from '../../fact-rule'
import { createRecordingLog } from '../../recording-log'
import { keyNamed, sealedWith } from '../../sealed-with'
import { createTemporaryFolder } from '../../temporary-folder'
import { committedTransactions } from '../database/wal'
import { type CopiedThread, createCopiedThread, startCopiedThread } from './copied-thread'

eventLogConformance(
  'sealed SQLite in a thread',
  async (clock) => {
    const folder = await createTemporaryFolder()
    const path = join(folder.path, 'events.sqlite')
    const sealing = sealedWith('a')
    const start = startCopiedThread((log, keepClaims) =>
      openSqliteEventLog({ path, log, factRule, sealing, keepClaims, clock }),
    )
    const open = () => openThreadedEventLog(start, createRecordingLog())
    return { open, remove: folder.remove }
  },
  { twoHandles: false },
)

describe('an event log in a thread', () => {
  let path: string
  let remove: () => Promise<void>
  let log: ReturnType<typeof createRecordingLog>
  let thread: CopiedThread
  let eventLog: EventLogDriver

  const start = (open: typeof openSqliteEventLog = openSqliteEventLog): StartThread =>
    startCopiedThread((own, keepClaims) => open({ path, log: own, factRule, keepClaims }), thread)

  beforeEach(async () => {
    const folder = await createTemporaryFolder()
    path = join(folder.path, 'events.sqlite')
    remove = folder.remove
    log = createRecordingLog()
    thread = createCopiedThread()
    eventLog = await openThreadedEventLog(start(), log)
  })
  afterEach(async () => {
    await eventLog.close()
    await remove()
  })

  test('sends over together what comes in one turn, and commits it together', async () => {
    await eventLog.append(event(0))
    const before = await committedTransactions(path)
    thread.posted = []
    await Promise.all(Array.from({ length: 64 }, (_, n) => eventLog.append(event(n + 1))))
    expect(thread.posted.map((calls) => calls.length)).toEqual([64])
    expect((await committedTransactions(path)) - before).toBe(1)
  })

  test('keeps what it refuses apart from what it does', async () => {
    const [stored, refused] = await Promise.allSettled([
      eventLog.append(event(1)),
      eventLog.list({ limit: 1, cursor: 'no cursor' }),
    ])
    expect(stored).toMatchObject({ status: 'fulfilled', value: 'stored' })
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'invalid_request' } })
    expect((refused as PromiseRejectedResult).reason).toBeInstanceOf(ServiceError)
  })

  test('hands on all that a failure says', async () => {
    const failure = new ServiceError('store_unavailable', 'The disk is full.', {
      retryAfterSeconds: 10,
      extra: { where: 'here' },
      cause: new Error('ENOSPC'),
    })
    const failing = start((options) => ({
      ...openSqliteEventLog(options),
      counts: () => Promise.reject(failure),
      nextDueAt: () => Promise.reject(new TypeError('a slip of ours')),
    }))
    const own = await openThreadedEventLog(failing, log)
    const caught = (promise: Promise<unknown>): Promise<unknown> =>
      promise.catch((error: Error) => error)
    expect(await caught(own.counts())).toMatchObject({
      code: 'store_unavailable',
      message: 'The disk is full.',
      retryAfterSeconds: 10,
      extra: { where: 'here' },
      cause: { message: 'Error: ENOSPC' },
    })
    const slip = await caught(own.nextDueAt())
    expect(slip).not.toBeInstanceOf(ServiceError)
    expect(slip).toMatchObject({ message: 'TypeError: a slip of ours' })
    await own.close()
  })

  test('logs in the main thread, before the answer to what it logs about', async () => {
    const talking = start((options) => ({
      ...openSqliteEventLog(options),
      counts: async () => {
        options.log.warn('a body does not open', { id: 'event-1' })
        return { pending: 0, done: 0, dead: 0, oldestPendingAt: null }
      },
    }))
    const own = await openThreadedEventLog(talking, log)
    const seen = await own.counts().then(() => [...log.entries])
    expect(seen).toEqual([
      { level: 'warn', message: 'a body does not open', fields: { id: 'event-1' } },
    ])
    await own.close()
  })

  test('that ends by itself refuses who waits, says so once, and is there again', async () => {
    await eventLog.append(event(1))
    const now = startMs + 60_000
    expect(await eventLog.claim(now, 60_000, 1)).toHaveLength(1)
    const waiting = [eventLog.append(event(2)), eventLog.counts()]
    await Promise.resolve()
    thread.kill('it ran out of memory')
    expect(await Promise.all(waiting.map(codeOf))).toEqual([
      'store_unavailable',
      'store_unavailable',
    ])
    expect(log.entries).toMatchObject([
      { level: 'error', fields: { reason: 'it ran out of memory' } },
    ])
    expect(await eventLog.append(event(3))).toBe('stored')
    // Whoever claimed it is alive.
    const claimed = async (at: number) => (await eventLog.claim(at, 60_000, 10)).map(({ id }) => id)
    expect(await claimed(now)).not.toContain(event(1).id)
    expect(await claimed(now + 60_000)).toContain(event(1).id)
    expect(thread.ended).toBe(1)
  })

  test('that can’t be opened again refuses, and is tried again with the next call', async () => {
    let fault: ServiceError | null = null
    const failing = start((options) => {
      if (fault) throw fault
      return openSqliteEventLog(options)
    })
    const own = await openThreadedEventLog(failing, log)
    thread.kill('it ran out of memory')
    fault = new ServiceError('store_unavailable', 'The disk failed.', { retryAfterSeconds: 10 })
    expect(await codeOf(own.counts())).toBe('store_unavailable')
    fault = null
    expect(await codeOf(own.counts())).toMatchObject({ resolved: { pending: 0 } })
    await own.close()
  })

  test('finishes what it was asked for before it closes, and takes no more', async () => {
    const append = eventLog.append(event(1))
    const closed = eventLog.close()
    expect(await codeOf(eventLog.append(event(2)))).toBe('store_unavailable')
    expect(await append).toBe('stored')
    await closed
    expect(thread.ended).toBe(1)
    const again = openSqliteEventLog({ factRule, path, log })
    expect(await again.counts()).toMatchObject({ pending: 1 })
    await again.close()
  })

  test('that is closed twice at once ends once, for both', async () => {
    await Promise.all([eventLog.close(), eventLog.close()])
    expect(thread.ended).toBe(1)
  })

  test('closes although its thread has ended', async () => {
    thread.kill('it ran out of memory')
    expect(await codeOf(eventLog.close())).toMatchObject({ resolved: undefined })
  })

  test('closes although its thread ends over it', async () => {
    const closed = eventLog.close()
    await new Promise((resolve) => setImmediate(resolve))
    thread.kill('it ran out of memory')
    expect(await codeOf(closed)).toMatchObject({ resolved: undefined })
  })
})

describe('a real thread', () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>
  let options: EventLogOptions
  beforeEach(async () => {
    folder = await createTemporaryFolder()
    const [path, reservePath] = [join(folder.path, 'events.sqlite'), join(folder.path, 'reserve')]
    options = { path, reservePath, keys: null }
  })
  afterEach(() => folder.remove())

  test('keeps what it took, sealed with the keys that it was given, and no claim of before', async () => {
    const keys = { current: keyNamed('a'), previous: null }
    const before = await openEventLog({ ...options, keys }, createRecordingLog())
    // A type that leaves no fact, which would stand in clear.
    await before.append(event(1, { type: 'text' }))
    expect(await before.claim(startMs + 10, 3_600_000, 1)).toHaveLength(1)
    await before.close()
    expect((await readFile(options.path)).includes('第 1 条消息')).toBe(false)
    const again = await openEventLog({ ...options, keys }, createRecordingLog())
    expect(await again.claim(startMs + 10, 1000, 10)).toMatchObject([{ body: event(1).body }])
    await again.close()
  })

  test('that can’t open its file says why, with its code', async () => {
    const noDatabase = 'no database at all, but long enough to be looked at as one'.repeat(20)
    await writeFile(options.path, noDatabase)
    const opening = openEventLog(options, createRecordingLog())
    expect(await opening.catch((error) => error)).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('events.sqlite is damaged'),
    })
  })

  test('that fails in a way that nobody foresaw is noticed, once', async () => {
    const log = createRecordingLog()
    const noKeys = 'no keys' as unknown as SealingKeys
    expect(await codeOf(openEventLog({ ...options, keys: noKeys }, log))).toBe('store_unavailable')
    expect(log.entries).toMatchObject([
      { level: 'error', fields: { reason: expect.stringContaining('TypeError') } },
    ])
  })
})
