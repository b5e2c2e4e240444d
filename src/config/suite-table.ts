/** One suite out of its settings: from the environment, or from a `[[suites]]` table of the file. */
import type { Result } from '../errors'
import type { Suite, SuiteKind } from '../suite/suites'
import type { CallbackPair } from '../wecom/envelope'
import { type Problem, readSecretFile, type Sources, textOfToml } from './sources'
import type { Parse } from './value'
import * as value from './value'

export interface SuiteTable {
  readonly suite: Suite | null
  readonly standard: boolean
  readonly problems: readonly Problem[]
}

/** A pair is whole or absent; half a one is a mistake. */
export const pairOf = (
  token: string | null,
  aesKey: Buffer | null,
  names: readonly [string, string],
): Result<CallbackPair | null, Problem> => {
  if (token !== null && aesKey !== null) return { ok: true, value: { token, aesKey } }
  if (token === null && aesKey === null) return { ok: true, value: null }
  const [set, missing] = token === null ? [names[1], names[0]] : names
  return {
    ok: false,
    reason: { setting: missing, problem: `is missing: ${set} is set without it` },
  }
}

const boolean: Parse<boolean> = (text) =>
  text === 'true' || text === 'false'
    ? { ok: true, value: text === 'true' }
    : { ok: false, reason: 'must be true or false' }

const key: Parse<string> = (text) =>
  /^[a-z0-9-]{1,32}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, reason: 'must be a-z, 0-9 or "-", at most 32' }

const schema = {
  key,
  default: boolean,
  kind: value.oneOf<SuiteKind>('app', 'customised', 'login'),
  token: value.callbackToken,
  encoding_aes_key: value.encodingAesKey,
  previous_token: value.callbackToken,
  previous_encoding_aes_key: value.encodingAesKey,
  id: value.id,
  secret: value.text,
  trusted_domains: value.domains,
  receive_id_empty: boolean,
}

type Read = {
  [Name in keyof typeof schema]?: Extract<ReturnType<(typeof schema)[Name]>, { ok: true }>['value']
}

export const readSuiteTable = (
  table: Readonly<Record<string, unknown>>,
  position: number,
  readFile: Sources['readFile'],
  trustedDomains: readonly string[],
): SuiteTable => {
  const where = `suites[${position}].`
  const problems: Problem[] = []
  const read: Record<string, unknown> = {}
  const complain = (name: string, problem: string) =>
    problems.push({ setting: where + name, problem })

  for (const [name, parse] of Object.entries(schema) as [string, Parse<unknown>][]) {
    const file = textOfToml(table[`${name}_file`])
    const own = table[name] === undefined ? null : textOfToml(table[name])
    if (own !== null && file !== null) complain(name, 'is set twice: itself and as a file')
    let text = own
    if (text === null && file !== null) {
      const secret = readSecretFile(file, readFile)
      if (!secret.ok) complain(`${name}_file`, secret.reason)
      else text = secret.value
    }
    if (text === null || text === '') continue
    const parsed = parse(text)
    if (parsed.ok) read[name] = parsed.value
    else complain(name, parsed.reason)
  }
  for (const name of Object.keys(table)) {
    if (!(name.replace(/_file$/, '') in schema)) complain(name, 'is not a setting of a suite')
  }

  const told: Read = read
  if (told.key === undefined && table.key === undefined) complain('key', 'is missing')
  const pairs = [
    pairOf(told.token ?? null, told.encoding_aes_key ?? null, [
      `${where}token`,
      `${where}encoding_aes_key`,
    ]),
    pairOf(told.previous_token ?? null, told.previous_encoding_aes_key ?? null, [
      `${where}previous_token`,
      `${where}previous_encoding_aes_key`,
    ]),
  ]
  const whole: CallbackPair[] = []
  for (const pair of pairs) {
    if (!pair.ok && problems.length === 0) problems.push(pair.reason)
    if (pair.ok && pair.value) whole.push(pair.value)
  }
  if (problems.length === 0 && whole.length === 0)
    complain('token', 'and encoding_aes_key are missing')

  const suite: Suite = {
    key: told.key ?? '',
    kind: told.kind ?? (told.id?.startsWith('dk') ? 'customised' : 'app'),
    pairs: whole,
    suiteId: told.id ?? null,
    suiteSecret: told.secret ?? null,
    receiveIdEmpty: told.receive_id_empty ?? false,
    trustedDomains: told.trusted_domains ?? trustedDomains,
  }
  return {
    suite: problems.length === 0 ? suite : null,
    standard: told.default ?? false,
    problems,
  }
}
