import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import {
  answeredFlowCookie,
  cookiePlaceOf,
  droppedCookies,
  flowCookie,
  judgeCookie,
} from '../../../../src/suite/pages/flow/flow-cookie'
import { flowKeysOf } from '../../../../src/suite/pages/flow/flow-keys'
import { newState } from '../../../../src/suite/pages/flow/state'
import { createSeries } from '../../../scene'

const now = Date.UTC(2026, 10, 30, 9)
const keys = flowKeysOf(new Uint8Array(32).fill(1))
const random = createSeries(3)
const owner = { kind: 'login', suiteKey: 'crm' } as const
const place = cookiePlaceOf('https://gw.example.com')
const stateAt = (at: number) => newState(keys, owner, at, random)
const state = stateAt(now)

/** As a browser sends it back. */
const pairOf = (setCookie: string): string => setCookie.split(';')[0] ?? ''
const pair = pairOf(flowCookie(keys, place, 'login', state))
const judge = (header: string | null) => judgeCookie(keys, place, 'login', state, header)

describe('a flow’s cookie', () => {
  test.each([
    ['https://gw.example.com', '__Host-', '; Path=/;', '; Secure'],
    ['https://gw.example.com/wecom', '__Secure-', '; Path=/wecom;', '; Secure'],
    ['http://10.0.0.5:8001', '', '; Path=/;', ''],
    ['http://127.0.0.1:8001/wecom/', '', '; Path=/wecom;', ''],
  ])('of %s has prefix %p', (publicUrl, prefix, path, secure) => {
    const cookie = flowCookie(keys, cookiePlaceOf(publicUrl), 'login', state)

    expect(cookie).toStartWith(`${prefix}suited-login-`)
    expect(cookie).toContain(path)
    expect(cookie).toEndWith(`; Max-Age=600; HttpOnly; SameSite=Lax${secure}`)
  })

  test('outlives its answer by a minute', () => {
    const answered = answeredFlowCookie(keys, place, 'login', state)

    expect(pairOf(answered)).toBe(pair)
    expect(answered).toContain('; Max-Age=60;')
  })

  test('shows neither its state nor part of it', () => {
    expect(pair).not.toContain(state.text.slice(7, 15))
  })

  test('is good in the browser that has it, among any others', () => {
    expect(judge(pair)).toBe('good')
    expect(judge(`session=1; ${pair};theme=dark`)).toBe('good')
  })

  test('that is not there is missing, not wrong', () => {
    expect(judge(null)).toBe('missing')
    expect(judge('session=1')).toBe('missing')
    expect(judge(pairOf(flowCookie(keys, place, 'login', stateAt(now))))).toBe('missing')
    expect(judge(pairOf(flowCookie(keys, place, 'install', state)))).toBe('missing')
  })

  test('with another value is forged', () => {
    const [name = ''] = pair.split('=')
    const others = flowKeysOf(new Uint8Array(32).fill(2))

    expect(judge(`${name}=`)).toBe('forged')
    expect(judge(`${pair}x`)).toBe('forged')
    expect(judge(pairOf(flowCookie(others, place, 'login', state)))).toBe('forged')
  })
})

describe('the cookies of a browser', () => {
  const cookies = Array.from({ length: 9 }, (_, index) =>
    pairOf(flowCookie(keys, place, 'login', stateAt(now + index * minuteMs))),
  )

  test('are left alone while one more makes eight at most', () => {
    expect(droppedCookies(place, cookies.slice(0, 7).join('; '))).toEqual([])
    expect(droppedCookies(place, null)).toEqual([])
  })

  test('lose the oldest flows first, whatever their order', () => {
    const dropped = droppedCookies(place, [...cookies].reverse().join('; '))

    expect(dropped.map((cookie) => cookie.split('=')[0])).toEqual(
      [cookies[1], cookies[0]].map((cookie = '') => cookie.split('=')[0] ?? ''),
    )
    for (const cookie of dropped) expect(cookie).toContain('=; Path=/; Max-Age=0;')
  })

  test('are dropped eight at a time, however many somebody planted', () => {
    const name = (index: number) => `__Host-suited-login-${String(index).padStart(12, '0')}`
    const planted = Array.from({ length: 300 }, (_, index) => `${name(index)}=1`).join('; ')

    expect(droppedCookies(place, planted)).toHaveLength(8)
  })

  test('of others are never dropped', () => {
    const others = Array.from({ length: 20 }, (_, index) => `session${index}=1`).join('; ')

    expect(droppedCookies(place, others)).toEqual([])
  })
})
