import { describe, expect, test } from 'bun:test'
import { accepted, encodingAesKey, pair, problemsOf, token, wrongSettings } from './reading'

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const url = 'https://crm.example.com/hooks?tenant=a'

type Changed = Readonly<Record<string, string | null>>

/** An `[[endpoints]]` table with what is good enough, one thing changed; null takes it away. */
const table = (changed: Changed = {}): string => {
  const whole = { name: '"crm"', url: `"${url}"`, secret: `"${secret}"`, ...changed }
  const lines = Object.entries(whole).map(([name, own]) => (own === null ? '' : `${name} = ${own}`))
  return ['[[endpoints]]', ...lines].join('\n')
}

const tables = (...each: Changed[]) => ({ toml: each.map(table).join('\n') })

const wecom: Changed = {
  format: '"wecom"',
  secret: null,
  token: `"${token}"`,
  encoding_aes_key: `"${encodingAesKey}"`,
}

describe('endpoints from the file', () => {
  test('take everything that comes, one at a time where they say so, unless they say more', () => {
    expect(accepted(tables({})).endpoints).toEqual([
      {
        name: 'crm',
        url,
        signing: { format: 'standard', secrets: [{ secret, until: null }] },
        types: null,
        suites: null,
        corps: null,
        order: 'none',
        replies: false,
        private: false,
        maxPerSecond: null,
        concurrency: 16,
        headers: {},
        createdAt: null,
        origin: 'settings',
      },
    ])
  })

  test('have filters, order, pace and headers of their own', () => {
    const given = tables({
      types: '["create_auth", "event.*"]',
      suites: '["default"]',
      corps: '["wpA", "wpB"]',
      order: '"corp"',
      replies: 'true',
      private: 'true',
      url: '"http://10.0.0.1/hook"',
      max_per_second: '5',
      concurrency: '2',
      headers: '{ Authorization = "Bearer abc" }',
    })
    expect(accepted(given).endpoints).toMatchObject([
      {
        url: 'http://10.0.0.1/hook',
        types: ['create_auth', 'event.*'],
        suites: ['default'],
        corps: ['wpA', 'wpB'],
        order: 'corp',
        replies: true,
        private: true,
        maxPerSecond: 5,
        concurrency: 2,
        headers: { authorization: 'Bearer abc' },
      },
    ])
  })

  test('of the format "wecom" are sealed with a pair in place of a secret', () => {
    expect(accepted(tables(wecom)).endpoints).toMatchObject([
      { signing: { format: 'wecom', pairs: [{ token, encodingAesKey, until: null }] } },
    ])
  })

  test('read their secret from a file', () => {
    const given = {
      ...tables({ secret: null, secret_file: '"/run/hook"' }),
      files: { '/run/hook': `${secret}\n` },
    }
    expect(accepted(given).endpoints).toMatchObject([{ signing: { secrets: [{ secret }] } }])
  })

  test.each<[string, Changed, string]>([
    ['no name', { name: null }, 'name'],
    ['a name with capitals', { name: '"CRM"' }, 'name'],
    ['no URL', { url: null }, 'url'],
    ['a URL that is none', { url: '"crm"' }, 'url'],
    ['a private address that is not allowed', { url: '"https://10.0.0.1/"' }, 'url'],
    ['no secret', { secret: null }, 'secret'],
    ['a secret that is short', { secret: '"whsec_abcd"' }, 'secret'],
    ['a secret file that is not there', { secret: null, secret_file: '"/no"' }, 'secret_file'],
    ['types that are none', { types: '["a b"]' }, 'types'],
    ['a suite that is not there', { suites: '["crm"]' }, 'suites'],
    ['companies that are none', { corps: '["a b"]' }, 'corps'],
    ['an order that is none', { order: '"suite"' }, 'order'],
    ['a format that is none', { format: '"xml"' }, 'format'],
    ['replies that are neither', { replies: '"maybe"' }, 'replies'],
    ['no attempts at a time', { concurrency: '0' }, 'concurrency'],
    ['no events a second', { max_per_second: '0' }, 'max_per_second'],
    ['a header of ours', { headers: '{ "webhook-id" = "1" }' }, 'headers'],
    ['a header with a line end', { headers: '{ "x-a" = "1\\n2" }' }, 'headers'],
    ['headers that are no table', { headers: '"x-a: 1"' }, 'headers'],
    ['a key that is none', { colour: '"red"' }, 'colour'],
    ['a secret beside a pair', { ...wecom, secret: `"${secret}"` }, 'secret'],
    ['half a pair', { ...wecom, encoding_aes_key: null }, 'encoding_aes_key'],
    ['a pair in place of a secret', { token: `"${token}"` }, 'token'],
  ])('are refused by name with %s', (_, changed, name) => {
    expect(wrongSettings(tables(changed))).toEqual([`endpoints[0].${name}`])
  })

  test('are told all their mistakes at once, and none with its value', () => {
    const given = tables({ name: '"Qx"', secret: '"Zy"' }, { url: '"Wv"', types: '["V u"]' })
    expect(wrongSettings(given)).toEqual([
      'endpoints[0].name',
      'endpoints[0].secret',
      'endpoints[1].types',
      'endpoints[1].url',
    ])
    expect(JSON.stringify(problemsOf(given))).not.toMatch(/Qx|Zy|Wv|V u/)
  })

  test('have names of their own', () => {
    expect(wrongSettings(tables({}, { url: '"https://b.example.com"' }))).toEqual([
      'endpoints[1].name',
    ])
  })

  test('reply for a suite one at a time', () => {
    const given = tables({ replies: 'true' }, { name: '"b"', replies: 'true' })
    expect(wrongSettings(given)).toEqual(['endpoints[1].replies'])
  })

  test('are tables', () => {
    expect(wrongSettings({ toml: 'endpoints = "crm"' })).toEqual(['endpoints'])
  })
})

describe('the endpoint of the environment', () => {
  const forward = {
    ...pair,
    SUITED_FORWARD_URL: 'http://10.0.0.1:9000/hook',
    SUITED_FORWARD_SECRET: secret,
  }

  test('is called default, and may be a private address', () => {
    expect(accepted({ env: forward }).endpoints).toMatchObject([
      { name: 'default', url: forward.SUITED_FORWARD_URL, private: true, origin: 'settings' },
    ])
  })

  test('stands beside those of the file', () => {
    const given = { env: forward, ...tables({}) }
    expect(accepted(given).endpoints.map(({ name }) => name)).toEqual(['default', 'crm'])
  })

  test('leaves its name to no table', () => {
    expect(wrongSettings({ env: forward, ...tables({ name: '"default"' }) })).toEqual([
      'endpoints[0].name',
    ])
  })

  test.each([
    ['its secret', 'SUITED_FORWARD_SECRET'],
    ['its URL', 'SUITED_FORWARD_URL'],
  ])('is refused without %s', (_, missing) => {
    expect(wrongSettings({ env: { ...forward, [missing]: '' } })).toEqual([missing])
  })

  test.each([
    ['SUITED_FORWARD_URL', 'app.example.com'],
    ['SUITED_FORWARD_SECRET', 'whsec_abc'],
  ])('is complained of once where %s is wrong', (name, own) => {
    expect(wrongSettings({ env: { ...forward, [name]: own } })).toEqual([name])
  })
})
