/**
 * The salvage of an answer that no reader takes, or that lacks what it should have: the few members
 * that WeCom may not give twice, wherever they stand in the text. Pure.
 */
import { beginsAsObject } from '../../lenient-json'

/**
 * A member that comes twice counts where it stands first: in WeCom's own order no name precedes
 * them.
 */
const secrets = [
  'permanent_code',
  'access_token',
  'suite_access_token',
  'provider_access_token',
  'ticket',
  'open_corpid',
]
const numbers = ['errcode', 'expires_in']

/**
 * None of WeCom's secrets and ids holds a quote, a backslash or a blank. Longer ones are no token.
 */
const secret = '"([!#-\\[\\]-~]{1,4096})"'
const sentence = '"((?:[^"\\\\]|\\\\.){1,4096})"(?= *(?:[,}\\]]|$))'
/** What follows shows that a number is whole: a cut can't have shortened it. */
const number = '"?(-?\\d{1,16})"?(?= *[^\\d ])'

const member = (name: string, value: string): RegExp => new RegExp(`"${name} *" *: *${value}`, 'u')

const patterns: readonly (readonly [string, RegExp])[] = [
  ...secrets.map((name) => [name, member(name, secret)] as const),
  ['errmsg', member('errmsg', sentence)],
  ...numbers.map((name) => [name, member(name, number)] as const),
]

const corpidPattern = member('corpid', '"([A-Za-z0-9_-]{1,128})"')

/** A text without its escapes; as it stands if they are none. */
const plain = (text: string): string => {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return text
  }
}

/**
 * The company's own id: its dealer's may stand before it, that of whoever installed behind it.
 * Where nobody has a place of their own, an id that stands alone is the company's.
 */
const companyIn = (text: string): string | undefined => {
  const places = text.split(/"auth_corp_info *"/u).slice(1)
  const named = places.map((rest) => corpidPattern.exec(rest)?.[1]).find(Boolean)
  if (named !== undefined || /_info *" *:/u.test(text)) return named
  const ids = new Set([...text.matchAll(new RegExp(corpidPattern, 'gu'))].map(([, id]) => id))
  return ids.size === 1 ? [...ids][0] : undefined
}

const membersIn = (text: string): Record<string, unknown> => {
  const found: Record<string, unknown> = {}
  for (const [name, pattern] of patterns) {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) found[name] = plain(value)
  }
  const corpid = companyIn(text)
  if (corpid !== undefined) found.auth_corp_info = { corpid }
  return found
}

const holdsSecret = (found: Readonly<Record<string, unknown>>): boolean =>
  secrets.some((name) => found[name] !== undefined)

/**
 * The members that are found in a text, each in its place; null if it neither begins as an object
 * does nor holds a secret of WeCom's. Blanks, control characters and one more layer of quoting
 * between or inside of names don't matter.
 */
export const membersOfTorn = (text: string): Record<string, unknown> | null => {
  const flat = text.replace(/[\s\p{Cc}\uFEFF\uFFFD]+/gu, ' ')
  const found = membersIn(flat)
  if (holdsSecret(found)) return found
  const unquoted = membersIn(flat.replaceAll('\\"', '"'))
  if (holdsSecret(unquoted)) return unquoted
  return beginsAsObject(text) ? found : null
}
