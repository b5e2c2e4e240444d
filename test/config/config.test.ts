import { describe, expect, test } from 'bun:test'
import { describeProblems } from '../../src/commands/cli/read-settings'
import {
  accepted,
  encodingAesKey,
  otherEncodingAesKey,
  otherToken,
  pair,
  problemsOf,
  token,
  wrongSettings,
} from './reading'

describe('the suite from the environment', () => {
  test('has the key default and takes what it is told', () => {
    const env = { ...pair, WECOM_SUITE_ID: 'ww0000000000000002', WECOM_SUITE_SECRET: 'secret' }
    expect(accepted({ env }).suites).toMatchObject([
      {
        key: 'default',
        kind: 'app',
        suiteId: 'ww0000000000000002',
        suiteSecret: 'secret',
        receiveIdEmpty: false,
        installMode: 'formal',
        observes: false,
        trustedDomains: [],
      },
    ])
  })

  test('may do without its id and secret at first', () => {
    expect(accepted({}).suites).toMatchObject([{ suiteId: null, suiteSecret: null }])
  })

  test('is a customised app where its id says so', () => {
    const env = { ...pair, WECOM_SUITE_ID: 'dk0000000000000002' }
    expect(accepted({ env }).suites).toMatchObject([{ kind: 'customised' }])
  })

  test('takes its former pair as well', () => {
    const env = {
      ...pair,
      WECOM_PREVIOUS_TOKEN: otherToken,
      WECOM_PREVIOUS_ENCODING_AES_KEY: otherEncodingAesKey,
    }
    expect(accepted({ env }).suites[0]?.pairs).toMatchObject({
      current: { token },
      previous: { token: otherToken },
    })
  })

  test('is not there where only the system-event URL has a pair', () => {
    const env = { WECOM_SYSTEM_TOKEN: token, WECOM_SYSTEM_ENCODING_AES_KEY: encodingAesKey }
    const config = accepted({ env })
    expect(config.suites).toEqual([])
    expect(config.provider.systemPair?.token).toBe(token)
  })
})

const wrong = (env: Readonly<Record<string, string>>) => wrongSettings({ env: { ...pair, ...env } })

describe('settings that belong together', () => {
  test.each([
    ['a Token without its key', { WECOM_TOKEN: token }, ['WECOM_ENCODING_AES_KEY']],
    ['a key without its Token', { WECOM_ENCODING_AES_KEY: encodingAesKey }, ['WECOM_TOKEN']],
    [
      'half a system pair',
      { ...pair, WECOM_SYSTEM_TOKEN: token },
      ['WECOM_SYSTEM_ENCODING_AES_KEY'],
    ],
    [
      'half a former pair',
      { ...pair, WECOM_PREVIOUS_ENCODING_AES_KEY: encodingAesKey },
      ['WECOM_PREVIOUS_TOKEN'],
    ],
    [
      'a former pair alone',
      { WECOM_PREVIOUS_TOKEN: token, WECOM_PREVIOUS_ENCODING_AES_KEY: encodingAesKey },
      ['WECOM_ENCODING_AES_KEY', 'WECOM_TOKEN'],
    ],
    [
      "a provider's secret without its corpid",
      { ...pair, WECOM_PROVIDER_SECRET: 's' },
      ['WECOM_PROVIDER_CORPID'],
    ],
    ['a certificate without its key', { ...pair, SUITED_TLS_CERT: '/c' }, ['SUITED_TLS_KEY']],
    ['a key without its certificate', { ...pair, SUITED_TLS_KEY: '/k' }, ['SUITED_TLS_CERT']],
    [
      'a host for operators without a port',
      { ...pair, SUITED_ADMIN_HOST: '127.0.0.1' },
      ['SUITED_ADMIN_PORT'],
    ],
  ] as [string, Record<string, string>, string[]][])(
    'are refused apart: %s',
    (_, env, settings) => {
      expect(wrongSettings({ env })).toEqual(settings)
    },
  )

  test('are missing as well where the one that is there is wrong', () => {
    expect(wrongSettings({ env: { WECOM_TOKEN: 'a b' } })).toEqual([
      'WECOM_ENCODING_AES_KEY',
      'WECOM_TOKEN',
    ])
  })

  test('are not missing where they are there and wrong', () => {
    expect(wrong({ WECOM_TOKEN: 'a b' })).toEqual(['WECOM_TOKEN'])
    expect(wrong({ WECOM_PROVIDER_SECRET: 's', WECOM_PROVIDER_CORPID: 'a b' })).toEqual([
      'WECOM_PROVIDER_CORPID',
    ])
    expect(wrong({ SUITED_ADMIN_HOST: '::1', SUITED_ADMIN_PORT: 'x' })).toEqual([
      'SUITED_ADMIN_PORT',
    ])
  })

  test('may come from different places', () => {
    const env = { WECOM_TOKEN: token }
    const toml = `encoding_aes_key = "${encodingAesKey}"`
    expect(wrongSettings({ env, toml })).toEqual([])
  })
})

describe('without any pair', () => {
  test('the first one is asked for', () => {
    expect(wrongSettings({ env: {} })).toEqual(['WECOM_TOKEN'])
    expect(wrongSettings({ env: {}, toml: 'suites = []' })).toEqual(['WECOM_TOKEN'])
  })

  test.each([
    ['suites that are no tables', 'suites = 3', ['suites']],
    ['a single table of suites', `[suites]\ntoken = "${token}"`, ['suites']],
    ['misspelt tables', `[[suite]]\ntoken = "${token}"`, ['suite']],
    ['misspelt names', `tokn = "x"\nencoding_aes_ky = "x"`, ['encoding_aes_ky', 'tokn']],
    ['one misspelt name', `tokn = "x"\nencoding_aes_key = "${encodingAesKey}"`, ['tokn']],
    ['names as in the environment', 'WECOM_TOKEN = "x"', ['WECOM_ENCODING_AES_KEY', 'WECOM_TOKEN']],
    ['a name that is like no other', 'colour = "x"', ['WECOM_TOKEN', 'colour']],
  ])('it is asked for unless it was meant to be given: %s', (_, toml, settings) => {
    expect(wrongSettings({ env: {}, toml })).toEqual(settings)
  })

  test('it is asked for together with all else that is wrong', () => {
    expect(wrongSettings({ env: { SUITED_PORT: 'x' } })).toEqual(['SUITED_PORT', 'WECOM_TOKEN'])
  })
})

describe('encryption keys', () => {
  const key = Buffer.alloc(32, 1).toString('base64')
  const otherKey = Buffer.alloc(32, 2).toString('base64')

  test('may be one, or one and the one before', () => {
    expect(wrong({ SUITED_ENCRYPTION_KEY: key })).toEqual([])
    const both = { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: otherKey }
    expect(wrong(both)).toEqual([])
    const { settings } = accepted({ env: { ...pair, ...both } })
    expect(settings.SUITED_ENCRYPTION_KEY).toEqual(Buffer.alloc(32, 1))
    expect(settings.SUITED_PREVIOUS_ENCRYPTION_KEY).toEqual(Buffer.alloc(32, 2))
  })

  test('are not one before without a current one', () => {
    expect(wrong({ SUITED_PREVIOUS_ENCRYPTION_KEY: key })).toEqual(['SUITED_ENCRYPTION_KEY'])
  })

  test('are not the same twice, however they are written', () => {
    for (const previous of [key, key.replace('=', '')]) {
      const both = { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: previous }
      expect(wrong(both)).toEqual(['SUITED_PREVIOUS_ENCRYPTION_KEY'])
    }
    const toml = `encryption_key = "${key}"\nprevious_encryption_key = "${key}"`
    expect(wrongSettings({ toml })).toEqual(['previous_encryption_key'])
  })

  test('are complained of once where they are wrong', () => {
    const both = { SUITED_ENCRYPTION_KEY: 'short', SUITED_PREVIOUS_ENCRYPTION_KEY: key }
    expect(wrong(both)).toEqual(['SUITED_ENCRYPTION_KEY'])
  })
})

describe('the folder of backups', () => {
  const dirs = (data: string, backup: string) => ({
    ...pair,
    SUITED_DATA_DIR: data,
    SUITED_BACKUP_DIR: backup,
  })

  test.each([
    ['the data folder', '/srv/data', '/srv/data'],
    ['inside the data folder', '/srv/data', '/srv/data/backup'],
    ['around the data folder', '/srv/data', '/srv'],
    ['the root of all', '/srv/data', '/'],
  ])('must not be %s', (_, data, backup) => {
    expect(wrongSettings({ env: dirs(data, backup) })).toEqual(['SUITED_BACKUP_DIR'])
  })

  test.each([
    ['beside the data folder', '/srv/data', '/srv/backup'],
    ['of a name that begins alike', '/srv/data', '/srv/data-backup'],
    ['of a name with which the other begins', '/srv/data-live', '/srv/data'],
  ])('may be %s', (_, data, backup) => {
    expect(wrongSettings({ env: dirs(data, backup) })).toEqual([])
  })

  test.each([
    ['its own name', { '/backup': '/srv/data/backup' }, '/srv/data'],
    ['the name of the data folder', { '/data': '/backup/data' }, '/data'],
  ])('is told by where it leads, whatever %s says', (_, links, data) => {
    const env = dirs(data, '/backup')
    expect(wrongSettings({ env, links })).toEqual(['SUITED_BACKUP_DIR'])
    expect(wrongSettings({ env })).toEqual([])
  })

  test('is named as it was given', () => {
    const toml = 'data_dir = "/srv/data"\nbackup_dir = "/srv/data/backup"'
    expect(wrongSettings({ toml })).toEqual(['backup_dir'])
  })
})

describe('where state is kept', () => {
  const url = 'postgres://suited:secret@db.example.com:5432/suited'
  const key = Buffer.alloc(32, 7).toString('base64')

  test.each([
    'file',
    url,
    'postgresql://suited@db.example.com/suited?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  ])('may be %s', (store) => {
    expect(wrong({ SUITED_STORE: store, SUITED_ENCRYPTION_KEY: key })).toEqual([])
  })

  test.each([
    ['redis://db.example.com', 'must be file, or a PostgreSQL'],
    ['postgres://a@one.example.com,two.example.com/suited', 'names several hosts'],
    ['postgres://a:50%@db.example.com/suited', 'spells nothing'],
    ['postgres://a:b@db.example.com/suited%zz', 'spells nothing'],
    ['postgres://a:b#c@db.example.com/suited', '# is written as %23'],
    ['postgres://a:b/c@db.example.com/suited', '/ as %2F'],
    ['postgres:///suited', 'names no host'],
    ['postgres://db.example.com/suited', 'names no user'],
    ['postgres://a@db.example.com', 'names no database'],
    ['postgres://a@db.example.com/suited?host=x', 'no other parameters'],
    ['postgres://a@db.example.com/suited?sslmode=on', 'unknown sslmode'],
  ])('is not %s', (store, problem) => {
    const env = { ...pair, SUITED_STORE: store, SUITED_ENCRYPTION_KEY: key }
    expect(problemsOf({ env })).toMatchObject([
      { setting: 'SUITED_STORE', problem: expect.stringContaining(problem) },
    ])
  })

  test('is no database without an encryption key', () => {
    expect(wrong({ SUITED_STORE: url })).toEqual(['SUITED_ENCRYPTION_KEY'])
  })

  test('is a secret that a file may hold', () => {
    const env = { ...pair, SUITED_STORE_FILE: '/run/secrets/store', SUITED_ENCRYPTION_KEY: key }
    const files = { '/run/secrets/store': `${url}\n` }
    expect(accepted({ env, files }).settings.SUITED_STORE).toBe(url)
  })
})

describe('everything that is wrong', () => {
  const given = {
    flags: { port: '65536', 'log-level': 'loud' },
    env: {
      WECOM_TOKEN: 'not letters',
      WECOM_ENCODING_AES_KEY: encodingAesKey.slice(1),
      WECOM_API_URL: 'qyapi.weixin.qq.com',
      SUITED_ADMIN_TOKEN: 'short',
      SUITED_TRUSTED_DOMAINS: 'https://crm.example.com',
      WECOM_SUITE_SECRET_FILE: '/run/secrets/missing',
    },
    toml: 'event_retention_days = 0\ntrusted_proxies = "10.0.0.0/33"',
  }
  const names = [
    '--log-level',
    '--port',
    'SUITED_ADMIN_TOKEN',
    'SUITED_TRUSTED_DOMAINS',
    'WECOM_API_URL',
    'WECOM_ENCODING_AES_KEY',
    'WECOM_SUITE_SECRET_FILE',
    'WECOM_TOKEN',
    'event_retention_days',
    'trusted_proxies',
  ]

  test('is told at once: ten mistakes, ten names', () => {
    expect(wrongSettings(given)).toEqual(names)
  })

  test('is told in a line each', () => {
    const lines = describeProblems(problemsOf(given)).trimEnd().split('\n').slice(1)
    expect(lines).toHaveLength(names.length)
    for (const name of names) {
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1)
    }
  })
})
