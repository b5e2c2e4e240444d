import { expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../../src/clock'
import { createSharedClock } from '../../../../src/store/postgres/replicas/shared-clock'
import { createManualClock } from '../../../manual-clock'

const start = 1_795_330_800_000

const stage = (own = start) => {
  let monotonic = 5000
  const clock = createSharedClock(createManualClock(own), () => monotonic)
  return {
    clock,
    pass(ms: number) {
      monotonic += ms
    },
    /** The database is asked, and is `aheadMs` ahead of a machine that began at `start`. */
    lead(aheadMs: number) {
      clock.lead(start + (monotonic - 5000) + aheadMs, monotonic)
    },
    /** By how much it is ahead of that machine. */
    ahead: () => clock.now() - start - (monotonic - 5000),
  }
}

test('goes as this machine’s until the database was asked', () => {
  const { clock, pass } = stage()
  pass(secondMs)
  expect(clock.now()).toBe(start + secondMs)
})

test('is the database’s from the first answer on', () => {
  const { ahead, lead, pass } = stage(start + hourMs)
  lead(-250)
  expect(ahead()).toBe(-250)
  pass(minuteMs)
  expect(ahead()).toBe(-250)
})

test('makes up for a difference slowly, and never goes back', () => {
  const { clock, ahead, lead, pass } = stage()
  lead(0)
  lead(-3000)
  const before = clock.now()
  expect(ahead()).toBe(0)
  pass(10 * secondMs)
  expect(ahead()).toBe(-secondMs)
  pass(10 * secondMs)
  lead(-3000)
  pass(minuteMs)
  expect(ahead()).toBe(-3000)
  expect(clock.now()).toBeGreaterThan(before)
})

test('takes over at once what is no drift', () => {
  const { ahead, lead } = stage()
  lead(0)
  lead(2 * minuteMs)
  expect(ahead()).toBe(2 * minuteMs)
})
