import { describe, expect, test } from 'bun:test'
import { failureOfStatus, retryAfterOf, verdictOf } from '../../../src/delivery/send/verdict'

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers })
const abort = { 'webhook-delivery': 'abort-message' }

describe('an answer', () => {
  test.each([
    [200, {}, 'done'],
    [204, {}, 'done'],
    [299, abort, 'done'],
    [302, {}, 'retry'],
    [400, {}, 'retry'],
    [400, { 'webhook-delivery': ' abort-message ' }, 'aborted'],
    [400, { 'webhook-delivery': 'something-else' }, 'retry'],
    [500, abort, 'aborted'],
    [410, {}, 'gone'],
    [410, abort, 'gone'],
  ])('of %d with %p means %s', (status, headers, verdict) => {
    expect(verdictOf(answer(status, headers))).toBe(verdict as ReturnType<typeof verdictOf>)
  })

  test('of 2xx is no failure, one of 3xx says that nothing is followed', () => {
    expect([200, 299].map(failureOfStatus)).toEqual([null, null])
    expect(failureOfStatus(308)).toContain('not followed')
    expect(failureOfStatus(404)).toBe('status 404')
  })
})

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    [' 120 ', 120],
    ['1.5', 1.5],
    ['999999999999999', 999_999_999_999_999],
    ['1000000000000000', null],
    ['1e12', null],
    ['-1', null],
    ['+5', null],
    ['0x10', null],
    ['Infinity', null],
    ['7, 8', null],
    ['', null],
    ['soon', null],
    ['Wed, 21 Oct 2099 07:28:00 GMT', null],
  ])('of %j is %p seconds; null is the step of the schedule', (said, seconds) => {
    expect(retryAfterOf(answer(503, { 'retry-after': said }).headers)).toBe(seconds)
  })

  test('that is not there is none', () => expect(retryAfterOf(new Headers())).toBeNull())
})
