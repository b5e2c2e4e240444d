import { describe, expect, test } from 'bun:test'
import { withBell } from '../../src/events/event-bell'
import type { EventLog } from '../../src/store/event-log'
import type { NewEvent } from '../../src/store/event-record'
import { createManualClock } from '../manual-clock'

const event = {} as NewEvent

/** A log that answers all appends and settlements as told, with its bell. */
const ringing = (stored: 'stored' | 'duplicate' = 'stored') => {
  const clock = createManualClock(0)
  const appended = Promise.resolve(stored)
  const log = {
    append: () => appended,
    settle: async () => 'settled',
    restoreEvent: async () => 'stored',
  } as unknown as EventLog
  return { clock, appended, ...withBell(log, clock) }
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('the bell of the event log', () => {
  test('an event that was stored rings, and one that was settled does', async () => {
    const { bell, eventLog } = ringing()
    await eventLog.append(event)
    await aTurn()
    expect(bell.rings()).toBe(1)
    await eventLog.settle('1', null, { status: 'done' })
    await aTurn()
    expect(bell.rings()).toBe(2)
  })

  test('a repeated push rings nothing', async () => {
    const { bell, eventLog } = ringing('duplicate')
    await eventLog.append(event)
    await aTurn()
    expect(bell.rings()).toBe(0)
  })

  test('a thousand events in one turn ring once', async () => {
    const { bell, eventLog } = ringing()
    let heard = 0
    bell.subscribe(() => heard++)
    await Promise.all(Array.from({ length: 1000 }, () => eventLog.append(event)))
    await aTurn()
    expect(heard).toBe(1)
  })

  test('whoever appends gets the promise of the log itself, and waits for nothing else', () => {
    const { eventLog, appended } = ringing()
    expect(eventLog.append(event)).toBe(appended)
  })

  test('a log that can’t be written rings nothing and fails for whoever appends alone', async () => {
    const refused = { append: () => Promise.reject(new Error('full')) } as unknown as EventLog
    const { eventLog, bell } = withBell(refused, createManualClock(0))
    await expect(eventLog.append(event)).rejects.toThrow('full')
    await aTurn()
    expect(bell.rings()).toBe(0)
  })

  test('a ring ends a wait', async () => {
    const { bell, eventLog } = ringing()
    const waited = bell.wait(bell.rings(), 30_000)
    await eventLog.append(event)
    await waited
    expect(bell.rings()).toBe(1)
  })

  test('a ring between a look and the wait after it is heard', async () => {
    const { bell, eventLog } = ringing()
    const seen = bell.rings()
    await eventLog.append(event)
    await aTurn()
    await bell.wait(seen, 30_000)
    expect(bell.rings()).toBe(1)
  })

  test('a wait ends by itself after its time', async () => {
    const { bell, clock } = ringing()
    let isOver = false
    const waited = bell.wait(0, 30_000).then(() => {
      isOver = true
    })
    await clock.advance(29_999)
    expect(isOver).toBe(false)
    await clock.advance(1)
    await waited
  })

  test('a signal ends a wait, also one that was given before it', async () => {
    const { bell } = ringing()
    const leaving = new AbortController()
    const waited = bell.wait(0, 30_000, leaving.signal)
    leaving.abort()
    await waited
    await bell.wait(0, 30_000, leaving.signal)
    expect(bell.rings()).toBe(0)
  })

  test('nobody hears it who has unsubscribed', async () => {
    const { bell, eventLog } = ringing()
    let heard = 0
    bell.subscribe(() => heard++)()
    await eventLog.append(event)
    await aTurn()
    expect(heard).toBe(0)
  })
})
