/**
 * The XML of WeCom's messages as plain data. No I/O. No clock.
 *
 * Bun's own parser does the work: it refuses a document whose elements don't match, keeps `007` and
 * `1e5` as the text they are, and is fast. What it refuses a lenient one tries. What was written to
 * the letter stays so, blanks and line ends included; layout between tags is dropped.
 */
import { fail, type Result, succeed } from '../../errors'
import { parseCarelessXml } from './lenient-xml'
import { markReturns, markXml, needsMarks, unusedMark, withoutMarks } from './xml-marks'

export interface XmlObject {
  [name: string]: XmlValue
}
/**
 * Every value is text; an element that repeats is a list; an element with children is an object.
 */
export type XmlValue = string | XmlObject | XmlValue[]

export type XmlFailure = 'doctype' | 'not_xml' | 'too_deep' | 'not_an_element_list'

/** How deep elements may stand in each other. */
export const deepestNesting = 32

/** The root element with nothing before it but a declaration, and NULs, which stand for nothing. */
const startsWithRoot = /^[\s\0\uFEFF]*(?:<\?xml[^>]*\?>\s*)?<\w/

class TooDeep extends Error {}

const clean = (raw: unknown, text: (raw: string) => string, depth: number): XmlValue => {
  if (depth > deepestNesting) throw new TooDeep()
  if (Array.isArray(raw)) return raw.map((item) => clean(item, text, depth))
  if (typeof raw !== 'object' || raw === null) return text(String(raw ?? ''))
  const parsed = raw as Record<string, unknown>
  const object: XmlObject = Object.create(null)
  let elements = 0
  // Keys alone: entries would take an eighth of the time of a whole message.
  for (const name of Object.keys(parsed)) {
    if (name.startsWith('@') || name === '#text') continue
    object[name] = clean(parsed[name], text, depth + 1)
    elements += 1
  }
  if (elements > 0) return object
  return text(String(parsed['#text'] ?? ''))
}

const childrenOf = (
  root: unknown,
  text: (raw: string) => string,
): Result<XmlObject, XmlFailure> => {
  try {
    const children = clean(root, text, 0)
    const none = typeof children === 'string' || Array.isArray(children)
    return none ? fail('not_an_element_list') : succeed(children)
  } catch (error) {
    return fail(error instanceof TooDeep ? 'too_deep' : 'not_xml')
  }
}

/** The root's content; undefined if the strict parser refuses the document. */
const parseStrictly = (text: string): unknown => {
  try {
    return Object.values(Bun.XML.parse(text))[0]
  } catch {
    return undefined
  }
}

const parseWhole = (
  text: string,
  plain: (raw: string) => string,
): Result<XmlObject, XmlFailure> => {
  const strict = parseStrictly(text)
  if (strict !== undefined) {
    let marksNeeded = false
    const read = childrenOf(strict, (raw) => {
      marksNeeded ||= needsMarks(raw)
      return plain(raw)
    })
    if (!marksNeeded) return read
  }
  const mark = unusedMark(text)
  if (mark === null) return fail('not_xml')
  const root =
    strict === undefined ? parseCarelessXml(text, mark) : parseStrictly(markXml(text, mark))
  if (root === undefined) return fail('not_xml')
  return childrenOf(root, (raw) => plain(withoutMarks(raw, mark)))
}

/**
 * The children of the root element of one message.
 *
 * @param text the decrypted message
 */
export const parseXml = (text: string): Result<XmlObject, XmlFailure> => {
  // Inside of the root element only texts can hold the word, and a member may well send it.
  if (/<!DOCTYPE/i.test(text) && !startsWithRoot.test(text)) return fail('doctype')
  const mark = text.includes('\r') ? unusedMark(text) : null
  return mark === null
    ? parseWhole(text, (raw) => raw)
    : parseWhole(markReturns(text, mark), (raw) => raw.replaceAll(mark, '\r'))
}

/** The text of one element: the first one if it repeats, null if it is absent or has children. */
export const textOf = (object: XmlObject, name: string): string | null => {
  const value = object[name]
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : null
}
