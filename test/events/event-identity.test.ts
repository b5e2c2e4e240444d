import { describe, expect, test } from 'bun:test'
import { eventIdentity } from '../../src/events/event-identity'
import { identityBefore } from '../../src/store/driver/records/event-records'

const command =
  '<xml><SuiteId><![CDATA[wwA]]></SuiteId><TimeStamp>1700000000</TimeStamp><AuthCorpId>wpA</AuthCorpId></xml>'
/** `sha256('wwA\n' + command)`: all that identities of older files are. */
const hash = '82f28373c3b7964650467e37550945162aabb6d91d04675234e16cb0b0f9bde9'

describe('the identity of an event', () => {
  test('is the same for the same body of the same suite', () => {
    expect(eventIdentity('wwA', command)).toBe(eventIdentity('wwA', command))
  })

  test.each([
    ['another suite', 'wwB', command],
    ['no suite', null, command],
    ['another word in it', 'wwA', command.replace('wpA', 'wpB')],
    ['a blank more', 'wwA', `${command} `],
    ['another moment', 'wwA', command.replace('1700000000', '1700000001')],
  ])('is another one with %s', (_, suiteId, body) => {
    expect(eventIdentity(suiteId, body)).not.toBe(eventIdentity('wwA', command))
  })

  test.each([
    ['TimeStamp', '<xml><TimeStamp>1700000000</TimeStamp></xml>', 't1700000000-'],
    ['TimeStamp as CDATA', '<TimeStamp><![CDATA[ 1700000000]]></TimeStamp>', 't1700000000-'],
    ['CreateTime', '<xml><CreateTime>1348831860</CreateTime></xml>', 't1348831860-'],
    ['the first of several', '<CreateTime>5</CreateTime><TimeStamp>6</TimeStamp>', 't0000000005-'],
    ['none', '<xml></xml>', 't0000000000-'],
    ['none that could be one', '<TimeStamp>170000000000000</TimeStamp>', 't0000000000-'],
    ['no number', '<TimeStamp>soon</TimeStamp>', 't0000000000-'],
    ['what is no XML', '\u0000', 't0000000000-'],
  ])('begins with the moment that the body names: %s', (_, body, start) => {
    expect(eventIdentity('wwA', body).startsWith(start)).toBe(true)
  })

  test('sorts by that moment', () => {
    const at = (seconds: number) => eventIdentity('wwA', `<TimeStamp>${seconds}</TimeStamp>`)
    const moments = [0, 999999999, 1700000000, 1700000001, 9999999999]
    expect(moments.map(at).sort()).toEqual(moments.map(at))
  })

  test('ends with the hash that it was before', () => {
    expect(eventIdentity('wwA', command)).toBe(`t1700000000-${hash}`)
    expect(identityBefore(`t1700000000-${hash}`)).toBe(hash)
  })

  test('that names no moment is what it is', () => {
    expect(identityBefore(hash)).toBe(hash)
    expect(identityBefore('01932c07-b1cb-7000-8000-000000000000')).toBe(
      '01932c07-b1cb-7000-8000-000000000000',
    )
  })
})
