import { expect, test } from 'bun:test'
import { filterOf } from '../../../src/delivery/endpoint'
import type { ReplicaRecord, ReplicaSeen } from '../../../src/store/replicas/replicas'
import {
  replicaStatus,
  replicaWarnings,
  standsBack,
} from '../../../src/suite/operations/replica-status'
import { endpointOf } from '../../delivery/delivery-bench'

const seen: ReplicaSeen = {
  clockOffsetMs: 3,
  egressAddress: null,
  addressRefused: false,
  learntIds: [],
  eventsInHand: 1,
  deliveriesInHand: 2,
  codesInHand: 0,
  codesInMemory: 0,
  suites: [],
  endpoints: [],
}

const replica = (id: string, more: Partial<ReplicaRecord> = {}): ReplicaRecord => ({
  id,
  startedAt: 7,
  version: '1.0.0',
  settings: 'abc',
  seen,
  ...more,
})

/** What of replicas without endpoints of the API deserves a word. */
const warningsOf = (all: readonly ReplicaRecord[], ownId: string) =>
  replicaWarnings(all, ownId, new Set())

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
  expect(warningsOf(all, 'a')).toEqual([])
})

test('other settings are told, with who has which', () => {
  const all = [replica('a'), replica('b', { settings: 'def' }), replica('c')]
  expect(warningsOf(all, 'a')).toEqual([expect.stringContaining('(a, c / b)')])
})

const withEndpoints = (id: string, ...names: string[]) =>
  having(id, { endpoints: names.map((name) => filterOf(endpointOf({ name }))) })

test('an endpoint that not all have in their settings is told, with who has it', () => {
  const all = [withEndpoints('a', 'crm', 'hr'), withEndpoints('b', 'crm'), withEndpoints('c', 'hr')]
  expect(warningsOf(all, 'a')).toEqual([
    expect.stringContaining('The endpoint crm stands in the settings of a, b and not of c'),
    expect.stringContaining('The endpoint hr stands in the settings of a, c and not of b'),
  ])
})

test('an endpoint of some settings and of the API has two addresses, which is told', () => {
  const all = [withEndpoints('a', 'crm'), withEndpoints('b')]
  const told = replicaWarnings(all, 'a', new Set(['crm']))
  expect(told).toEqual([expect.stringContaining('b sends to the address of that one')])
})

const withSuite = (id: string, ...keys: string[]) =>
  having(id, { suites: keys.map((key) => ({ key, suiteId: `ww${key}` })) })

test('a suite that not all have in their settings is told, with who has it', () => {
  const all = [withSuite('a', 'crm', 'hr'), withSuite('b', 'crm'), having('c', { suites: null })]
  expect(warningsOf(all, 'a')).toEqual([
    expect.stringContaining('The suite hr (wwhr) stands in the settings of a and not of b'),
  ])
})

test.each([
  [
    'made by the API and in all settings, which then count',
    [withEndpoints('b', 'crm')],
    new Set(['crm']),
  ],
  ['not told by one of another version', [having('b', { endpoints: null })], new Set<string>()],
  ['not told by a command', [replica('b', { settings: '' })], new Set<string>()],
])('an endpoint deserves no word where it is %s', (_, others, madeByApi) => {
  expect(replicaWarnings([withEndpoints('a', 'crm'), ...others], 'a', madeByApi)).toEqual([])
})

test.each([
  [1500, 'behind'],
  [-1500, 'ahead of'],
])('a clock that is off by %d ms is told', (clockOffsetMs, side) => {
  expect(warningsOf([having('a', { clockOffsetMs })], 'b')).toEqual([
    expect.stringMatching(new RegExp(`^The clock of replica a is .* ${side} the database’s`)),
  ])
})

test('a clock that is off by more than a minute keeps its replica from being ready beside another one', () => {
  const [warning] = warningsOf([having('a', { clockOffsetMs: 61_000 }), replica('b')], 'a')
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
  const [warning] = warningsOf([having('a', { clockOffsetMs: 61_000 }), ...others], 'a')
  expect(warning).toContain('look at its clock first')
})

test('codes in the memory of another one alone are told', () => {
  const holding = having('b', { codesInMemory: 1 })
  expect(warningsOf([replica('a'), holding], 'a')).toEqual([
    expect.stringContaining('Replica b holds 1 permanent code in memory alone'),
  ])
  expect(warningsOf([replica('a'), holding], 'b')).toEqual([])
})
