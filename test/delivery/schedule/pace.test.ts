import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createPace, type Pace } from '../../../src/delivery/schedule/pace'

const startMs = 1_700_000_000_000

/** How many may begin, at so many milliseconds after the start. */
const roomAt = (
  pace: Pace,
  ms: number,
  { maxPerSecond = null as number | null, concurrency = 16, underWay = 0, processes = 1 } = {},
) =>
  pace.room({
    endpoint: { concurrency, maxPerSecond },
    processes,
    state: { recoveredAt: null },
    underWay,
    backlogUnderWay: 0,
    now: startMs + ms,
  })

describe('the room of an endpoint', () => {
  test('is what its concurrency leaves free, and of the backlog half', () => {
    const pace = createPace()
    expect(roomAt(pace, 0)).toEqual({ limit: 16, backlogLimit: 8, moreAt: Infinity })
    expect(roomAt(pace, 0, { underWay: 20 })).toMatchObject({ limit: 0 })
  })

  test('is shared by several processes, of which each has room for one at least', () => {
    const pace = createPace()
    expect(roomAt(pace, 0, { processes: 3 }).limit).toBe(5)
    expect(roomAt(pace, 0, { processes: 3, concurrency: 2 }).limit).toBe(1)
    const slow = { maxPerSecond: 2, processes: 2 }
    expect(roomAt(pace, 0, slow).limit).toBe(1)
    pace.spend(1, 0)
    expect(roomAt(pace, 0, slow)).toMatchObject({ limit: 0, moreAt: startMs + 1000 })
  })

  test('comes back at the rate, evenly', () => {
    const pace = createPace()
    expect(roomAt(pace, 0, { maxPerSecond: 2 }).limit).toBe(1)
    pace.spend(1, 0)
    expect(roomAt(pace, 0, { maxPerSecond: 2 })).toMatchObject({ limit: 0, moreAt: startMs + 500 })
    expect(roomAt(pace, 500, { maxPerSecond: 2 }).limit).toBe(1)
  })

  test('gives way to those that could not wait, for a second at most', () => {
    const pace = createPace()
    roomAt(pace, 0, { maxPerSecond: 2 })
    for (let i = 0; i < 3; i++) pace.spendBeside({ maxPerSecond: 2, concurrency: 16 }, 1, startMs)
    expect(roomAt(pace, 0, { maxPerSecond: 2 })).toMatchObject({
      limit: 0,
      moreAt: startMs + 1.5 * secondMs,
    })
    for (let i = 0; i < 100; i++) pace.spendBeside({ maxPerSecond: 2, concurrency: 16 }, 1, startMs)
    expect(roomAt(pace, 1499, { maxPerSecond: 2 }).limit).toBe(0)
    expect(roomAt(pace, 1500, { maxPerSecond: 2 }).limit).toBe(1)
  })

  test('is not narrowed by them where there is no rate', () => {
    const pace = createPace()
    for (let i = 0; i < 100; i++)
      pace.spendBeside({ maxPerSecond: null, concurrency: 16 }, 1, startMs)
    expect(roomAt(pace, 0).limit).toBe(16)
  })
})
