/** One `[[suites]]` table of the configuration file, read and judged. Pure but for `readFile`. */
import type { InstallMode, Suite, SuiteKind } from '../suite/suites'
import type { CallbackPair } from '../wecom/callback/envelope'
import { type Checked, checkTexts, isGiven, missingNeeds, needEachOther } from './checked'
import {
  type Place,
  type Problem,
  type ReadFile,
  readPlaces,
  type Table,
  unknownKeys,
} from './place'
import type { Parse } from './value'
import * as value from './value'

export interface ReadSuite {
  /** Not to be used if there are problems. */
  readonly suite: Suite
  /** Whether it has `default = true`. */
  readonly isDefault: boolean
  readonly problems: readonly Problem[]
}

const key: Parse<string> = (text) =>
  /^[a-z0-9-]{1,32}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, reason: 'must be a-z, 0-9 or "-", at most 32' }

const schema = {
  key,
  default: value.trueOrFalse,
  kind: value.oneOf<SuiteKind>('app', 'customised', 'login'),
  token: value.callbackToken,
  encoding_aes_key: value.encodingAesKey,
  previous_token: value.callbackToken,
  previous_encoding_aes_key: value.encodingAesKey,
  id: value.id,
  secret: value.text,
  trusted_domains: value.domains,
  receive_id_empty: value.trueOrFalse,
  observe: value.trueOrFalse,
  install: value.oneOf<InstallMode>('formal', 'test'),
}

export type SuiteKey = keyof typeof schema

const keys = Object.fromEntries(
  (Object.keys(schema) as SuiteKey[]).map((name) => [name, name]),
) as Record<string, SuiteKey>

const needs = [
  ...needEachOther<SuiteKey>('token', 'encoding_aes_key'),
  ...needEachOther<SuiteKey>('previous_token', 'previous_encoding_aes_key'),
]

/** What is missing of the table, whatever else it has. */
const missingOf = (checked: Checked<typeof schema>): SuiteKey[] => {
  const hasPair = isGiven(checked, 'token') || isGiven(checked, 'encoding_aes_key')
  const wanted: SuiteKey[] = hasPair ? ['key'] : ['key', 'token', 'encoding_aes_key']
  return wanted.filter((name) => !isGiven(checked, name))
}

/** By its id alone its messages are told from those of suites that work. */
const observedWithoutId = 'is missing: observe is true, and the back-end that does the work has it'

const pairOf = (token: string | undefined, aesKey: Buffer | undefined): CallbackPair | null =>
  token !== undefined && aesKey !== undefined ? { token, aesKey } : null

/**
 * @param where what stands before its keys in problems: `suites[0].`
 * @param trustedDomains those of a suite that names none of its own
 * @param observesAll whether it observes, whatever the table says
 */
export const readSuite = (
  table: Table,
  where: string,
  readFile: ReadFile,
  trustedDomains: readonly string[],
  observesAll: boolean,
): ReadSuite => {
  const shown = (own: string) => where + own
  const place: Place<SuiteKey> = { values: table, names: keys, fileEnding: '_file', shown }
  const texts = readPlaces([place], readFile)
  const unknown = unknownKeys(place, 'a suite')
  const misspelt = unknown.flatMap(({ meant = '' }) => keys[meant] ?? [])
  const checked = checkTexts(schema, {
    ...texts,
    unreadable: new Set([...texts.unreadable, ...misspelt]),
  })

  const told = checked.values
  return {
    suite: {
      key: told.key ?? '',
      kind: told.kind ?? (told.id?.startsWith('dk') ? 'customised' : 'app'),
      pairs: {
        current: pairOf(told.token, told.encoding_aes_key),
        previous: pairOf(told.previous_token, told.previous_encoding_aes_key),
      },
      suiteId: told.id ?? null,
      suiteSecret: told.secret ?? null,
      receiveIdEmpty: told.receive_id_empty ?? false,
      trustedDomains: told.trusted_domains ?? trustedDomains,
      observes: observesAll || (told.observe ?? false),
      installMode: told.install ?? 'formal',
    },
    isDefault: told.default ?? false,
    problems: [
      ...checked.problems,
      ...unknown.map(({ problem }) => problem),
      ...missingOf(checked).map((name) => ({ setting: shown(name), problem: 'is missing' })),
      ...(told.observe && !isGiven(checked, 'id')
        ? [{ setting: shown('id'), problem: observedWithoutId }]
        : []),
      ...missingNeeds(checked, needs).map(([name, because]) => ({
        setting: shown(name),
        problem: `is missing: ${shown(because)} is set without it`,
      })),
    ],
  }
}
