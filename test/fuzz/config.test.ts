/** Settings that nobody meant, as texts and as TOML: all of what is wrong is said, and no value. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readConfig } from '../../src/config/config'
import type { Problem } from '../../src/config/place'
import { fileKey, settingNames } from '../../src/config/settings'
import { pair } from '../config/reading'
import { hostileJson, hostileText, mostly } from './hostile-text'
import { patienceMs, runs } from './runs'

/** Names that stand in a message for themselves, whatever somebody gave as a value. */
const longEnoughToShow = 12

/** Whether a value could be told from the words of a message. */
const telling = (text: string): boolean => {
  const own = text.trim()
  return own.length >= longEnoughToShow && !/^[\w. -]*$/.test(own)
}

const expectSaid = (problems: readonly Problem[], values: readonly string[]): void => {
  const said = JSON.stringify(problems.map(({ problem }) => problem))
  for (const value of values.filter(telling)) {
    expect(said).not.toContain(JSON.stringify(value.trim()).slice(1, -1))
  }
}

const numberOf = fc.constantFrom('0', '-1', '1e9', '99999999999999999999', '8001', '٣')

const problemsIn = (
  env: Readonly<Record<string, string>>,
  file: Readonly<Record<string, unknown>> | null,
): readonly Problem[] => {
  const readFile = () => 'a text that some file holds'
  const result = readConfig({ flags: {}, env, file, readFile, realPath: (path) => path })
  return result.ok ? [] : result.reason
}

describe('a setting that is any text', () => {
  for (const name of settingNames) {
    test(
      `is taken or complained of by its name: ${name}`,
      () => {
        fc.assert(
          fc.property(fc.oneof(hostileText, numberOf), (text) => {
            const env = { ...pair, [name]: text }
            const problems = problemsIn(env, null)
            expectSaid(problems, [text])
            for (const { setting, problem } of problems) {
              expect(setting).not.toBe('')
              expect(problem).not.toBe('')
            }
          }),
          runs(7),
        )
      },
      patienceMs,
    )
  }
})

const keys = mostly(
  ...settingNames.map(fileKey),
  ...settingNames.map((name) => `${fileKey(name)}_file`),
  'provider',
  'suites',
)
const suiteKeys = mostly(
  'key',
  'default',
  'kind',
  'token',
  'encoding_aes_key',
  'id',
  'trusted_domains',
  'observe',
)

describe('a configuration file that is any TOML', () => {
  const table = (names: fc.Arbitrary<string>) =>
    fc
      .array(fc.tuple(names, hostileJson), { maxLength: 5 })
      .map((members) => Object.fromEntries(members))
  const files = fc
    .tuple(table(keys), fc.array(table(suiteKeys), { maxLength: 3 }), table(suiteKeys))
    .map(([top, suites, provider]) => ({ suites, provider, ...top }))

  test(
    'is taken or complained of, and nothing is thrown',
    () => {
      fc.assert(
        fc.property(files, (file) => {
          for (const { setting, problem } of problemsIn({}, file)) {
            expect(setting).toBeString()
            expect(problem).toBeString()
          }
        }),
        runs(60),
      )
    },
    patienceMs,
  )
})
