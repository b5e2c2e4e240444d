import { describe, expect, test } from 'bun:test'
import { dayMs, minuteMs, secondMs } from '../../src/clock'
import { retryForADay } from '../../src/events/retry-for-a-day'

const failed = (attempts: number, now = 0, leastMs?: number) =>
  retryForADay({ receivedAt: 0, attempts }, new Error('no answer'), now, () => 0.5, leastMs)

describe('work that failed', () => {
  test('is tried again ever more slowly, every five minutes in the end', () => {
    const waits = [0, 1, 2, 8, 50].map((attempts) => failed(attempts))
    expect(waits).toEqual(
      [2 * secondMs, 4 * secondMs, 8 * secondMs, 5 * minuteMs, 5 * minuteMs].map((at) => ({
        status: 'pending',
        lastError: 'no answer',
        nextAttemptAt: at,
      })),
    )
  })

  test('waits as long as it is told at least', () => {
    expect(failed(0, 0, 5 * minuteMs)).toMatchObject({ nextAttemptAt: 5 * minuteMs })
    expect(failed(50, 0, secondMs)).toMatchObject({ nextAttemptAt: 5 * minuteMs })
  })

  test('is dead once a day is over', () => {
    expect(failed(300, dayMs).status).toBe('pending')
    expect(failed(300, dayMs + 1)).toEqual({ status: 'dead', lastError: 'no answer' })
  })
})
