import { expect, test } from 'bun:test'
import { saveWhenUp } from '../../../src/commands/simulate/save-url'
import type { PushResult } from '../../../src/simulator/push/delivery'
import { createManualClock } from '../../manual-clock'

const result = (more: Partial<PushResult>): PushResult => ({
  ok: false,
  status: null,
  body: null,
  ms: 1,
  attempts: 1,
  problem: null,
  detail: null,
  ...more,
})

const saved = result({ ok: true, status: 200 })
const down: PushResult[] = [
  result({ problem: 'unreachable' }),
  result({ problem: 'timeout' }),
  ...[502, 503, 504].map((status) => result({ problem: 'status', status })),
]

/** Answers one after the other, the last one again and again. */
const trying = (answers: readonly PushResult[]) => {
  const clock = createManualClock(0)
  let tries = 0
  let waiting = 0
  const outcome = saveWhenUp(async () => answers[Math.min(tries++, answers.length - 1)], {
    clock,
    onWaiting: () => {
      waiting += 1
    },
  })
  return { clock, outcome, seen: () => ({ tries, waiting }) }
}

test('a URL is tried every second until somebody answers, and that is said once', async () => {
  const { clock, outcome, seen } = trying([...down, saved])
  await clock.advance(4999)
  expect(seen()).toEqual({ tries: 5, waiting: 1 })
  await clock.advance(1)
  expect(await outcome).toBe(saved)
  expect(seen()).toEqual({ tries: 6, waiting: 1 })
})

test('a service that answers at once is waited for by nobody', async () => {
  const { outcome, seen } = trying([saved])
  expect(await outcome).toBe(saved)
  expect(seen()).toEqual({ tries: 1, waiting: 0 })
})

test.each([
  result({ problem: 'status', status: 403 }),
  result({ problem: 'status', status: 404 }),
  result({ problem: 'wrong_answer', status: 200 }),
  result({ problem: 'late', status: 200 }),
])('who answers wrongly is not asked again: %j', async (refused) => {
  const { outcome, seen } = trying([refused])
  expect(await outcome).toBe(refused)
  expect(seen()).toEqual({ tries: 1, waiting: 0 })
})
