import { describe, expect, test } from 'bun:test'
import { fieldsOf } from '../../../src/commands/endpoints/endpoint-flags'
import { StartFailure } from '../../../src/runtime/process/exit'

describe('the flags of an endpoint', () => {
  test('ask for nothing that nobody named', () => {
    expect(fieldsOf({})).toEqual({})
  })

  test('become the fields of a request', () => {
    expect(
      fieldsOf({
        types: 'create_auth, event.*',
        suites: 'crm',
        corps: 'wpA,wpB',
        order: 'corp',
        replies: 'true',
        private: 'false',
        'max-per-second': '5',
        concurrency: '2',
      }),
    ).toEqual({
      types: ['create_auth', 'event.*'],
      suites: ['crm'],
      corps: ['wpA', 'wpB'],
      order: 'corp',
      replies: true,
      private: false,
      maxPerSecond: 5,
      concurrency: 2,
    })
  })

  test('take a limit away where they say so', () => {
    expect(
      fieldsOf({ types: 'all', suites: 'all', corps: 'all', 'max-per-second': 'any' }),
    ).toEqual({ types: null, suites: null, corps: null, maxPerSecond: null })
  })

  test.each([
    { replies: 'maybe' },
    { private: '1' },
    { concurrency: '0' },
    { 'max-per-second': 'fast' },
    { 'secret-file': '/nowhere/at/all' },
  ])('are refused where they are not what they may be: %j', (flags) => {
    expect(() => fieldsOf(flags)).toThrow(StartFailure)
  })
})
