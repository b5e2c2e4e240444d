/** The rules by which a condition is on, off, or nothing that this process could judge. */
import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../../src/clock'
import { addressCondition } from '../../../../src/suite/operations/conditions/address-condition'
import type { Told } from '../../../../src/suite/operations/conditions/condition'
import {
  corpRenewalsCondition,
  suiteRenewalCondition,
} from '../../../../src/suite/operations/conditions/renewal-condition'
import { createRefusedAddress } from '../../../../src/suite/operations/refused-ip'
import type { Suite } from '../../../../src/suite/suites'
import type { Refusal } from '../../../../src/suite/tokens/hold-off'
import { WecomFailure } from '../../../../src/wecom/api/failure'

const suite = { key: 'crm', kind: 'app' } as Suite
const now = 100 * hourMs
const ago = (minutes: number) => now - minutes * minuteMs
const toldOn = (since: number, at = since): Told => ({ state: 'on', at, since })

const refused = (since: number, refusedAt: number, errcode = 48002, path = '/x'): Refusal => ({
  error: new WecomFailure('errcode', path, { errcode }),
  attempts: 3,
  since,
  refusedAt,
  holdOffUntil: refusedAt + minuteMs,
  wrongSecretAt: [],
})

describe('the renewal of a suite’s token', () => {
  const found = { suite, refusal: null, fetchedAt: null, told: null, now }

  test('fails once it has been refused for five minutes', () => {
    const young = suiteRenewalCondition({ ...found, refusal: refused(ago(4), ago(1)) })
    expect(young).toEqual({ state: 'unknown' })
    const old = suiteRenewalCondition({ ...found, refusal: refused(ago(5), ago(5)) })
    expect(old).toMatchObject({ state: 'on', since: ago(5), details: { errcode: 48002 } })
  })

  test('does not fail where another process got a token after the refusal', () => {
    const refusal = refused(ago(60), ago(30))
    expect(suiteRenewalCondition({ ...found, refusal, fetchedAt: ago(20) }).state).toBe('unknown')
    expect(suiteRenewalCondition({ ...found, refusal, fetchedAt: ago(40) }).state).toBe('on')
  })

  test('is well once a token came after it began to fail, and not for one of before', () => {
    const told = toldOn(ago(60))
    expect(suiteRenewalCondition({ ...found, told, fetchedAt: ago(61) }).state).toBe('unknown')
    const well = suiteRenewalCondition({ ...found, told, fetchedAt: ago(2) })
    expect(well).toEqual({ state: 'off', since: ago(2) })
  })
})

describe('the renewals of companies’ tokens', () => {
  const found = { suite, told: null, startedAt: 0, wereFailing: false, now }
  const of = (refusals: Refusal[], lastFetchedAt: number | null = null) => ({
    refusals: refusals.map((refusal, n) => ({ corpid: `wp${n}`, refusal })),
    lastFetchedAt,
  })
  const stateOf = (
    renewals: ReturnType<typeof of>,
    change: Partial<Parameters<typeof corpRenewalsCondition>[0]> = {},
  ) => corpRenewalsCondition({ ...found, renewals, ...change }).state

  test('do not fail for a refusal that nobody repeated, or that is long past', () => {
    expect(stateOf(of([refused(ago(10), ago(10))]))).toBe('unknown')
    expect(stateOf(of([refused(ago(90), ago(40))]))).toBe('unknown')
    expect(stateOf(of([refused(ago(10), ago(1))]))).toBe('on')
  })

  test('do not fail where the suite’s token is what is refused', () => {
    const path = '/cgi-bin/service/get_suite_token'
    expect(stateOf(of([refused(ago(10), ago(1), 48002, path)]))).toBe('unknown')
  })

  test('are told with their number, the first five, and why the first of them fails', () => {
    const refusals = Array.from({ length: 9 }, (_, n) => refused(ago(60 - n), ago(1), 41000 + n))
    expect(corpRenewalsCondition({ ...found, renewals: of(refusals) })).toMatchObject({
      since: ago(60),
      details: { companies: 9, corpids: ['wp0', 'wp1', 'wp2', 'wp3', 'wp4'], errcode: 41000 },
    })
  })

  test('are well once none is refused and one came, for who saw them fail or began later', () => {
    const told = toldOn(ago(60))
    const well = of([], ago(2))
    expect(stateOf(well, { told, wereFailing: true })).toBe('off')
    expect(stateOf(well, { told, startedAt: ago(6) })).toBe('off')
    // Another replica, which WeCom refuses nothing.
    expect(stateOf(well, { told })).toBe('unknown')
    // It has not met those yet that are refused.
    expect(stateOf(well, { told, startedAt: ago(4) })).toBe('unknown')
    expect(stateOf(of([], ago(61)), { told, wereFailing: true })).toBe('unknown')
    const one = of([refused(ago(3), ago(1))], ago(2))
    expect(stateOf(one, { told, wereFailing: true })).toBe('unknown')
  })
})

describe('the address of calls', () => {
  const ipRefused = new WecomFailure('errcode', '/x', {
    errcode: 60020,
    errmsg: 'from ip: 1.2.3.4',
  })
  const taken = null
  /** What comes of these answers, each so many seconds ago. */
  const stateAfter = (
    answers: readonly [number, WecomFailure | null][],
    told: Told | null = null,
    startedAt = 0,
    isRefusedElsewhere = false,
  ) => {
    let at = 0
    const address = createRefusedAddress({ now: () => at })
    for (const [secondsAgo, failure] of answers) {
      at = now - secondsAgo * secondMs
      address.note(failure)
    }
    const history = address.history()
    const takenSince = address.takenSince()
    return addressCondition({ history, takenSince, isRefusedElsewhere, told, startedAt, now })
  }

  test('is refused from the first refusal on, however long WeCom then says nothing', () => {
    expect(stateAfter([[3600, ipRefused]])).toMatchObject({
      state: 'on',
      since: now - hourMs,
      details: { address: '1.2.3.4' },
    })
  })

  test('is refused while others of its calls are taken, since the first of them', () => {
    const answers: [number, WecomFailure | null][] = [
      [90, ipRefused],
      [50, taken],
      [40, ipRefused],
      [30, taken],
    ]
    expect(stateAfter(answers)).toMatchObject({ state: 'on', since: now - 90 * secondMs })
  })

  test('is allowed after a minute without a refusal, since a call was taken', () => {
    expect(
      stateAfter([
        [61, ipRefused],
        [20, taken],
        [10, taken],
      ]),
    ).toEqual({
      state: 'off',
      since: now - 20 * secondMs,
    })
  })

  test('is allowed by who was never refused only if it began after the refusal', () => {
    const told = toldOn(ago(60))
    expect(stateAfter([[5, taken]], told, ago(90)).state).toBe('unknown')
    expect(stateAfter([[5, taken]], told, ago(30)).state).toBe('off')
    expect(stateAfter([], told, ago(30)).state).toBe('unknown')
  })

  test('is allowed by nobody while another process is refused, which has its own', () => {
    const told = toldOn(ago(60))
    expect(stateAfter([[5, taken]], told, ago(30), true).state).toBe('unknown')
    const answers: [number, WecomFailure | null][] = [
      [61, ipRefused],
      [20, taken],
    ]
    expect(stateAfter(answers, told, 0, true).state).toBe('unknown')
  })
})
