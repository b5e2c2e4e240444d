import { expect, test } from 'bun:test'
import { webLoginOf } from '../../../../src/suite/pages/login/web-login'
import { suitesOf, suiteWith } from '../login-fixtures'

const app = suiteWith()
const login = suiteWith({ key: 'login', kind: 'login', suiteId: 'wwLogin' })
const customised = suiteWith({ key: 'template', kind: 'customised', suiteId: 'dk1' })
const older = { hasOwnLogin: true }

test('members log in to an app on the web by the provider’s login suite', () => {
  expect(webLoginOf(suitesOf([app, login], older), app)).toEqual({
    by: 'login_suite',
    suiteId: 'wwLogin',
  })
})

test('a login suite is its own', () => {
  const other = suiteWith({ key: 'other', kind: 'login', suiteId: 'wwOther' })

  expect(webLoginOf(suitesOf([login, other]), other)).toMatchObject({ suiteId: 'wwOther' })
})

test('a customised app takes no login suite', () => {
  expect(webLoginOf(suitesOf([customised, login], older), customised)).toEqual({ by: 'corp_app' })
})

test.each([
  ['only observes', { observes: true }],
  ['has no id yet', { suiteId: null }],
])('a login suite that %s is none', (_, change) => {
  const suites = [app, { ...login, ...change }]

  expect(webLoginOf(suitesOf(suites), app)).toBeNull()
  expect(webLoginOf(suitesOf(suites, older), app)).toMatchObject({ by: 'provider' })
})

test('the older way is taken where it is switched on and the provider’s corpid is known', () => {
  expect(webLoginOf(suitesOf([app]), app)).toBeNull()
  expect(webLoginOf(suitesOf([app], { ...older, corpid: null }), app)).toBeNull()
  expect(webLoginOf(suitesOf([app], older), app)).toEqual({
    by: 'provider',
    providerCorpid: 'wwProvider',
  })
})
