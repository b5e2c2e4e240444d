import { expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { statusLines } from '../../../src/commands/cli/status-lines'
import type { JobStatus } from '../../../src/suite/operations/job-warnings'
import type { ReplicaStatus } from '../../../src/suite/operations/replica-status'
import type { EndpointStatus, Status } from '../../../src/suite/operations/status'

const now = 100 * hourMs

const status: Status = {
  version: '1',
  startedAt: 0,
  sdkUrl: null,
  suites: [],
  replicas: [],
  events: { pending: 0, done: 0, dead: 0, oldestPendingAt: null },
  endpoints: { count: 0, items: [] },
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

test('status lists replicas with what each has in hand, and says where a clock is off', () => {
  const replica: ReplicaStatus = {
    id: 'a',
    isThis: true,
    version: '1.0.0',
    startedAt: now - 2 * hourMs,
    clockOffsetMs: -12,
    egressAddress: null,
    settings: 'abc',
    inHand: { events: 1, deliveries: 2, permanentCodes: 0 },
  }
  const other: ReplicaStatus = {
    ...replica,
    id: 'b',
    isThis: false,
    clockOffsetMs: 1500,
    egressAddress: '203.0.113.7',
    inHand: { events: 0, deliveries: 0, permanentCodes: 1 },
  }
  const lines = statusLines({ ...status, replicas: [replica, other] }, [], now).map((line) =>
    Bun.stripANSI(line),
  )
  expect(lines.slice(lines.indexOf('Replicas'))).toEqual([
    'Replicas',
    '  a (answers this) 1.0.0, up for 2 h, clock 12 ms ahead, in hand: 1 event, 2 deliveries',
    '  b 1.0.0, up for 2 h, clock 1500 ms behind, calls from 203.0.113.7, in hand: 0 events, 0 deliveries, 1 permanent code',
  ])
})

const endpoint: EndpointStatus = {
  name: 'crm',
  status: 'on',
  reason: null,
  pending: 0,
  oldestPendingAt: null,
  failingSince: null,
  lastError: null,
}

const endpointLinesOf = (items: readonly EndpointStatus[], count = items.length) => {
  const lines = statusLines({ ...status, endpoints: { count, items } }, [], now)
  const plain = lines.map((line) => Bun.stripANSI(line))
  return plain.slice(plain.indexOf('Endpoints'))
}

test('status shows endpoints: how each stands, what waits since when, and its last error', () => {
  const waits = { pending: 812, oldestPendingAt: now - 2 * hourMs, lastError: 'HTTP status 503' }
  const lines = endpointLinesOf([
    { ...endpoint, ...waits, name: 'bi', failingSince: now - 3 * hourMs },
    { ...endpoint, ...waits, name: 'old', status: 'off', reason: 'It answered 410.' },
    { ...endpoint, name: 'night', status: 'paused', pending: 1, oldestPendingAt: now - minuteMs },
    endpoint,
  ])
  expect(lines).toEqual([
    'Endpoints',
    '  bi fails for 3 h, 812 events wait, the oldest for 2 h; last error: HTTP status 503',
    '  old off (It answered 410.), 812 events wait, the oldest for 2 h; last error: HTTP status 503',
    '  night paused, 1 event waits, the oldest for 1 min',
    '  crm on, 0 events wait',
  ])
})

test('status says how many endpoints there are besides those that it was told of', () => {
  expect(endpointLinesOf([endpoint], 61).at(-1)).toBe('  and 60 more: suited endpoints lists them')
})

test('status says nothing of endpoints where there are none, nor of those that an older service doesn’t tell', () => {
  expect(endpointLinesOf([])).not.toContain('Endpoints')
  const { endpoints: _, ...older } = status
  expect(statusLines(older as Status, [], now).length).toBeGreaterThan(0)
})
