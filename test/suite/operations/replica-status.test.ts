import { expect, test } from 'bun:test'
import type { ReplicaRecord, ReplicaSeen } from '../../../src/store/replicas/replicas'
import {
  replicaStatus,
  replicaWarnings,
  standsBack,
} from '../../../src/suite/operations/replica-status'

const seen: ReplicaSeen = {
  clockOffsetMs: 3,
  egressAddress: null,
  addressRefused: false,
  learntIds: [],
  eventsInHand: 1,
  deliveriesInHand: 2,
  codesInHand: 0,
  codesInMemory: 0,
}

const replica = (id: string, more: Partial<ReplicaRecord> = {}): ReplicaRecord => ({
  id,
  startedAt: 7,
  version: '1.0.0',
  settings: 'abc',
  seen,
  ...more,
})

const having = (id: string, more: Partial<ReplicaSeen>) =>
  replica(id, { seen: { ...seen, ...more } })

test('a replica is told with what it has in hand, and whether it is the one that tells', () => {
  expect(replicaStatus(having('a', { egressAddress: '' }), 'a')).toEqual({
    id: 'a',
    isThis: true,
    version: '1.0.0',
    startedAt: 7,
    clockOffsetMs: 3,
    egressAddress: null,
    settings: 'abc',
    inHand: { events: 1, deliveries: 2, permanentCodes: 0 },
  })
  expect(replicaStatus(replica('b'), 'a').isThis).toBe(false)
})

test('replicas that are all alike deserve no word, nor does a command among them', () => {
  const all = [replica('a'), replica('b'), replica('c', { settings: '' })]
  expect(replicaWarnings(all, 'a')).toEqual([])
})

test('other settings are told, with who has which', () => {
  const all = [replica('a'), replica('b', { settings: 'def' }), replica('c')]
  expect(replicaWarnings(all, 'a')).toEqual([expect.stringContaining('(a, c / b)')])
})

test.each([
  [1500, 'behind'],
  [-1500, 'ahead of'],
])('a clock that is off by %d ms is told', (clockOffsetMs, side) => {
  expect(replicaWarnings([having('a', { clockOffsetMs })], 'b')).toEqual([
    expect.stringMatching(new RegExp(`^The clock of replica a is .* ${side} the database’s`)),
  ])
})

test('a clock that is off by more than a minute keeps its replica from being ready beside another one', () => {
  const [warning] = replicaWarnings([having('a', { clockOffsetMs: 61_000 }), replica('b')], 'a')
  expect(warning).toContain('not ready')
  expect(standsBack(61_000, [replica('b')])).toBe(true)
  expect(standsBack(60_000, [replica('b')])).toBe(false)
})

test.each([
  ['nobody else is there', []],
  ['others are as far off', [having('b', { clockOffsetMs: -70_000 })]],
  ['the other one is a command', [replica('b', { settings: '' })]],
])('a clock that is off as far keeps nobody from being ready where %s', (_, others) => {
  expect(standsBack(61_000, others)).toBe(false)
  const [warning] = replicaWarnings([having('a', { clockOffsetMs: 61_000 }), ...others], 'a')
  expect(warning).toContain('look at its clock first')
})

test('codes in the memory of another one alone are told', () => {
  const holding = having('b', { codesInMemory: 1 })
  expect(replicaWarnings([replica('a'), holding], 'a')).toEqual([
    expect.stringContaining('Replica b holds 1 permanent code in memory alone'),
  ])
  expect(replicaWarnings([replica('a'), holding], 'b')).toEqual([])
})
