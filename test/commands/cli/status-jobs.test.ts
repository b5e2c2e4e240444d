import { expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { statusLines } from '../../../src/commands/cli/status-lines'
import type { JobStatus } from '../../../src/suite/operations/job-warnings'
import type { Status } from '../../../src/suite/operations/status'

const now = 100 * hourMs

const status: Status = {
  version: '1',
  startedAt: 0,
  sdkUrl: null,
  suites: [],
  events: { pending: 0, done: 0, dead: 0, oldestPendingAt: null },
  waiting: [],
  refusals: [],
  backup: null,
  unreadable: { count: 0, documents: [] },
  jobs: [],
  warnings: [],
}

const job: JobStatus = {
  name: 'purging old events',
  everyMs: minuteMs,
  lastSuccessAt: now - 2 * hourMs,
  lastError: null,
  lastErrorAt: null,
  durationMs: 3,
}

const linesOf = (jobs: readonly JobStatus[]) =>
  statusLines({ ...status, jobs }, [], now).map((line) => Bun.stripANSI(line))

test('status names the jobs that fail, why, and when each last succeeded', () => {
  const failing = { ...job, lastError: 'The disk is full.', lastErrorAt: now }
  const never = { ...failing, name: 'making backups', lastSuccessAt: null }
  const lines = linesOf([job, failing, never])
  expect(lines.slice(lines.indexOf('Failing in the background'))).toEqual([
    'Failing in the background',
    '  ○ purging old events, last succeeded 2 h ago: The disk is full.',
    '  ○ making backups, never succeeded: The disk is full.',
  ])
})

test('status says nothing of jobs while all succeed, nor of those that an older service doesn’t tell', () => {
  expect(linesOf([job])).not.toContain('Failing in the background')
  const { jobs: _, ...older } = status
  expect(statusLines(older as Status, [], now).length).toBeGreaterThan(0)
})
