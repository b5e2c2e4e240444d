import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../src/clock'
import { createRounds, type Job } from '../src/periodic'
import { jobWarnings } from '../src/suite/operations/job-warnings'
import { createManualClock } from './manual-clock'
import { createScene } from './scene'
import { createRecordingLog } from './store/recording-log'

const create = () => {
  const clock = createManualClock(0)
  const log = createRecordingLog()
  return { clock, log, rounds: createRounds({ clock, log }) }
}

test('what a round left behind to go on hears of the stop', async () => {
  const { rounds } = create()
  const heard: AbortSignal[] = []
  rounds.every('a task', 1000, (stopping) => heard.push(stopping))
  expect(heard.map(({ aborted }) => aborted)).toEqual([false])
  await rounds.stop()
  expect(heard.map(({ aborted }) => aborted)).toEqual([true])
})

test('of each piece its last success and its last failure are known', async () => {
  const { rounds, clock } = create()
  let fails = false
  rounds.every('a task', 1000, () => {
    if (fails) throw new Error('the disk is gone')
  })
  await clock.advance(1000)
  fails = true
  await clock.advance(1000)
  expect(rounds.list()).toMatchObject([
    { name: 'a task', lastSuccessAt: 1000, lastFailureAt: 2000, lastError: 'the disk is gone' },
  ])
  fails = false
  await clock.advance(1000)
  expect(rounds.list()).toMatchObject([{ lastSuccessAt: 3000, lastError: null }])
  await rounds.stop()
})

test('failures in a row are one error in the log, and their end is told', async () => {
  const { rounds, clock, log } = create()
  let fails = true
  rounds.every('a task', 1000, () => {
    if (fails) throw new Error('the disk is gone')
  })
  await clock.advance(5000)
  fails = false
  await clock.advance(1000)
  const told = log.entries.filter(({ level }) => level !== 'debug')
  expect(told.map(({ level, fields }) => [level, fields.task])).toEqual([
    ['error', 'a task'],
    ['info', 'a task'],
  ])
  await rounds.stop()
})

describe('a piece of work', () => {
  const job: Job = {
    name: 'purging old events',
    everyMs: minuteMs,
    startedAt: 0,
    underWaySince: null,
    lastSuccessAt: null,
    lastFailureAt: null,
    lastError: null,
  }
  const failing = { ...job, lastFailureAt: 1, lastError: 'The disk is full.' }

  test.each<[string, Job, number, string | null]>([
    ['that fails for less than three periods is no warning', failing, 3 * minuteMs - 1, null],
    [
      'that fails for three periods is one',
      failing,
      3 * minuteMs,
      'for 3 minutes: The disk is full. ',
    ],
    [
      'counts from its last success',
      { ...failing, lastSuccessAt: hourMs },
      hourMs + 3 * minuteMs - 1,
      null,
    ],
    ['that takes long is no warning', { ...job, underWaySince: 0 }, 10 * minuteMs - 1, null],
    ['that hangs is one', { ...job, underWaySince: 0 }, 10 * minuteMs, 'hangs: purging old events'],
    ['that succeeds is none, however long ago', { ...job, lastSuccessAt: 1 }, hourMs, null],
  ])('%s', (_, one, now, told) => {
    expect(jobWarnings([one], now)).toEqual(told === null ? [] : [expect.stringContaining(told)])
  })
})

test('the status names work that fails, until it succeeds', async () => {
  const scene = await createScene()
  const { eventLog } = scene
  const { purge } = eventLog
  eventLog.purge = async () => {
    throw new Error('database disk image is malformed')
  }
  for (let i = 0; i < 4; i++) {
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(minuteMs)
  }
  const { warnings } = await scene.ask('/api/status')
  expect(warnings).toEqual([
    expect.stringMatching(/^Work in the background fails: purging old events, for .* malformed\./),
  ])
  eventLog.purge = purge
  await scene.clock.advance(minuteMs)
  expect((await scene.ask('/api/status')).warnings).toEqual([])
  await scene.stop()
})
