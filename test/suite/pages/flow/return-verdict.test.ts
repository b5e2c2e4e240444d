import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { type LoginFlow, sealFlow } from '../../../../src/suite/pages/flow/flow'
import { cookiePlaceOf, flowCookie } from '../../../../src/suite/pages/flow/flow-cookie'
import { flowKeysOf } from '../../../../src/suite/pages/flow/flow-keys'
import { judgeReturn } from '../../../../src/suite/pages/flow/return-verdict'
import { newState } from '../../../../src/suite/pages/flow/state'
import { createSeries } from '../../../scene'

const now = Date.UTC(2026, 10, 30, 9)
const keys = flowKeysOf(new Uint8Array(32).fill(1))
const random = createSeries(5)
const place = cookiePlaceOf('https://gw.example.com')
const owner = { kind: 'login', suiteKey: 'crm' } as const

const begin = (over: Partial<LoginFlow> = {}, whose = keys) => {
  const state = newState(whose, owner, now, random)
  const flow: LoginFlow = {
    kind: 'login',
    suiteKey: 'crm',
    state: state.text,
    redirect: 'https://crm.example.com/after',
    base: 'https://gw.example.com',
    way: 'client',
    scope: 'snsapi_base',
    corpid: null,
    outsiders: false,
    startedOver: false,
    ...over,
  }
  const came = {
    state: state.text,
    flow: sealFlow(whose, flow),
    cookies: flowCookie(whose, place, 'login', state).split(';')[0] ?? null,
  }
  return { state, flow, came }
}

const one = begin()
const judge = (came: Partial<typeof one.came> | Record<string, null>, at = now) =>
  judgeReturn(keys, owner, { ...one.came, ...came }, at)
const bad = (because: string) => ({ verdict: 'bad_state', because }) as never

describe('a return', () => {
  test('with its state, its flow and its cookie is good', () => {
    expect(judge({})).toEqual({ verdict: 'good', flow: one.flow, state: one.state })
  })

  test('without its cookie may start over, and its flow is known', () => {
    expect(judge({ cookies: null })).toEqual({ verdict: 'cookie_missing', flow: one.flow })
  })

  test('without its state likewise', () => {
    expect(judge({ state: null })).toEqual({ verdict: 'state_missing', flow: one.flow })
  })

  test('without its flow says so, whatever its state', () => {
    expect(judge({ flow: null })).toEqual({ verdict: 'flow_missing' })
    expect(judge({ flow: null, state: null })).toEqual({ verdict: 'flow_missing' })
  })

  test('with a forged state, flow or cookie is refused', () => {
    expect(judge({ state: 'S'.repeat(32) })).toEqual(bad('forged'))
    expect(judge({ flow: `${one.came.flow}A` })).toEqual(bad('forged'))
    expect(judge({ cookies: `${one.came.cookies}A` })).toEqual(bad('foreign'))
  })

  test('with a flow or a state of another service is refused', () => {
    const theirs = begin({}, flowKeysOf(new Uint8Array(32).fill(2)))

    expect(judge({ flow: theirs.came.flow })).toEqual(bad('forged'))
    expect(judge({ state: theirs.came.state })).toEqual(bad('forged'))
  })

  test('with the state of one flow and the address of another is refused', () => {
    const other = begin()

    expect(judge({ flow: other.came.flow })).toEqual(bad('foreign'))
    expect(judge({ flow: other.came.flow, cookies: other.came.cookies })).toEqual(bad('foreign'))
  })

  test('with a flow of another suite is refused', () => {
    const other = begin({ suiteKey: 'hr' })

    expect(judgeReturn(keys, owner, other.came, now)).toEqual(bad('foreign'))
  })

  test('after ten minutes is expired, cookie or not', () => {
    expect(judge({}, now + 10 * minuteMs)).toEqual(bad('expired'))
    expect(judge({ cookies: null }, now + 10 * minuteMs)).toEqual(bad('expired'))
  })
})
