import { describe, expect, test } from 'bun:test'
import {
  accepted,
  encodingAesKey,
  otherEncodingAesKey,
  otherToken,
  problemsOf,
  token,
  wrongSettings,
} from './reading'

/** A `[[suites]]` table with what is good enough, one thing changed; null takes it away. */
const table = (changed: Readonly<Record<string, string | null>> = {}, position = 0): string => {
  const whole = {
    key: '"crm"',
    token: position === 0 ? `"${token}"` : `"TokenOfTable${position}"`,
    encoding_aes_key: `"${encodingAesKey}"`,
    ...changed,
  }
  const lines = Object.entries(whole).map(([name, own]) => (own === null ? '' : `${name} = ${own}`))
  return ['[[suites]]', ...lines].join('\n')
}

const tables = (...each: Readonly<Record<string, string | null>>[]) => ({
  env: {},
  toml: each.map((changed, i) => table(changed, i)).join('\n'),
})

describe('suites from the file', () => {
  test('are as many as there are tables, each with its own settings', () => {
    const given = tables(
      { id: '"ww0000000000000002"', secret: '"s"', trusted_domains: '["CRM.example.com"]' },
      { key: '"template"', kind: '"customised"', receive_id_empty: 'true', default: 'true' },
      { key: '"login"', kind: '"login"', default: 'false', id: '"ww3"', observe: 'true' },
    )
    const { suites, defaultKey } = accepted(given)
    expect(suites).toMatchObject([
      {
        key: 'crm',
        kind: 'app',
        suiteId: 'ww0000000000000002',
        suiteSecret: 's',
        trustedDomains: ['crm.example.com'],
        receiveIdEmpty: false,
        installMode: 'formal',
        observes: false,
      },
      { key: 'template', kind: 'customised', suiteId: null, receiveIdEmpty: true },
      { key: 'login', kind: 'login', observes: true },
    ])
    expect(defaultKey).toBe('template')
  })

  test('need no default', () => {
    expect(accepted(tables({}, { key: '"b"' })).defaultKey).toBeNull()
  })

  test('share the trusted domains at the top unless they name their own', () => {
    const { toml } = tables({}, { key: '"b"', trusted_domains: '["b.example.com"]' })
    const given = { env: {}, toml: `trusted_domains = ["a.example.com"]\n${toml}` }
    expect(accepted(given).suites.map((own) => own.trustedDomains)).toEqual([
      ['a.example.com'],
      ['b.example.com'],
    ])
  })

  test('observe all where the setting at the top says so, whatever their own says', () => {
    const { toml } = tables({ observe: 'false' }, { key: '"b"' })
    const given = { env: {}, toml: `observe = true\n${toml}` }
    expect(accepted(given).suites.map((own) => own.observes)).toEqual([true, true])
  })

  test('have their values trimmed', () => {
    const given = tables({ key: '" crm "', token: `" ${token}"`, id: '"ww1 "' })
    expect(accepted(given).suites).toMatchObject([{ key: 'crm', suiteId: 'ww1' }])
  })

  test('may be customised apps by their id alone', () => {
    expect(accepted(tables({ id: '"dk01"' })).suites).toMatchObject([{ kind: 'customised' }])
    expect(accepted(tables({ id: '"dk01"', kind: '"login"' })).suites).toMatchObject([
      { kind: 'login' },
    ])
  })

  test('are installed formally unless they say that it is a test', () => {
    const modes = (own: Record<string, string>) =>
      accepted(tables(own)).suites.map(({ installMode }) => installMode)

    expect(modes({})).toEqual(['formal'])
    expect(modes({ install: '"test"' })).toEqual(['test'])
  })

  test('may take their secrets from files, and former pairs', () => {
    const given = tables({
      token: null,
      token_file: '"/run/token"',
      previous_token: `"${otherToken}"`,
      previous_encoding_aes_key_file: '"/run/key"',
    })
    const files = { '/run/token': `${token}\n`, '/run/key': otherEncodingAesKey }
    expect(accepted({ ...given, files }).suites[0]?.pairs).toMatchObject({
      current: { token },
      previous: { token: otherToken },
    })
  })

  test.each([
    ['no key', { key: null }, ['key']],
    ['an empty key', { key: '""' }, ['key']],
    ['a key in capitals', { key: '"CRM"' }, ['key']],
    ['a key of 33 letters', { key: `"${'a'.repeat(33)}"` }, ['key']],
    ['a default that is neither', { default: '"yes"' }, ['default']],
    ['an unknown kind', { kind: '"shop"' }, ['kind']],
    ['an unknown installation', { install: '"trial"' }, ['install']],
    ['a Token that is none', { token: '"a b"' }, ['token']],
    ['an EncodingAESKey that is none', { encoding_aes_key: '"short"' }, ['encoding_aes_key']],
    ['no Token', { token: null }, ['token']],
    ['no EncodingAESKey', { encoding_aes_key: null }, ['encoding_aes_key']],
    ['a blank Token', { token: '" "' }, ['token']],
    ['no pair', { token: null, encoding_aes_key: null }, ['encoding_aes_key', 'token']],
    ['half a former pair', { previous_token: '"t"' }, ['previous_encoding_aes_key']],
    [
      'a former pair alone',
      {
        token: null,
        encoding_aes_key: null,
        previous_token: `"${token}"`,
        previous_encoding_aes_key: `"${encodingAesKey}"`,
      },
      ['encoding_aes_key', 'token'],
    ],
    ['an observe that is neither', { observe: '"yes"', id: '"ww2"' }, ['observe']],
    ['nothing to be observed by', { observe: 'true' }, ['id']],
    ['an id with a slash', { id: '"a/b"' }, ['id']],
    ['a domain with its scheme', { trusted_domains: '["https://a.example"]' }, ['trusted_domains']],
    ['a table for a value', { secret: '{ text = "x" }' }, ['secret']],
    ['a value and its file', { secret: '"x"', secret_file: '"/x"' }, ['secret']],
    ['a file that is not there', { secret_file: '"/x"' }, ['secret_file']],
    ['a name that is none', { secrte: '"x"' }, ['secrte']],
    ['a misspelt Token', { token: null, tokn: '"x"' }, ['tokn']],
    ['a misspelt file of the Token', { token: null, tokn_file: '"/x"' }, ['tokn_file']],
    ['a misspelt key', { encoding_aes_key: null, aes_key: '"x"' }, ['aes_key']],
    ['a name of every object', { constructor: '"x"' }, ['constructor']],
    ['several mistakes', { key: '"B"', kind: '"x"', token: null }, ['key', 'kind', 'token']],
  ] as [string, Record<string, string | null>, string[]][])(
    'are refused with %s',
    (_, changed, settings) => {
      expect(wrongSettings(tables({ key: '"a"' }, changed))).toEqual(
        settings.map((name) => `suites[1].${name}`),
      )
    },
  )

  test.each([
    ['keys', {}, {}, ['suites[1].key']],
    ['ids', { id: '"ww1"' }, { key: '"b"', id: '"ww1"' }, ['suites[1].id']],
    ['defaults', { default: 'true' }, { key: '"b"', default: 'true' }, ['suites[1].default']],
    ['keys, one in a wrong suite', {}, { kind: '"x"' }, ['suites[1].key', 'suites[1].kind']],
  ] as [string, Record<string, string>, Record<string, string>, string[]][])(
    'must differ in their %s',
    (_, one, other, settings) => {
      expect(wrongSettings(tables(one, other))).toEqual(settings)
    },
  )

  test('may have ids that differ by case alone', () => {
    expect(problemsOf(tables({ id: '"wwA"' }, { key: '"b"', id: '"wwa"' }))).toEqual([])
  })
})

describe("a suite's own settings beside [[suites]]", () => {
  test.each([
    ['WECOM_TOKEN', token],
    ['WECOM_ENCODING_AES_KEY', encodingAesKey],
    ['WECOM_PREVIOUS_TOKEN', token],
    ['WECOM_PREVIOUS_ENCODING_AES_KEY', encodingAesKey],
    ['WECOM_SUITE_ID', 'ww1'],
    ['WECOM_SUITE_SECRET', 'secret'],
  ])('are refused: %s', (name, own) => {
    expect(wrongSettings({ ...tables({}), env: { [name]: own } })).toEqual([name])
  })

  test('are refused at the top of the file, too', () => {
    expect(wrongSettings({ env: {}, toml: `id = "x"\nsuite_id = "ww1"\n${table()}` })).toEqual([
      'id',
      'suite_id',
    ])
  })

  test("do not include the provider's", () => {
    const env = { WECOM_PROVIDER_CORPID: 'ww1', WECOM_SYSTEM_TOKEN: token }
    const whole = { ...env, WECOM_SYSTEM_ENCODING_AES_KEY: encodingAesKey }
    expect(wrongSettings({ ...tables({}), env: whole })).toEqual([])
  })
})

test('the file that the documentation prints is accepted', () => {
  const toml = `
    public_url = "https://gw.example.com"
    admin_token_file = "/run/secrets/admin-token"

    [provider]                       # WECOM_PROVIDER_*, WECOM_SYSTEM_*
    corpid = "ww0000000000000001"
    secret_file = "/run/secrets/provider"

    [[suites]]
    key = "crm"
    default = true
    kind = "app"
    token = "${token}"
    encoding_aes_key = "${encodingAesKey}"
    id = "ww0000000000000002"
    secret_file = "/run/secrets/crm"
    trusted_domains = ["crm.example.com"]

    [[suites]]
    key = "template"
    kind = "customised"
    token = "${otherToken}"
    encoding_aes_key = "${otherEncodingAesKey}"
    receive_id_empty = false`
  const files = {
    '/run/secrets/admin-token': 'an-admin-token-of-some-length\n',
    '/run/secrets/provider': 'provider-secret\n',
    '/run/secrets/crm': 'suite-secret\n',
  }
  const config = accepted({ env: {}, toml, files })
  expect(config.settings).toMatchObject({
    SUITED_PUBLIC_URL: 'https://gw.example.com',
    SUITED_ADMIN_TOKEN: 'an-admin-token-of-some-length',
  })
  expect(config.provider).toEqual({
    corpid: 'ww0000000000000001',
    secret: 'provider-secret',
    systemPair: null,
    hasOwnLogin: false,
  })
  expect(config.suites.map(({ key, suiteSecret }) => [key, suiteSecret])).toEqual([
    ['crm', 'suite-secret'],
    ['template', null],
  ])
  expect(config).toMatchObject({ defaultKey: 'crm', warnings: [] })
})

describe('suites that share a pair', () => {
  const shared = `"${token}"`

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['the current one of both', {}, { token: shared }, 'suites[1].token'],
    [
      'the current one, which was the other’s before',
      { previous_token: '"Before"', previous_encoding_aes_key: `"${otherEncodingAesKey}"` },
      { token: '"Before"', encoding_aes_key: `"${otherEncodingAesKey}"` },
      'suites[1].token',
    ],
    [
      'the one before, which is the other’s current one',
      {},
      { previous_token: shared, previous_encoding_aes_key: `"${encodingAesKey}"` },
      'suites[1].previous_token',
    ],
    [
      'whatever their kinds',
      { kind: '"app"' },
      { token: shared, kind: '"customised"', id: '"dk02"' },
      'suites[1].token',
    ],
  ])('are refused, both by name: %s', (_, first, second, setting) => {
    const problems = problemsOf(tables(first, { key: '"hr"', ...second }))
    expect(problems).toEqual([{ setting, problem: expect.stringContaining('"crm" and "hr"') }])
    expect(JSON.stringify(problems)).not.toContain(encodingAesKey)
  })

  test.each<[string, Record<string, string>]>([
    [
      'a Token with keys of their own',
      { token: shared, encoding_aes_key: `"${otherEncodingAesKey}"` },
    ],
    ['a key with Tokens of their own', {}],
  ])('in part are told apart: %s', (_, second) => {
    expect(accepted(tables({}, { key: '"hr"', ...second })).suites).toHaveLength(2)
  })

  test('with the system-event URL are no problem: there the message names the suite', () => {
    const { toml } = tables({})
    const env = { WECOM_SYSTEM_TOKEN: token, WECOM_SYSTEM_ENCODING_AES_KEY: encodingAesKey }
    expect(accepted({ env, toml }).suites).toHaveLength(1)
  })
})
