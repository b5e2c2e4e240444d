import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import { createDoWhenDue } from '../../src/events/shared-work'
import { createMemoryEventLogData } from '../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../../src/store/memory/memory-store'
import { freshBytes } from '../fresh-bytes'
import { createManualClock } from '../manual-clock'

/** Three processes on one state. */
const three = () => {
  const clock = createManualClock(1_700_000_000_000)
  const storeData = createMemoryStoreData()
  const logData = createMemoryEventLogData()
  const begin = () =>
    createDoWhenDue({
      store: createMemoryStore({ clock, freshBytes, data: storeData }),
      sharedWork: createMemoryEventLog(factRule, logData, clock),
      clock,
    })
  return { clock, all: [begin(), begin(), begin()] as const }
}

describe('work that is done once for all processes', () => {
  test('is done by one of them in each period, however often all look', async () => {
    const { clock, all } = three()
    let done = 0
    for (let minute = 0; minute < 180; minute++) {
      await Promise.all(all.map((doWhenDue) => doWhenDue('purge', hourMs, async () => !!++done)))
      await clock.leap(minuteMs)
    }
    expect(done).toBe(3)
  })

  test('is left to the one that is at it', async () => {
    const { all } = three()
    const [first, second] = all
    const ends = Promise.withResolvers<boolean>()
    let done = 0
    const begun = first('erasure', hourMs, () => ends.promise)
    await second('erasure', hourMs, async () => !!++done)
    ends.resolve(true)
    await begun
    await second('erasure', hourMs, async () => !!++done)
    expect(done).toBe(0)
  })

  test.each([
    ['fails', () => Promise.reject(new Error('The disk is full.'))],
    ['was broken off', async () => false],
  ])('is done again by the next one where it %s', async (_, run) => {
    const [first, second] = three().all
    let done = 0
    await first('purge', hourMs, run).catch(() => undefined)
    await second('purge', hourMs, async () => !!++done)
    expect(done).toBe(1)
  })

  test('is put off by no clock that was ahead', async () => {
    const { clock, all } = three()
    let done = 0
    const doIt = () => all[0]('purge', hourMs, async () => !!++done)
    await doIt()
    await clock.leap(-30 * minuteMs)
    await doIt()
    expect(done).toBe(2)
  })
})
