import { expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { followReplicas } from '../../../src/service/replicas/follow-replicas'
import type { Occasion } from '../../../src/store/replicas/bell'
import type { Change, ChangesRead } from '../../../src/store/replicas/changes'
import { createManualClock } from '../../manual-clock'
import { createRecordingLog } from '../../store/recording-log'

const keys: Change = { what: 'keys' }

const stage = (answer: () => Promise<Partial<ChangesRead>> = async () => ({})) => {
  const clock = createManualClock(0)
  const log = createRecordingLog()
  const cursors: unknown[] = []
  const heard: (Change | 'missed')[] = []
  let ring: (occasion: Occasion) => void = () => undefined
  let looks = 0
  let purges = 0
  const following = followReplicas({
    shared: {
      bell: {
        ring: () => undefined,
        subscribe(listener) {
          ring = listener
          return () => undefined
        },
      },
      changes: {
        async changesSince(cursor) {
          cursors.push(cursor)
          return { changes: [], cursor: cursors.length, missed: false, ...(await answer()) }
        },
        async purgeChanges() {
          purges += 1
          return 0
        },
      },
    },
    ownReplica: () => ({
      hear: { change: (change) => heard.push(change), missed: () => heard.push('missed') },
      lookForEvents() {
        looks += 1
      },
    }),
    clock,
    log,
  })
  return {
    clock,
    log,
    cursors,
    heard,
    ring: (occasion: Occasion) => ring(occasion),
    looks: () => looks,
    purges: () => purges,
    /** Ends with time that goes on. */
    async end() {
      const stopped = following.stop()
      await clock.advance(secondMs)
      await stopped
    },
  }
}

test('what others changed is read each second, from where the last reading ended', async () => {
  const { clock, cursors, end } = stage()
  await clock.advance(3.2 * secondMs)
  expect(cursors.slice(0, 3)).toEqual([null, 1, 2])
  expect(cursors.length).toBeLessThanOrEqual(4)
  await end()
})

test('it is read at once when the bell rings for it, however often that is', async () => {
  const { clock, cursors, ring, end } = stage()
  await clock.advance(500)
  const before = cursors.length
  for (let n = 0; n < 10; n++) ring('changes')
  await clock.advance(1)
  expect(cursors.length).toBe(before + 1)
  await end()
})

test('it is handed on, and so is that some may be missing', async () => {
  const { clock, heard, end } = stage(async () => ({ changes: [keys], missed: true }))
  await clock.advance(1)
  expect(heard).toEqual(['missed', keys])
  await end()
})

test('events are looked for every two seconds, and at once when the bell rings for them', async () => {
  const { clock, looks, ring, end } = stage()
  await clock.advance(2.1 * secondMs)
  expect(looks()).toBe(1)
  await clock.advance(100)
  ring('events')
  await clock.advance(1)
  expect(looks()).toBe(2)
  await end()
})

test('a failure is told once in a row, and reading goes on', async () => {
  let isAway = true
  const { clock, log, heard, end } = stage(async () => {
    if (isAway) throw new Error('away')
    return { changes: [keys] }
  })
  await clock.advance(5 * secondMs)
  expect(log.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
  isAway = false
  await clock.advance(1.1 * secondMs)
  expect(heard).toContainEqual(keys)
  await end()
})

test('what all have read is forgotten each minute', async () => {
  const { clock, purges, end } = stage()
  await clock.advance(2 * minuteMs + 2 * secondMs)
  expect(purges()).toBe(2)
  await end()
})
