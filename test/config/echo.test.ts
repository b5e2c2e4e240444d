import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readConfig } from '../../src/config/config'
import { type SettingName, settingNames } from '../../src/config/settings'
import { flagOf, type Sources } from '../../src/config/sources'
import { pair } from './reading'

/** In every value that is handed in, and in none of our own words. */
const mark = 'zq9xj'

/** All that is said about the settings. */
const said = (sources: Partial<Sources>): string => {
  const result = readConfig({
    flags: {},
    env: {},
    file: null,
    readFile: () => '',
    realPath: (path) => path,
    ...sources,
  })
  return JSON.stringify(result.ok ? result.value.warnings : result.reason)
}

const garbage = fc
  .tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
  .map(([before, after]) => before + mark + after)

const suiteKeys = [
  'key',
  'default',
  'kind',
  'token',
  'encoding_aes_key',
  'previous_token',
  'previous_encoding_aes_key',
  'id',
  'secret',
  'trusted_domains',
  'receive_id_empty',
  'observe',
]

const all = <T>(names: readonly string[], own: T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, own]))

describe('a value is never echoed', () => {
  test.each(settingNames.map((name) => [name] as [SettingName]))('not that of %s', (name) => {
    fc.assert(
      fc.property(garbage, (own) => {
        for (const env of [{ ...pair, [name]: own }, { [name]: own }]) {
          expect(said({ env })).not.toContain(mark)
        }
        expect(said({ env: pair, flags: { [flagOf(name)]: own } })).not.toContain(mark)
      }),
      { numRuns: 30 },
    )
  })

  test('not in the file, nor in a file that it names', () => {
    fc.assert(
      fc.property(garbage, (own) => {
        const suite = all(suiteKeys, own)
        const suiteFiles = all(
          suiteKeys.map((key) => `${key}_file`),
          own,
        )
        const provider = all(['corpid', 'secret', 'system_token', 'system_encoding_aes_key'], own)
        const file = { provider, suites: [suite, suite, suiteFiles], port: own, suite_id: own }
        expect(said({ file, readFile: () => own })).not.toContain(mark)
        expect(said({ file: { ...file, provider: own, suites: own } })).not.toContain(mark)
      }),
    )
  })

  test('not where the file that holds it cannot be read', () => {
    const readFile = (path: string) => {
      throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
    }
    expect(said({ env: { ...pair, WECOM_SUITE_SECRET_FILE: `/${mark}` }, readFile })).not.toContain(
      mark,
    )
    const suites = [{ secret_file: `/${mark}` }]
    expect(said({ file: { suites }, readFile })).not.toContain(mark)
  })

  test('not that of a key or an id that stands there twice', () => {
    const suite = {
      key: mark,
      id: mark,
      token: pair.WECOM_TOKEN,
      encoding_aes_key: pair.WECOM_ENCODING_AES_KEY,
    }
    const words = said({ file: { suites: [suite, suite] } })
    expect(words).toContain('suites[1].key')
    expect(words).toContain('suites[1].id')
    expect(words).not.toContain(mark)
  })

  test('not that of an unknown name', () => {
    const env = { ...pair, SUITED_PROT: mark }
    expect(said({ env })).toContain('SUITED_PROT')
    expect(said({ env })).not.toContain(mark)
    expect(said({ env, file: { prot: mark } })).toContain('"prot"')
    expect(said({ env, file: { prot: mark } })).not.toContain(mark)
  })
})
