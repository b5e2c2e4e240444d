import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../src/errors'
import { createSuites, requireSuiteId, type Suite } from '../../src/suite/suites'

const suite = (change: Partial<Suite> = {}): Suite => ({
  key: 'crm',
  kind: 'app',
  pairs: { current: null, previous: null },
  suiteId: 'wwCrm',
  suiteSecret: 'secret',
  receiveIdEmpty: false,
  installMode: 'formal',
  observes: false,
  trustedDomains: [],
  ...change,
})

const provider = { corpid: 'wwProvider', secret: null, systemPair: null, hasOwnLogin: false }
const crm = suite()
const hr = suite({ key: 'hr', suiteId: 'wwHr' })
const codeOf = (work: () => unknown) => {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof ServiceError ? error.code : error
  }
}

describe('a suite', () => {
  test('is found by its key and by its id', () => {
    const suites = createSuites([crm, hr], provider, null)
    expect(suites.find('hr')).toBe(hr)
    expect(suites.find('wwHr')).toBe(hr)
    expect(suites.byId('wwHr')).toBe(hr)
  })

  test('is meant by no name if it is the only one', () => {
    expect(createSuites([crm], provider, null).find()).toBe(crm)
  })

  test('is meant by no name if it is the default one', () => {
    expect(createSuites([crm, hr], provider, 'hr').find()).toBe(hr)
  })

  test('is not guessed among several', () => {
    expect(codeOf(() => createSuites([crm, hr], provider, null).find())).toBe('suite_not_found')
  })

  test.each(['CRM', 'wwcrm', '', 'none'])('is not called %p', (name) => {
    const suites = createSuites([crm, hr], provider, 'crm')
    expect(codeOf(() => suites.find(name))).toBe('suite_not_found')
    expect(suites.byId(name)).toBeNull()
  })

  test('that has no id yet is found by its key alone', () => {
    const fresh = suite({ suiteId: null })
    const suites = createSuites([fresh], provider, null)
    expect(suites.find('crm')).toBe(fresh)
    expect(suites.byId('null')).toBeNull()
    expect(codeOf(() => requireSuiteId(fresh))).toBe('suite_not_configured')
    expect(requireSuiteId(crm)).toBe('wwCrm')
  })

  test('whose key is another one’s id is found by that key', () => {
    const odd = suite({ key: 'wwHr', suiteId: 'wwOdd' })
    expect(createSuites([odd, hr], provider, null).find('wwHr')).toBe(odd)
  })
})
