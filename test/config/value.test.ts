import { describe, expect, test } from 'bun:test'
import type { SettingName, Settings } from '../../src/config/settings'
import { base64Key } from '../../src/config/value'
import { accepted, encodingAesKey, pair, token, wrongSettings } from './reading'

const read = <Name extends SettingName>(name: Name, text: string): Settings[Name] =>
  accepted({ env: { ...pair, [name]: text } }).settings[name]

describe('a setting left out has the documented default', () => {
  const defaults = {
    WECOM_SUITE_ID: null,
    WECOM_SUITE_SECRET: null,
    WECOM_PROVIDER_CORPID: null,
    WECOM_PROVIDER_SECRET: null,
    WECOM_SYSTEM_TOKEN: null,
    WECOM_SYSTEM_ENCODING_AES_KEY: null,
    WECOM_PREVIOUS_TOKEN: null,
    WECOM_PREVIOUS_ENCODING_AES_KEY: null,
    WECOM_API_URL: 'https://qyapi.weixin.qq.com',
    WECOM_OPEN_URL: 'https://open.work.weixin.qq.com',
    WECOM_OAUTH_URL: 'https://open.weixin.qq.com',
    WECOM_LOGIN_URL: 'https://login.work.weixin.qq.com',
    WECOM_HTTP_PROXY: null,
    SUITED_HOST: '0.0.0.0',
    SUITED_PORT: 8001,
    SUITED_ADMIN_HOST: null,
    SUITED_ADMIN_PORT: null,
    SUITED_SDK_HOST: null,
    SUITED_SDK_PORT: null,
    SUITED_PUBLIC_URL: null,
    SUITED_DATA_DIR: './data',
    SUITED_STORE: 'file',
    SUITED_ADMIN_TOKEN: null,
    SUITED_KEY: null,
    SUITED_ENCRYPTION_KEY: null,
    SUITED_PREVIOUS_ENCRYPTION_KEY: null,
    SUITED_BACKUP_DIR: null,
    SUITED_BACKUP_KEEP: 7,
    SUITED_OBSERVE: false,
    SUITED_TLS_CERT: null,
    SUITED_TLS_KEY: null,
    WECOM_INSTALL_MODE: 'formal',
    WECOM_PROVIDER_LOGIN: false,
    SUITED_TRUSTED_DOMAINS: null,
    SUITED_DOMAIN_FILES: null,
    SUITED_CALLBACK_MAX_AGE_SECONDS: 86400,
    SUITED_EVENT_RETENTION_DAYS: 30,
    SUITED_AUDIT_RETENTION_DAYS: 180,
    SUITED_ERASE_AFTER_DAYS: 30,
    SUITED_MIN_FREE_MB: 200,
    SUITED_RATE_LIMIT: 6000,
    SUITED_TRUSTED_PROXIES: ['127.0.0.0/8', '::1'],
    SUITED_FORWARD_URL: null,
    SUITED_FORWARD_SECRET: null,
    SUITED_LOG_LEVEL: 'info',
    SUITED_LOG_FORMAT: null,
  }
  const { settings } = accepted({})

  test.each(Object.entries(defaults))('%s: %j', (name, fallback) => {
    expect<unknown>(settings[name as SettingName]).toEqual(fallback)
  })

  test('and there is no setting besides', () => {
    const documented = [...Object.keys(defaults), 'WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY']
    expect(Object.keys(settings).sort()).toEqual(documented.sort())
  })
})

describe('a value that fits', () => {
  test('is read as what it means', () => {
    expect(read('SUITED_PORT', '0')).toBe(0)
    expect(read('SUITED_CALLBACK_MAX_AGE_SECONDS', '0')).toBe(0)
    expect(read('WECOM_ENCODING_AES_KEY', encodingAesKey)).toHaveLength(32)
    expect(read('SUITED_TRUSTED_DOMAINS', ' A.Example.com, b.example.com:8443 ,')).toEqual([
      'a.example.com',
      'b.example.com:8443',
    ])
    expect(read('SUITED_TRUSTED_DOMAINS', '例子.中国,A.example.:443,[0:0::1]:08443,127.1')).toEqual(
      ['xn--fsqu00a.xn--fiqs8s', 'a.example:443', '[::1]:8443', '127.0.0.1'],
    )
    expect(read('SUITED_TRUSTED_PROXIES', '10.0.0.0/8, fd00::/8,192.0.2.1')).toEqual([
      '10.0.0.0/8',
      'fd00::/8',
      '192.0.2.1',
    ])
  })

  test('loses the slash at the end of an address, and nothing else of it', () => {
    expect(read('SUITED_PUBLIC_URL', 'https://gw.example.com/')).toBe('https://gw.example.com')
    expect(read('SUITED_PUBLIC_URL', 'https://gw.example.com/Base//')).toBe(
      'https://gw.example.com/Base',
    )
  })

  test.each([
    ['WECOM_TOKEN', 'a'],
    ['WECOM_TOKEN', 'a'.repeat(32)],
    ['WECOM_SUITE_ID', 'dk-_A9'],
    ['WECOM_SUITE_ID', 'a'.repeat(64)],
    ['WECOM_HTTP_PROXY', 'http://user:password@proxy.example.com:3128'],
    ['SUITED_HOST', '::'],
    ['SUITED_HOST', 'LocalHost'],
    ['SUITED_HOST', '255.255.255.255'],
    ['SUITED_HOST', 'node-9.example9.com'],
    ['SUITED_PORT', '65535'],
    ['SUITED_ADMIN_TOKEN', 'a'.repeat(24)],
    ['SUITED_LOG_LEVEL', 'debug'],
    ['SUITED_LOG_FORMAT', 'pretty'],
    ['SUITED_RATE_LIMIT', '0'],
    ['SUITED_EVENT_RETENTION_DAYS', '1'],
    ['SUITED_AUDIT_RETENTION_DAYS', '1'],
    ['SUITED_TRUSTED_DOMAINS', 'localhost:65535'],
    ['SUITED_TRUSTED_PROXIES', '10.0.0.1/32,fd00::1/128,::1/0'],
  ])('is taken: %s=%s', (name, text) => {
    expect(wrongSettings({ env: { ...pair, [name]: text } })).toEqual([])
  })
})

describe('a value that does not fit', () => {
  test.each([
    ['WECOM_TOKEN', `${token}-`],
    ['WECOM_TOKEN', 'a'.repeat(33)],
    ['WECOM_ENCODING_AES_KEY', encodingAesKey.slice(1)],
    ['WECOM_ENCODING_AES_KEY', `${encodingAesKey}=`],
    ['WECOM_ENCODING_AES_KEY', `+${encodingAesKey.slice(1)}`],
    ['WECOM_SUITE_ID', 'ww 1'],
    ['WECOM_SUITE_ID', '../ww1'],
    ['WECOM_PROVIDER_CORPID', 'a'.repeat(65)],
    ['WECOM_API_URL', 'qyapi.weixin.qq.com'],
    ['WECOM_API_URL', 'ftp://qyapi.weixin.qq.com'],
    ['WECOM_API_URL', 'https://'],
    ['WECOM_HTTP_PROXY', 'socks5://proxy.example.com'],
    ['SUITED_PUBLIC_URL', 'https://user@gw.example.com'],
    ['SUITED_PUBLIC_URL', 'https://gw.example.com/?a=1'],
    ['SUITED_PUBLIC_URL', 'https://gw.example.com/#a'],
    ['SUITED_HOST', '0.0.0.0:8001'],
    ['SUITED_HOST', 'localhost:8001'],
    ['SUITED_HOST', '256.0.0.1'],
    ['SUITED_HOST', 'http://localhost'],
    ['SUITED_PORT', '-1'],
    ['SUITED_PORT', '65536'],
    ['SUITED_PORT', '80.5'],
    ['SUITED_PORT', '0x50'],
    ['SUITED_PORT', '8001 8002'],
    ['SUITED_ADMIN_TOKEN', 'a'.repeat(23)],
    ['SUITED_ENCRYPTION_KEY', Buffer.alloc(31).toString('base64')],
    ['SUITED_TRUSTED_DOMAINS', '*.example.com'],
    ['SUITED_TRUSTED_DOMAINS', 'a.example.com,https://b.example.com'],
    ['SUITED_TRUSTED_DOMAINS', 'a.example.com/path'],
    ['SUITED_TRUSTED_DOMAINS', 'a.example.com:0'],
    ['SUITED_TRUSTED_DOMAINS', 'a.example.com:65536'],
    ['SUITED_TRUSTED_DOMAINS', 'a.example.com:'],
    ['SUITED_TRUSTED_DOMAINS', 'user@a.example.com'],
    ['SUITED_TRUSTED_DOMAINS', 'a%2eexample.com'],
    ['SUITED_TRUSTED_DOMAINS', '256.0.0.1'],
    ['SUITED_TRUSTED_DOMAINS', '::1'],
    ['SUITED_TRUSTED_DOMAINS', '-a.example.com'],
    ['SUITED_TRUSTED_DOMAINS', 'a-.example.com'],
    ['SUITED_TRUSTED_DOMAINS', 'a..example.com'],
    ['SUITED_TRUSTED_DOMAINS', `${'a.'.repeat(126)}ab`],
    ['SUITED_CALLBACK_MAX_AGE_SECONDS', '1d'],
    ['SUITED_EVENT_RETENTION_DAYS', '0'],
    ['SUITED_AUDIT_RETENTION_DAYS', '0'],
    ['SUITED_RATE_LIMIT', '-1'],
    ['SUITED_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['SUITED_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['SUITED_TRUSTED_PROXIES', 'fd00::/129'],
    ['SUITED_TRUSTED_PROXIES', '10.0.0/8'],
    ['SUITED_TRUSTED_PROXIES', '10.0.0.256'],
    ['SUITED_TRUSTED_PROXIES', 'proxy.example.com'],
    ['SUITED_LOG_LEVEL', 'verbose'],
    ['SUITED_LOG_FORMAT', 'text'],
  ])('is refused: %s=%s', (name, text) => {
    expect(wrongSettings({ env: { ...pair, [name]: text } })).toEqual([name])
  })
})

describe('a key in base64', () => {
  test.each([Buffer.alloc(32), Buffer.alloc(32, 255), Buffer.from('0123456789abcdef'.repeat(2))])(
    'may be any 32 bytes',
    (bytes) => {
      expect(base64Key(bytes.toString('base64'))).toEqual({ ok: true, value: bytes })
    },
  )

  test.each([
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['33 bytes', Buffer.alloc(33).toString('base64')],
    ['the letters of addresses', Buffer.alloc(32, 255).toString('base64url')],
    ['three signs of padding', `${'A'.repeat(43)}===`],
  ])('is refused with %s', (_, text) => {
    expect(base64Key(text).ok).toBe(false)
  })
})
