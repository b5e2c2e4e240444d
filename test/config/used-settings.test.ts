import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config/config'
import type { Part } from '../../src/config/used-settings'
import { pair } from './reading'

const readPart = (
  part: Part,
  { env = {}, toml = '', flags = {} }: { env?: object; toml?: string; flags?: object },
) =>
  readConfig(
    {
      flags: { ...flags },
      env: { ...env },
      file: Bun.TOML.parse(toml) as Record<string, unknown>,
      readFile: (path) => {
        if (path === 'key') return 'an-admin-token-from-a-file'
        throw Object.assign(new Error('no'), { code: 'ENOENT' })
      },
      realPath: (path) => path,
    },
    part,
  )

const asking: Part = {
  names: ['SUITED_PORT', 'SUITED_TLS_CERT', 'SUITED_ADMIN_TOKEN'],
  suites: false,
}
const withSuites: Part = { names: ['SUITED_TRUSTED_DOMAINS', 'WECOM_SUITE_ID'], suites: true }

describe('a command that uses some settings', () => {
  test('needs no callback secrets', () => {
    expect(readPart(asking, { env: { SUITED_PORT: '9000' } })).toMatchObject({
      ok: true,
      value: { settings: { SUITED_PORT: 9000 }, suites: [] },
    })
  })

  test('is told of nothing that is wrong with others, wherever that stands', () => {
    const wrong = {
      env: {
        WECOM_TOKEN: 'not a token!',
        WECOM_ENCODING_AES_KEY: 'short',
        SUITED_RATE_LIMIT: 'none',
        SUITED_ENCRYPTION_KEY_FILE: '/nowhere',
        SUITED_FORWARD_URL: 'https://a.example',
        SUITED_STORE: 'redis://a',
      },
      toml: 'nonsense = 1\nlog_level = "loud"\nprovider = 3\n[[suites]]\ntoken = "!"\n',
    }
    expect(readPart(asking, wrong).ok).toBe(true)
  })

  test('is told what is wrong with its own', () => {
    const read = readPart(asking, {
      env: { SUITED_ADMIN_TOKEN: 'short' },
      toml: 'port = "none"',
    })
    expect(!read.ok && read.reason.map(({ setting }) => setting).sort()).toEqual([
      'SUITED_ADMIN_TOKEN',
      'port',
    ])
  })

  test('finds its own in files and under their other names, flags first', () => {
    const read = readPart(asking, {
      flags: { port: '1' },
      env: { SUITED_PORT: '2', SUITED_ADMIN_TOKEN_FILE: 'key' },
      toml: 'port = 3\ntls_cert = "cert.pem"',
    })
    expect(read).toMatchObject({
      ok: true,
      value: {
        settings: {
          SUITED_PORT: 1,
          SUITED_ADMIN_TOKEN: 'an-admin-token-from-a-file',
          SUITED_TLS_CERT: 'cert.pem',
        },
      },
    })
  })

  test('does not miss what only the service needs beside its own', () => {
    expect(readPart(asking, { env: { SUITED_TLS_CERT: 'cert.pem' } }).ok).toBe(true)
  })
})

describe('a command that wants to know the suites', () => {
  test('knows those of the file without their secrets', () => {
    const toml = `
[[suites]]
key = "crm"
default = true
id = "ww1"
token = "wrong!"

[[suites]]
key = "template"
kind = "customised"
trusted_domains = ["a.example"]
`
    expect(readPart(withSuites, { toml })).toMatchObject({
      ok: true,
      value: {
        defaultKey: 'crm',
        suites: [
          { key: 'crm', suiteId: 'ww1', pairs: { current: null, previous: null } },
          {
            key: 'template',
            kind: 'customised',
            trustedDomains: ['a.example'],
            pairs: { current: null, previous: null },
          },
        ],
      },
    })
  })

  test.each([{}, pair, { WECOM_TOKEN: 'wrong!' }])(
    'knows the one of the environment: %j',
    (env) => {
      expect(readPart(withSuites, { env: { ...env, WECOM_SUITE_ID: 'dk1' } })).toMatchObject({
        ok: true,
        value: { suites: [{ key: 'default', kind: 'customised', suiteId: 'dk1' }] },
      })
    },
  )

  test('is told of a suite without a key', () => {
    const read = readPart(withSuites, { toml: '[[suites]]\nid = "ww1"' })
    expect(!read.ok && read.reason).toMatchObject([{ setting: 'suites[0].key' }])
  })
})
