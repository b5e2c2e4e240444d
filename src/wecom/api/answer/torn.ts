/**
 * What is still to be had of an answer that is cut off or torn: the few members that WeCom may not
 * give twice. Pure.
 */
import { beginsAsObject } from '../../lenient-json'

/** In the order of WeCom's own answers; a member that comes twice counts where it stands first. */
const texts = [
  'permanent_code',
  'access_token',
  'suite_access_token',
  'provider_access_token',
  'ticket',
  'open_corpid',
  'errmsg',
]
const numbers = ['errcode', 'expires_in']

const blank = '[\\s\\p{Cc}]*'
/** A value counts if what follows shows that it is whole: a cut can't have shortened it. */
const end = `(?=${blank}[,}\\]])`
const endOfText = `(?=${blank}(?:[,}\\]]|$))`
/** Longer ones are no token: the search ends there. */
const whole = `"((?:[^"\\\\]|\\\\.){1,4096})"${endOfText}`
const number = `"?(-?\\d{1,16})"?${end}`

const member = (name: string, value: string): RegExp =>
  new RegExp(`"${name}"${blank}:${blank}${value}`, 'u')

const patterns: readonly (readonly [string, RegExp])[] = [
  ...texts.map((name) => [name, member(name, whole)] as const),
  ...numbers.map((name) => [name, member(name, number)] as const),
]

const corpidPattern = member('corpid', `"([A-Za-z0-9_-]{1,128})"${endOfText}`)

/** A text without its escapes; as it stands if they are none. */
const plain = (text: string): string => {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return text
  }
}

/** Its dealer's id may stand before that of the company itself. */
const companyIn = (text: string): string | undefined => {
  const from = text.indexOf('"auth_corp_info"')
  return from < 0 ? undefined : corpidPattern.exec(text.slice(from))?.[1]
}

/**
 * The members of an object that can't be read as a whole, each in its place; null if the text
 * doesn't begin as an object does.
 */
export const membersOfTorn = (text: string): Record<string, unknown> | null => {
  if (!beginsAsObject(text)) return null
  const found: Record<string, unknown> = {}
  for (const [name, pattern] of patterns) {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) found[name] = plain(value)
  }
  const corpid = companyIn(text)
  if (corpid !== undefined) found.auth_corp_info = { corpid }
  return found
}
