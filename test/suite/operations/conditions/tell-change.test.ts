import { describe, expect, test } from 'bun:test'
import { factRule } from '../../../../src/events/fact-rule'
import { createOwnEvents } from '../../../../src/events/own-events'
import type { Logger } from '../../../../src/log'
import { createMemoryEventLogData } from '../../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../../src/store/memory/memory-event-log'
import type { Condition } from '../../../../src/suite/operations/conditions/condition'
import { renewalTypes } from '../../../../src/suite/operations/conditions/renewal-condition'
import {
  createTellChange,
  type Subject,
} from '../../../../src/suite/operations/conditions/tell-change'
import { createManualClock } from '../../../manual-clock'

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

const subject = (token: string, suiteId = 'wwsuite'): Subject => ({
  types: renewalTypes,
  suiteId,
  kind: { token },
  labels: { suite: 'crm' },
})
const on: Condition = { state: 'on', since: 5, details: { errcode: 48002 } }
const off: Condition = { state: 'off', since: 9 }

/** Processes on one event log. */
const stage = () => {
  const data = createMemoryEventLogData()
  const clock = createManualClock(1000)
  const log = createMemoryEventLog(factRule, data)
  let ids = 0
  const start = (append = log.append) => {
    const newId = () => `event-${++ids}`
    const ownEvents = createOwnEvents({ eventLog: { append }, clock, log: quiet, newId })
    return createTellChange({ facts: log, ownEvents })
  }
  const told = async () => {
    const { items } = await log.list({ limit: 200 })
    return items
      .toReversed()
      .map(({ type, suiteId, body }) => ({ type, suiteId, ...JSON.parse(body) }))
  }
  return { clock, log, start, told }
}

describe('a change of state', () => {
  test('is told by one event, with what is known of it', async () => {
    const { clock, start, told } = stage()
    const tell = start()
    for (const condition of [off, on, on, off, off]) {
      await tell(subject('suite'), () => condition)
      await clock.advance(1)
    }
    expect(await told()).toEqual([
      {
        type: 'suited.renewal_failing',
        suiteId: 'wwsuite',
        suite: 'crm',
        token: 'suite',
        since: 5,
        errcode: 48002,
      },
      {
        type: 'suited.renewal_well',
        suiteId: 'wwsuite',
        suite: 'crm',
        token: 'suite',
        since: 9,
        failingSince: 5,
      },
    ])
  })

  test('is left as it was told while nobody can judge it', async () => {
    const { start, told } = stage()
    const tell = start()
    for (const condition of [on, { state: 'unknown' } as const, on]) {
      await tell(subject('suite'), () => condition)
    }
    expect(await told()).toHaveLength(1)
  })

  test('of one token is none of the other, and of one suite none of the other', async () => {
    const { start, told } = stage()
    const tell = start()
    await tell(subject('suite'), () => on)
    await tell(subject('company'), () => on)
    await tell(subject('suite', 'wwother'), () => on)
    await tell(subject('company'), () => off)
    await tell(subject('suite'), () => on)
    expect((await told()).map(({ type, suiteId, token }) => [type, suiteId, token])).toEqual([
      ['suited.renewal_failing', 'wwsuite', 'suite'],
      ['suited.renewal_failing', 'wwsuite', 'company'],
      ['suited.renewal_failing', 'wwother', 'suite'],
      ['suited.renewal_well', 'wwsuite', 'company'],
    ])
  })

  test('that two processes find at once is told once, and every later one again', async () => {
    const { clock, start, told } = stage()
    const both = [start(), start()]
    for (const condition of [on, off, on]) {
      await Promise.all(both.map((tell) => tell(subject('suite'), () => condition)))
      await clock.advance(1)
    }
    expect((await told()).map(({ type }) => type)).toEqual([
      'suited.renewal_failing',
      'suited.renewal_well',
      'suited.renewal_failing',
    ])
  })

  test('that could not be written is told by the next look', async () => {
    const { log, start, told } = stage()
    let isFull = true
    const tell = start((event) => (isFull ? Promise.reject(new Error('full')) : log.append(event)))
    await tell(subject('suite'), () => on)
    expect(await told()).toEqual([])
    isFull = false
    await tell(subject('suite'), () => on)
    expect(await told()).toHaveLength(1)
  })

  test('is found behind many of another token', async () => {
    const { clock, start, told } = stage()
    const tell = start()
    await tell(subject('suite'), () => on)
    for (let n = 0; n < 60; n++) {
      await clock.advance(1)
      await tell(subject('company'), () => (n % 2 ? off : on))
    }
    await tell(subject('suite'), () => off)
    expect((await told()).map(({ token }) => token)).toHaveLength(62)
  })
})
