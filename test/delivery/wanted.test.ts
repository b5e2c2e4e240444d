import { describe, expect, test } from 'bun:test'
import { filterOf } from '../../src/delivery/endpoint'
import { endpointsWanting, fitsType, isWantedByAny } from '../../src/delivery/wanted'
import { endpointOf } from './delivery-bench'

describe('a pattern of types', () => {
  test('without * fits that type alone', () => {
    expect(fitsType('create_auth', 'create_auth')).toBe(true)
    expect(fitsType('create_auth', 'create_auth2')).toBe(false)
    expect(fitsType('event.click', 'eventXclick')).toBe(false)
  })

  test.each([
    ['*', 'text', true],
    ['event.*', 'event.click', true],
    ['event.*', 'event', false],
    ['*_auth', 'create_auth', true],
    ['*_auth', 'create_auth_not', false],
    ['change_*_contact', 'change_external_contact', true],
    ['change_*_contact', 'change_contact', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*b*', 'xaxbx', true],
    ['*a*b*', 'xbxax', false],
    ['*ab*b', 'xab', false],
  ])('%p fits %p: %p', (pattern, type, fits) => {
    expect(fitsType(pattern, type)).toBe(fits)
  })

  test('costs no more for a great many *', () => {
    const began = performance.now()
    const type = 'e'.repeat(10_000)
    expect(fitsType(`${'*e'.repeat(49)}x`, type)).toBe(false)
    expect(fitsType(`${'*'.repeat(99)}x`, type)).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe('of several filters for one name', () => {
  const event = {
    type: 'text',
    suiteId: 'wwsuite',
    corpid: 'wpCorpA',
    source: 'data',
    body: '<xml></xml>',
  } as const
  const narrow = filterOf(endpointOf({ types: ['image'] }))
  const wide = filterOf(endpointOf({ types: ['image', 'text'] }))
  const ofOtherCorp = filterOf(endpointOf({ corps: ['wpCorpB'] }))
  const ofCorp = filterOf(endpointOf({ corps: ['wpCorpB', 'wpCorpA'] }))
  const inOrder = filterOf(endpointOf({ types: ['image'], order: 'corp' }))
  const crm = { name: 'crm', ordered: false }

  test.each([
    ['one wants it by its type', [narrow, wide], [crm]],
    ['the first wants it', [wide, narrow], [crm]],
    ['one wants it by its company', [ofOtherCorp, ofCorp], [crm]],
    ['both want it', [wide, ofCorp], [crm]],
    // No filter wants it: what they want together is no filter.
    ['none wants it', [narrow, ofOtherCorp], []],
    ['one that does not want it keeps order', [inOrder, wide], [{ ...crm, ordered: true }]],
  ])('an event goes there once if any wants it, in order if any says so: %s', (_, filters, to) => {
    expect(endpointsWanting(filters, event, () => 'crm')).toEqual(to)
  })

  test('those of another name say nothing', () => {
    const hr = filterOf(endpointOf({ name: 'hr', order: 'corp' }))
    expect(endpointsWanting([narrow, hr], event, () => 'crm')).toEqual([
      { name: 'hr', ordered: true },
    ])
  })

  test('one that another replica has is sent by, too, in the format that is one’s own', () => {
    const ownEvent = { ...event, source: 'suited', type: 'suited.corp_left' } as const
    const wecom = endpointOf({ signing: { format: 'wecom', pairs: [] } })
    const all = filterOf(endpointOf())
    expect(
      isWantedByAny(
        narrow,
        () => [wide],
        event,
        () => 'crm',
      ),
    ).toBe(true)
    expect(
      isWantedByAny(
        narrow,
        () => [],
        event,
        () => 'crm',
      ),
    ).toBe(false)
    expect(
      isWantedByAny(
        all,
        () => [wecom],
        ownEvent,
        () => 'crm',
      ),
    ).toBe(true)
    expect(
      isWantedByAny(
        wecom,
        () => [all],
        ownEvent,
        () => 'crm',
      ),
    ).toBe(false)
  })
})
