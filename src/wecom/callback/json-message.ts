/**
 * A message that came as JSON inside of the envelope (`callback_format=json`, document 97478), as
 * the XML of the same content would be read. No I/O. No clock.
 */
import { fail, type Result, succeed } from '../../errors'
import { isJsonObject } from '../../json-object'
import { beginsAsObject, mendJson } from '../lenient-json'
import { repeatsName } from './contradiction'
import { longestMended } from './lenient-xml'
import { deepestNesting, type XmlFailure, type XmlObject, type XmlValue } from './xml'

export type JsonFailure =
  | 'not_json'
  | 'contradictory'
  | Extract<XmlFailure, 'too_deep' | 'not_an_element_list'>

/** Whether a decrypted body is JSON rather than XML. */
export const looksLikeJson = beginsAsObject

/** A number as it was written: ids of 64 bits are more than a double holds. */
const asWritten = (_: string, value: unknown, context?: { source: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value

const parse = (text: string): unknown => JSON.parse(text, asWritten as (key: string) => unknown)

/**
 * What is read, and the strict JSON that it was read from: what that refuses is put right first.
 */
const parseCarelessJson = (text: string): { json: string; document: unknown } => {
  try {
    return { json: text, document: parse(text) }
  } catch (error) {
    if (text.length > longestMended) throw error
    const json = mendJson(text)
    return { json, document: parse(json) }
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

/**
 * The members of one message as its elements would be: every value text, numbers as they were
 * written, `null` empty, a list a list.
 */
export const parseJsonMessage = (text: string): Result<XmlObject, JsonFailure> => {
  try {
    const { json, document } = parseCarelessJson(text)
    if (repeatsName(json)) return fail('contradictory')
    const root = isJsonObject(document) ? withoutRoot(document) : null
    if (!isJsonObject(root) || Object.keys(root).length === 0) return fail('not_an_element_list')
    return succeed(objectOf(root, 0))
  } catch (error) {
    return fail(error instanceof TooDeep ? 'too_deep' : 'not_json')
  }
}
