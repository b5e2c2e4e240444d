/**
 * A message that came as JSON inside of the envelope (`callback_format=json`, document 97478), as
 * the XML of the same content would be read. No I/O. No clock.
 */
import { fail, type Result, succeed } from '../../errors'
import { deepestNesting, type XmlFailure, type XmlObject, type XmlValue } from './xml'

export type JsonFailure = 'not_json' | Extract<XmlFailure, 'too_deep' | 'not_an_element_list'>

/** Whether a decrypted body is JSON rather than XML. */
export const looksLikeJson = (text: string): boolean => /^[\s\uFEFF]*\{/.test(text)

// The last alternative ends a string that nobody closed: without it the search would begin anew at
// each quotation mark behind.
const string = /"(?:[^"\\]|\\[\s\S])*(?:"|$)/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u001F]/g

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Raw control characters in strings, which JSON forbids and members type, as escapes. */
const mendStrings = (text: string): string =>
  text.replace(string, (found) => found.replace(controlCharacter, escaped))

/** A number as it was written: ids of 64 bits are more than a double holds. */
const asWritten = (_: string, value: unknown, context?: { source: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value

const parse = (text: string): unknown => JSON.parse(text, asWritten as (key: string) => unknown)

/** A byte order mark before and NULs behind are no part of it. */
const parseLeniently = (text: string): unknown => {
  const body = text.replace(/^[\s\uFEFF]+/, '')
  const end = body.lastIndexOf('}') + 1
  const trimmed = /^[\s\0]*$/.test(body.slice(end)) ? body.slice(0, end) : body
  try {
    return parse(trimmed)
  } catch {
    return parse(mendStrings(trimmed))
  }
}

class TooDeep extends Error {}

const elementOf = (raw: unknown, depth: number): XmlValue => {
  if (depth > deepestNesting) throw new TooDeep()
  if (Array.isArray(raw)) return raw.map((item) => elementOf(item, depth + 1))
  if (typeof raw === 'object' && raw !== null) return objectOf(raw, depth)
  return String(raw ?? '')
}

const objectOf = (raw: object, depth: number): XmlObject => {
  const object: XmlObject = Object.create(null)
  for (const [name, value] of Object.entries(raw)) object[name] = elementOf(value, depth + 1)
  return object
}

/** What stands inside of `{ "xml": { … } }`, or the object itself. */
const withoutRoot = (document: object): unknown => {
  const [[name, value] = [], ...more] = Object.entries(document)
  return name === 'xml' && more.length === 0 ? value : document
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The members of one message as its elements would be: every value text, numbers as they were
 * written, `null` empty, a list a list.
 */
export const parseJsonMessage = (text: string): Result<XmlObject, JsonFailure> => {
  try {
    const document = parseLeniently(text)
    const root = isObject(document) ? withoutRoot(document) : null
    if (!isObject(root) || Object.keys(root).length === 0) return fail('not_an_element_list')
    return succeed(objectOf(root, 0))
  } catch (error) {
    return fail(error instanceof TooDeep ? 'too_deep' : 'not_json')
  }
}
