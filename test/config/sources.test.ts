import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config/config'
import { accepted, encodingAesKey, pair, problemsOf, token, wrongSettings } from './reading'

const pairInToml = `token = "${token}"\nencoding_aes_key = "${encodingAesKey}"`

describe('a setting', () => {
  const flags = { host: '10.0.0.1' }
  const env = { ...pair, SUITED_HOST: '10.0.0.2' }
  const toml = 'host = "10.0.0.3"'

  test.each([
    ['its flag before all', { flags, env, toml }, '10.0.0.1'],
    ['the environment before the file', { env, toml }, '10.0.0.2'],
    ['the file before the default', { toml }, '10.0.0.3'],
    ['its default at last', {}, '0.0.0.0'],
  ])('is taken from %s', (_, given, host) => {
    expect(accepted(given).settings.SUITED_HOST).toBe(host)
  })

  test.each(['', '  ', '\n'])('counts as unset where it is blank: %j', (blank) => {
    const given = { flags: { host: blank }, env: { ...pair, SUITED_HOST: blank }, toml }
    expect(accepted(given).settings.SUITED_HOST).toBe('10.0.0.3')
    expect(accepted({ toml: `host = ${JSON.stringify(blank)}` }).settings.SUITED_HOST).toBe(
      '0.0.0.0',
    )
  })

  test('is trimmed wherever it stands', () => {
    const given = {
      flags: { host: ' 10.0.0.1 ' },
      env: { WECOM_TOKEN: ` ${token}\n`, WECOM_ENCODING_AES_KEY: `\t${encodingAesKey} ` },
      toml: 'data_dir = " /srv/suited "',
    }
    const { settings, suites } = accepted(given)
    expect(settings.SUITED_HOST).toBe('10.0.0.1')
    expect(settings.SUITED_DATA_DIR).toBe('/srv/suited')
    expect(suites[0]?.pairs.current?.token).toBe(token)
  })

  test('is named as its reader would look for it, when it is wrong', () => {
    expect(wrongSettings({ flags: { port: 'x' } })).toEqual(['--port'])
    expect(wrongSettings({ env: { ...pair, SUITED_PORT: 'x' } })).toEqual(['SUITED_PORT'])
    expect(wrongSettings({ toml: 'port = "x"' })).toEqual(['port'])
    expect(wrongSettings({ toml: '[provider]\ncorpid = "a b"' })).toEqual(['provider.corpid'])
  })

  test('that is overruled need not be right', () => {
    expect(wrongSettings({ flags: { port: '1' }, env: { ...pair, SUITED_PORT: 'x' } })).toEqual([])
  })
})

describe('a setting that names a file', () => {
  const files = { '/run/secrets/token': `${token}\n`, '/run/secrets/empty': ' \n' }
  const { WECOM_ENCODING_AES_KEY } = pair
  const withFile = (path: string) => ({
    env: { WECOM_TOKEN_FILE: path, WECOM_ENCODING_AES_KEY },
    files,
  })

  test('has the trimmed text of that file', () => {
    const given = withFile(' /run/secrets/token ')
    expect(accepted(given).suites[0]?.pairs.current?.token).toBe(token)
  })

  test('may do so in the configuration file', () => {
    const toml = `token_file = "/run/secrets/token"\nencoding_aes_key = "${encodingAesKey}"`
    expect(accepted({ env: {}, toml, files }).suites[0]?.pairs.current?.token).toBe(token)
  })

  test.each(['/run/secrets/missing', '/run/secrets/empty'])(
    'is wrong, and nothing is missing, where %s gives nothing',
    (path) => {
      expect(wrongSettings(withFile(path))).toEqual(['WECOM_TOKEN_FILE'])
      const toml = `token_file = "${path}"\nencoding_aes_key = "${encodingAesKey}"`
      expect(wrongSettings({ env: {}, toml, files })).toEqual(['token_file'])
    },
  )

  test('tells why the file gives nothing', () => {
    expect(problemsOf(withFile('/run/secrets/missing'))[0]?.problem).toContain('ENOENT')
  })

  test('tells so where the reason has no code', () => {
    const result = readConfig({
      flags: {},
      env: withFile('/run/secrets/token').env,
      file: null,
      realPath: (path) => path,
      readFile: () => {
        throw new Error('a disk without words')
      },
    })
    expect(result.ok ? [] : result.reason).toMatchObject([{ setting: 'WECOM_TOKEN_FILE' }])
    expect(JSON.stringify(result)).not.toContain('a disk without words')
  })

  test('must not stand beside its own value', () => {
    const env = { ...pair, WECOM_TOKEN_FILE: '/run/secrets/token' }
    expect(wrongSettings({ env, files })).toEqual(['WECOM_TOKEN'])
    const toml = `${pairInToml}\ntoken_file = "/run/secrets/token"`
    expect(wrongSettings({ env: {}, toml, files })).toEqual(['token'])
  })

  test('may stand beside a blank', () => {
    expect(wrongSettings({ env: { ...pair, WECOM_TOKEN_FILE: ' ' } })).toEqual([])
    const env = { ...withFile('/run/secrets/token').env, WECOM_TOKEN: '' }
    expect(wrongSettings({ env, files })).toEqual([])
  })

  test('overrules what stands further down', () => {
    const given = { ...withFile('/run/secrets/token'), toml: 'token = "fromTheFile"' }
    expect(accepted(given).suites[0]?.pairs.current?.token).toBe(token)
  })
})

describe('the configuration file', () => {
  test('may hold numbers, truths and lists for texts', () => {
    const toml = 'port = 9001\ntrusted_domains = ["A.example.com", "b.example.com"]'
    const { settings } = accepted({ toml })
    expect(settings.SUITED_PORT).toBe(9001)
    expect(settings.SUITED_TRUSTED_DOMAINS).toEqual(['a.example.com', 'b.example.com'])
  })

  test('may hold a whole suite without a table', () => {
    expect(accepted({ env: {}, toml: pairInToml }).suites).toHaveLength(1)
  })

  test('has a table for the provider', () => {
    const toml = `
      [provider]
      corpid = "ww0000000000000001"
      secret_file = "/run/secrets/provider"
      system_token = "${token}"
      system_encoding_aes_key = "${encodingAesKey}"`
    const { provider } = accepted({ toml, files: { '/run/secrets/provider': 'secret' } })
    expect(provider).toMatchObject({ corpid: 'ww0000000000000001', secret: 'secret' })
    expect(provider.systemPair?.token).toBe(token)
  })

  test.each([
    ['a name that is none', 'prot = 8001', 'prot'],
    ['a name with its prefix', 'SUITED_PORT = 8001', 'SUITED_PORT'],
    ['a name of every object', 'constructor = "x"', 'constructor'],
    ['a table that is none', '[server]\nport = 8001', 'server'],
    ['a name that is none of the provider', '[provider]\nport = 1', 'provider.port'],
    ['suites inside of the provider', '[provider]\nsuites = []', 'provider.suites'],
    ['a provider that is no table', 'provider = "ww1"', 'provider'],
    ['suites that are no tables', 'suites = ["crm"]', 'suites'],
    ['a table for a value', 'port = { http = 8001 }', 'port'],
    ['a table for the name of a file', 'admin_token_file = { path = "x" }', 'admin_token_file'],
    [
      "the provider's corpid twice",
      'provider_corpid = "ww1"\n[provider]\ncorpid = "ww1"',
      'provider.corpid',
    ],
  ])('is refused for %s', (_, toml, setting) => {
    expect(wrongSettings({ toml })).toEqual([setting])
  })
})

describe('an unknown name in the environment', () => {
  const warningsFor = (name: string) => accepted({ env: { ...pair, [name]: 'x' } }).warnings

  test.each([
    ['SUITED_PROT', 'SUITED_PORT'],
    ['SUITED_ADMIN_TOKN', 'SUITED_ADMIN_TOKEN'],
    ['SUITED_LOGLEVEL', 'SUITED_LOG_LEVEL'],
    ['SUITED_TRUSTED_DOMAIN', 'SUITED_TRUSTED_DOMAINS'],
    ['SUITED_SUITE_ID', 'WECOM_SUITE_ID'],
    ['WECOM_PUBLIC_URL', 'SUITED_PUBLIC_URL'],
    ['WECOM_AES_KEY', 'WECOM_ENCODING_AES_KEY'],
    ['SUITED_DATA', 'SUITED_DATA_DIR'],
    ['SUITED_ADMIN_TOKN_FILE', 'SUITED_ADMIN_TOKEN'],
    ['SUITED_CONFIG_FILE', 'SUITED_CONFIG'],
  ])('is warned of with the nearest that is known: %s', (name, known) => {
    const warnings = warningsFor(name)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toStartWith(`${name} `)
    expect(warnings[0]).toEndWith(` ${known}?`)
  })

  test('is warned of alone where none is near', () => {
    const [warning] = warningsFor('SUITED_QQQQQQ')
    expect(warning).toStartWith('SUITED_QQQQQQ ')
    expect(warning).not.toMatch(/(SUITED|WECOM)_.*(SUITED|WECOM)_/)
  })

  test.each(['SUITED_CONFIG', 'SUITED_HOST', 'PATH', 'SUITEDX', 'MY_SUITED_PORT'])(
    'is not made of a known one, or of one that is not ours: %s',
    (name) => {
      expect(warningsFor(name)).toEqual([])
    },
  )
})
