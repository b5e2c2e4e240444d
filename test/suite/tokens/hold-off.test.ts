import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { ServiceError } from '../../../src/errors'
import {
  afterNewTicket,
  holdOffError,
  holdsOff,
  type Refusal,
  refusalAfter,
} from '../../../src/suite/tokens/hold-off'
import { WecomFailure } from '../../../src/wecom/api/failure'

const path = '/cgi-bin/service/get_suite_token'
const errcodeFailure = (errcode: number) => new WecomFailure('errcode', path, { errcode })
const middling = () => 0.5

/** The waits between refusals that follow each other without a success. */
const waitsOf = (error: unknown, count: number) => {
  const waits: number[] = []
  let refusal: Refusal | null = null
  let now = 0
  for (let n = 0; n < count; n++) {
    refusal = refusalAfter(error, refusal, now, middling)
    if (refusal.holdOffUntil === 'new ticket') throw new Error('it waits for a ticket')
    waits.push(refusal.holdOffUntil - now)
    now = refusal.holdOffUntil
  }
  return waits
}

describe('after a refusal', () => {
  test.each([
    ['WeCom is busy', errcodeFailure(-1)],
    ['WeCom never answered', new WecomFailure('timeout', path)],
    ['the connection failed', new WecomFailure('network', path)],
    ['our address is not on the list', errcodeFailure(60020)],
  ])('the wait doubles from a second to a minute: %s', (_, failure) => {
    expect(waitsOf(failure, 9).map((ms) => ms / secondMs)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  })

  test('for its frequency the wait doubles from a minute to an hour', () => {
    const waits = waitsOf(errcodeFailure(45009), 8).map((ms) => ms / minuteMs)
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('of an errcode that nobody knows the wait ends at a quarter of an hour', () => {
    expect(Math.max(...waitsOf(errcodeFailure(999999), 20))).toBe(15 * minuteMs)
  })

  test('the wait differs by a quarter either way, so that waiters don’t return together', () => {
    const at = (random: number) =>
      refusalAfter(errcodeFailure(-1), null, 0, () => random).holdOffUntil
    expect(at(0)).toBe(750)
    expect(at(0.999)).toBe(1250)
  })

  test('of a call that WeCom was spared the wait is a second, and nothing is counted', () => {
    const spared = new WecomFailure('timeout', path, { unasked: true })
    expect(waitsOf(spared, 5)).toEqual(Array(5).fill(secondMs))
    const before = refusalAfter(errcodeFailure(-1), null, 0, middling)
    expect(refusalAfter(spared, before, secondMs, middling).attempts).toBe(1)
  })

  test('nothing is held once the clock was put back behind it', () => {
    const refusal = refusalAfter(errcodeFailure(-1), null, hourMs, middling)
    expect(holdsOff(refusal, hourMs)).toBe(true)
    expect(holdsOff(refusal, 0)).toBe(false)
  })

  test('for its ticket nothing is tried before the next one', () => {
    const refusal = refusalAfter(errcodeFailure(40085), null, 0, middling)
    expect(refusal.holdOffUntil).toBe('new ticket')
    expect(holdsOff(refusal, 24 * hourMs)).toBe(true)
    expect(holdsOff(afterNewTicket(refusal), 1)).toBe(false)
  })

  test('a new ticket ends no other wait', () => {
    const refusal = refusalAfter(errcodeFailure(-1), null, 0, middling)
    expect(afterNewTicket(refusal)).toEqual(refusal)
    expect(afterNewTicket(null)).toBeNull()
  })
})

describe('a wrong secret', () => {
  const wrongTimes = (count: number, everyMs: number) => {
    let refusal: Refusal | null = null
    for (let n = 0; n < count; n++) {
      refusal = refusalAfter(errcodeFailure(40080), refusal, n * everyMs, middling)
    }
    return refusal!
  }

  test.each([40001, 40080, 40083])('%i waits for the next ticket', (errcode) => {
    const refusal = refusalAfter(errcodeFailure(errcode), null, 0, middling)
    expect(refusal.holdOffUntil).toBe('new ticket')
  })

  test('is tried five times, and the sixth time ends the hour', () => {
    expect(wrongTimes(5, minuteMs).holdOffUntil).toBe('new ticket')
    expect(wrongTimes(6, minuteMs).holdOffUntil).toBe(hourMs)
  })

  test('of more than an hour ago doesn’t count', () => {
    expect(wrongTimes(20, 13 * minuteMs).holdOffUntil).toBe('new ticket')
  })
})

describe('the error of a call that is not made', () => {
  const failure = errcodeFailure(-1)
  const refusal = (holdOffUntil: Refusal['holdOffUntil']): Refusal => ({
    error: failure,
    attempts: 1,
    since: 0,
    refusedAt: 0,
    holdOffUntil,
    wrongSecretAt: [],
  })

  test('is that of the call that was refused, with when to come again', () => {
    const error = holdOffError(refusal(10_400), 0) as WecomFailure
    expect(error).toBeInstanceOf(WecomFailure)
    expect(error).toBeInstanceOf(ServiceError)
    expect(error.code).toBe('wecom_error')
    expect(error.errcode).toBe(-1)
    expect(error.extra).toEqual({ errcode: -1 })
    expect(error.retryAfterSeconds).toBe(11)
  })

  test('leaves the first one as it was', () => {
    holdOffError(refusal(10_000), 0)
    expect(failure.retryAfterSeconds).toBeUndefined()
  })

  test('never says to come again at once', () => {
    expect((holdOffError(refusal(1), 0) as ServiceError).retryAfterSeconds).toBe(1)
    expect((holdOffError(refusal(0), 5000) as ServiceError).retryAfterSeconds).toBe(1)
  })

  test('says a minute where a ticket is awaited', () => {
    expect((holdOffError(refusal('new ticket'), 0) as ServiceError).retryAfterSeconds).toBe(60)
  })
})
