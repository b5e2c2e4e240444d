import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../src/clock'
import { ServiceError } from '../../src/errors'
import { factRule } from '../../src/events/fact-rule'
import { createWorker, type Outcome, type Work } from '../../src/events/worker'
import { createLogger } from '../../src/log'
import type { EventLog } from '../../src/store/event-log'
import type { NewEvent } from '../../src/store/event-record'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { createManualClock } from '../manual-clock'

const setUp = (
  work: Record<string, Work>,
  eventLog: EventLog = createMemoryEventLog(factRule),
  more: Pick<Parameters<typeof createWorker>[0], 'unwritten' | 'onSettled' | 'idleMs'> = {},
) => {
  const clock = createManualClock(0)
  const lines: string[] = []
  const log = createLogger({
    level: 'debug',
    format: 'json',
    now: clock.now,
    write: (line) => lines.push(line),
  })
  const worker = createWorker({ ...more, eventLog, work, clock, random: () => 0.5, log })
  const add = (id: string, change: Partial<NewEvent> = {}) =>
    eventLog.append({
      id,
      identity: id,
      suiteId: 'wwsuite',
      corpid: null,
      source: 'command',
      type: 'create_auth',
      receivedAt: clock.now(),
      body: '<xml/>',
      status: 'pending',
      lastError: null,
      dispatchAt: null,
      ...change,
    })
  const statusOf = async (id: string) => (await eventLog.get(id))?.status
  return { clock, lines, worker, eventLog, add, statusOf }
}

const done: Work = async () => ({ status: 'done' })
const never = () => new Promise<never>(() => undefined)

describe('the worker', () => {
  test('works off what was there when it started', async () => {
    const { clock, worker, add, statusOf } = setUp({ create_auth: done })
    await add('a')
    await add('b')
    worker.start()
    await clock.advance(0)
    expect(await statusOf('a')).toBe('done')
    expect(await statusOf('b')).toBe('done')
  })

  test('looks for what others added as often as it is told', async () => {
    const eventLog = createMemoryEventLog(factRule)
    const { clock, worker, add, statusOf } = setUp({ create_auth: done }, eventLog, {
      idleMs: 2 * secondMs,
    })
    worker.start()
    await clock.advance(secondMs)
    await add('a')
    await clock.advance(secondMs)
    expect(await statusOf('a')).toBe('done')
  })

  test('works off at once what it is woken for', async () => {
    const { clock, worker, add, statusOf } = setUp({ create_auth: done })
    worker.start()
    await clock.advance(0)
    await add('a')
    worker.wake()
    await clock.advance(0)
    expect(await statusOf('a')).toBe('done')
  })

  test('finds within half a minute what nobody woke it for', async () => {
    const { clock, worker, add, statusOf } = setUp({ create_auth: done })
    worker.start()
    await clock.advance(0)
    await add('a')
    await clock.advance(30 * secondMs)
    expect(await statusOf('a')).toBe('done')
  })

  test('lets an event that hangs hold up no other', async () => {
    const work: Work = ({ id }) => (id === 'hangs' ? never() : done({} as never))
    const { clock, worker, add, statusOf } = setUp({ create_auth: work })
    await add('hangs')
    await add('b')
    worker.start()
    await clock.advance(0)
    expect(await statusOf('hangs')).toBe('pending')
    expect(await statusOf('b')).toBe('done')
  })

  test('does sixteen things at once and no more', async () => {
    let begun = 0
    const { clock, worker, add } = setUp({
      create_auth: () => {
        begun += 1
        return never()
      },
    })
    for (let n = 0; n < 40; n++) await add(`event-${n}`)
    worker.start()
    await clock.advance(minuteMs)
    expect(begun).toBe(16)
  })

  test('goes on with the next as soon as one has ended', async () => {
    const { clock, worker, add, statusOf } = setUp({ create_auth: done })
    for (let n = 0; n < 40; n++) await add(`event-${n}`)
    worker.start()
    await clock.advance(0)
    expect(await statusOf('event-39')).toBe('done')
  })

  test('tries again when the work says, not earlier', async () => {
    const at: number[] = []
    const { clock, worker, add } = setUp({
      create_auth: async () => {
        at.push(clock.now())
        return { status: 'pending', lastError: 'not yet', nextAttemptAt: clock.now() + 4000 }
      },
    })
    await add('a')
    worker.start()
    await clock.advance(10 * secondMs)
    expect(at).toEqual([0, 4000, 8000])
  })

  test('loses no event to a mistake in the work: it is kept, logged and tried again', async () => {
    let tries = 0
    const { clock, worker, add, eventLog, lines } = setUp({
      create_auth: async () => {
        tries += 1
        if (tries < 3) throw new TypeError('a mistake of ours')
        return { status: 'done' }
      },
    })
    await add('a')
    worker.start()
    await clock.advance(0)
    expect(await eventLog.get('a')).toMatchObject({
      status: 'pending',
      lastError: 'a mistake of ours',
    })
    expect(lines.some((line) => line.includes('"level":"error"'))).toBe(true)
    await clock.advance(minuteMs)
    expect(await eventLog.get('a')).toMatchObject({ status: 'done', attempts: 3 })
  })

  test('goes on after an event log that could not be read for a while', async () => {
    const eventLog = createMemoryEventLog(factRule)
    let failures = 3
    const claim: EventLog['claim'] = (...query) => {
      failures -= 1
      if (failures >= 0) return Promise.reject(new ServiceError('store_unavailable', 'Disk full.'))
      return eventLog.claim(...query)
    }
    const { clock, worker, add, statusOf } = setUp({ create_auth: done }, { ...eventLog, claim })
    await add('a')
    worker.start()
    await clock.advance(5 * secondMs)
    expect(await statusOf('a')).toBe('done')
  })

  test('writes an outcome as soon as the log takes it again, without doing the work once more', async () => {
    const eventLog = createMemoryEventLog(factRule)
    let failures = 3
    const settle: EventLog['settle'] = (...outcome) => {
      failures -= 1
      if (failures >= 0) return Promise.reject(new ServiceError('store_unavailable', 'Disk full.'))
      return eventLog.settle(...outcome)
    }
    let tries = 0
    const { clock, worker, add, statusOf } = setUp(
      {
        create_auth: async () => {
          tries += 1
          return { status: 'done' }
        },
      },
      { ...eventLog, settle },
    )
    await add('a')
    worker.start()
    await clock.advance(0)
    expect(await statusOf('a')).toBe('pending')
    await clock.advance(minuteMs)
    expect(await statusOf('a')).toBe('done')
    expect(tries).toBe(1)
  })

  test('doesn’t wait with its leaving for a log that takes nothing', async () => {
    const eventLog = createMemoryEventLog(factRule)
    const settle = () => Promise.reject(new ServiceError('store_unavailable', 'Disk full.'))
    const { clock, worker, add } = setUp({ create_auth: done }, { ...eventLog, settle })
    await add('a')
    worker.start()
    await clock.advance(0)
    await worker.stop()
    expect(await eventLog.get('a')).toMatchObject({ status: 'pending', attempts: 0 })
  })

  test('leaves an outcome that the log did not take to the worker after it', async () => {
    const eventLog = createMemoryEventLog(factRule)
    const unwritten: Outcome[] = []
    const tries: string[] = []
    const settled: (string | null)[] = []
    const work: Record<string, Work> = {
      create_auth: async ({ id }) => {
        tries.push(id)
        return { status: 'done', corpid: 'wpcorp' }
      },
    }
    const settle = () => Promise.reject(new ServiceError('store_unavailable', 'Disk full.'))
    const before = setUp(work, { ...eventLog, settle }, { unwritten })
    await before.add('a')
    before.worker.start()
    await before.clock.advance(0)
    await before.worker.stop()
    expect(unwritten).toHaveLength(1)
    const after = setUp(work, eventLog, {
      unwritten,
      onSettled: async (_, corpid) => void settled.push(corpid),
    })
    after.worker.start()
    await after.clock.advance(0)
    expect(await eventLog.get('a')).toMatchObject({ status: 'done', attempts: 1 })
    expect({ tries, settled, unwritten }).toEqual({
      tries: ['a'],
      settled: ['wpcorp'],
      unwritten: [],
    })
  })

  test('writes no outcome of another worker that comes after the end of its claim', async () => {
    const settlement = { status: 'dead', lastError: 'stale' } as const
    const outcome = { id: 'a', claim: 1, suiteId: null, corpid: null, settlement, claimedUntil: 0 }
    const { clock, worker, add, statusOf } = setUp({ create_auth: done }, undefined, {
      unwritten: [outcome],
    })
    await add('a')
    worker.start()
    await clock.advance(0)
    expect(await statusOf('a')).toBe('done')
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'has no work for a type that is called %s',
    (type) => {
      const { worker } = setUp({ create_auth: done })
      expect(worker.actsOn('create_auth')).toBe(true)
      expect(worker.actsOn(type)).toBe(false)
    },
  )

  test('finishes what it began before it has stopped, and begins nothing more', async () => {
    let finish = () => {}
    const begun: string[] = []
    const { clock, worker, add, statusOf } = setUp({
      create_auth: ({ id }) => {
        begun.push(id)
        return new Promise((resolve) => {
          finish = () => resolve({ status: 'done' })
        })
      },
    })
    await add('a')
    worker.start()
    await clock.advance(0)
    let stopped = false
    const stopping = worker.stop().then(() => {
      stopped = true
    })
    await add('b')
    worker.wake()
    await clock.advance(minuteMs)
    expect(stopped).toBe(false)
    finish()
    await stopping
    expect(await statusOf('a')).toBe('done')
    expect(begun).toEqual(['a'])
  })
})
