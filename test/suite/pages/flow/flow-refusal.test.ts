import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import {
  FlowRefusal,
  newSupportCode,
  pageFailureOf,
} from '../../../../src/suite/pages/flow/flow-refusal'
import { WecomFailure } from '../../../../src/wecom/api/failure'
import { createSeries } from '../../../scene'

const told = (error: unknown) => pageFailureOf(error, createSeries(1))
const ofWecom = (errcode: number) =>
  new WecomFailure('errcode', '/cgi-bin/x', { errcode, errmsg: 'from ip: 203.0.113.7' })

describe('what a page tells of a failure', () => {
  test.each([
    [40029, 'code_spent'],
    [42003, 'code_spent'],
    [40078, 'code_spent'],
    [84014, 'code_spent'],
    [48001, 'permission_missing'],
    [48002, 'permission_missing'],
    [60011, 'permission_missing'],
    [50002, 'not_a_member'],
    [60021, 'not_a_member'],
    [50003, 'corp_not_authorized'],
    [48004, 'corp_not_authorized'],
    [60020, 'wecom_error'],
    [999_999, 'wecom_error'],
  ])('of WeCom’s errcode %i is %s', (errcode, code) => {
    expect(told(ofWecom(errcode)).code).toBe(code)
  })

  test('has WeCom’s errcode, and nothing of its errmsg', () => {
    const { detail } = told(ofWecom(60020))

    expect(detail).toContain('60020')
    expect(detail).not.toContain('203.0.113.7')
  })

  test('is a refusal’s own code, with both companies where there are two', () => {
    expect(told(new FlowRefusal('declined', 'for the log'))).toMatchObject({
      code: 'declined',
      detail: null,
      corps: null,
    })
    expect(told(new FlowRefusal('wrong_corp', 'x', ['A', 'B'])).corps).toEqual(['A', 'B'])
  })

  test('has when to try again, where that helps', () => {
    const missing = new ServiceError('suite_ticket_missing', 'x', { retryAfterSeconds: 60 })

    expect(told(missing)).toMatchObject({ code: 'suite_ticket_missing', retryAfterSeconds: 60 })
    expect(told(new FlowRefusal('declined', 'x')).retryAfterSeconds).toBeNull()
  })

  test('has nothing of the inside', () => {
    expect(told(new TypeError('/var/lib/suited/x is odd'))).toMatchObject({
      code: 'internal_error',
      detail: null,
    })
    expect(told(new ServiceError('store_unavailable', '/var/lib/suited is full')).detail).toBeNull()
  })
})

test('a support code has eight letters that are not mistaken for others on the telephone', () => {
  const random = createSeries(2)
  const codes = Array.from({ length: 500 }, () => newSupportCode(random))

  for (const code of codes) expect(code).toMatch(/^[A-Z3-9]{8}$/)
  expect(codes.join('')).not.toMatch(/[0O1I2Z5S8B]/)
  expect(new Set(codes).size).toBe(500)
})
