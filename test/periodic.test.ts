import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../src/clock'
import { createPeriodicJobs, type Job, type JobHistories } from '../src/periodic'
import { jobWarnings } from '../src/suite/operations/job-warnings'
import { createManualClock } from './manual-clock'
import { createScene } from './scene'
import { createRecordingLog } from './store/recording-log'

const create = (histories: JobHistories = new Map(), clock = createManualClock(0)) => {
  const log = createRecordingLog()
  return { clock, log, jobs: createPeriodicJobs({ histories, clock, log }) }
}

test('what a run left behind to go on hears of the stop', async () => {
  const { jobs } = create()
  const heard: AbortSignal[] = []
  jobs.start('a task', 1000, (stopping) => heard.push(stopping))
  expect(heard.map(({ aborted }) => aborted)).toEqual([false])
  await jobs.stop()
  expect(heard.map(({ aborted }) => aborted)).toEqual([true])
})

test('of each job its last success, its last failure and its duration are known', async () => {
  const { jobs, clock } = create()
  let fails = false
  jobs.start('a task', 1000, () => {
    if (fails) throw new Error('the disk is gone')
  })
  await clock.advance(1000)
  fails = true
  await clock.advance(1000)
  expect(jobs.list()).toMatchObject([
    {
      name: 'a task',
      everyMs: 1000,
      lastSuccessAt: 1000,
      lastErrorAt: 2000,
      lastError: 'the disk is gone',
      durationMs: 0,
    },
  ])
  fails = false
  await clock.advance(1000)
  expect(jobs.list()).toMatchObject([{ lastSuccessAt: 3000, lastError: null }])
  await jobs.stop()
})

test('how long a run takes is known, and what was known is still known to who runs the job next', async () => {
  const histories: JobHistories = new Map()
  const { jobs, clock } = create(histories)
  let fails = false
  const run = async () => {
    await clock.sleep(300)
    if (fails) throw new Error('the disk is gone')
  }
  jobs.start('a task', 1000, run)
  await clock.advance(300)
  expect(jobs.list()).toMatchObject([{ lastSuccessAt: 300, durationMs: 300 }])
  fails = true
  await clock.advance(1300)
  await jobs.stop()

  const next = create(histories, clock)
  next.jobs.start('a task', 1000, run)
  next.jobs.start('another task', 1000, () => undefined)
  const known = { startedAt: 0, lastSuccessAt: 300, lastErrorAt: 1600, durationMs: 300 }
  expect(next.jobs.list()).toMatchObject([
    { name: 'a task', ...known, lastError: 'the disk is gone', underWaySince: 1600 },
    { name: 'another task', startedAt: 1600, lastSuccessAt: null },
  ])
  const stopped = next.jobs.stop()
  await clock.advance(300)
  await stopped
  expect(next.log.entries.filter(({ level }) => level === 'error')).toEqual([])
})

test('failures in a row are one error in the log, and their end is told', async () => {
  const { jobs, clock, log } = create()
  let fails = true
  jobs.start('a task', 1000, () => {
    if (fails) throw new Error('the disk is gone')
  })
  await clock.advance(5000)
  fails = false
  await clock.advance(1000)
  const told = log.entries.filter(({ level }) => level !== 'debug')
  expect(told.map(({ level, fields }) => [level, fields.job])).toEqual([
    ['error', 'a task'],
    ['info', 'a task'],
  ])
  await jobs.stop()
})

describe('a job', () => {
  const job: Job = {
    name: 'purging old events',
    everyMs: minuteMs,
    startedAt: 0,
    underWaySince: null,
    lastSuccessAt: null,
    lastErrorAt: null,
    lastError: null,
    durationMs: null,
  }
  const failing = { ...job, lastErrorAt: 1, lastError: 'The disk is full.' }

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

test('how jobs went is still known after the settings were read again', async () => {
  const scene = await createScene()
  const { purge } = scene.eventLog
  scene.eventLog.purge = async () => {
    throw new Error('database disk image is malformed')
  }
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.clock.advance(2 * minuteMs)
  scene.eventLog.purge = purge
  const next = await scene.reload()
  await next.clock.advance(minuteMs)
  const { jobs } = await next.ask('/api/status')
  expect(jobs).toContainEqual(
    expect.objectContaining({
      name: 'purging old events',
      lastError: null,
      lastErrorAt: expect.any(Number),
    }),
  )
  await next.stop()
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
  const { jobs, warnings } = await scene.ask('/api/status')
  expect(jobs).toContainEqual({
    name: 'purging old events',
    everyMs: minuteMs,
    lastSuccessAt: expect.any(Number),
    lastError: 'database disk image is malformed',
    lastErrorAt: expect.any(Number),
    durationMs: expect.any(Number),
  })
  expect(warnings).toEqual([
    expect.stringMatching(/^Work in the background fails: purging old events, for .* malformed\./),
  ])
  eventLog.purge = purge
  await scene.clock.advance(minuteMs)
  expect((await scene.ask('/api/status')).warnings).toEqual([])
  await scene.stop()
})
