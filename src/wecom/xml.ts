/**
 * The XML of WeCom's messages as plain data. No I/O. No clock.
 *
 * Bun's own parser does the work: unlike the lenient ones from npm it refuses a document whose
 * elements don't match, and it keeps `007` and `1e5` as the text they are. What WeCom's samples
 * additionally need (stray blanks, a CDATA mark without its `<`) is put right here.
 */
import { fail, type Result, succeed } from '../errors'

export interface XmlObject {
  [name: string]: XmlValue
}
/** Every value is text; an element that repeats is a list; an element with children is an object. */
export type XmlValue = string | XmlObject | XmlValue[]

export type XmlFailure = 'doctype' | 'not_xml' | 'too_deep' | 'not_an_element_list'

const deepestNesting = 32

/** The root element with nothing before it but a declaration. */
const startsWithRoot = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?<\w/

const brokenCdata = /^!\[CDATA\[([\s\S]*)\]\]$/

const cleanText = (text: string): string => {
  const trimmed = text.trim()
  return brokenCdata.exec(trimmed)?.[1]?.trim() ?? trimmed
}

class TooDeep extends Error {}

const clean = (raw: unknown, depth: number): XmlValue => {
  if (depth > deepestNesting) throw new TooDeep()
  if (Array.isArray(raw)) return raw.map((item) => clean(item, depth))
  if (typeof raw !== 'object' || raw === null) return cleanText(String(raw ?? ''))
  const object: XmlObject = Object.create(null)
  let elements = 0
  for (const [name, value] of Object.entries(raw)) {
    if (name.startsWith('@') || name === '#text') continue
    object[name] = clean(value, depth + 1)
    elements += 1
  }
  if (elements > 0) return object
  return cleanText('#text' in raw ? String(raw['#text']) : '')
}

/**
 * The children of the root element of one message.
 *
 * @param text the decrypted message
 */
export const parseXml = (text: string): Result<XmlObject, XmlFailure> => {
  // Inside of the root element only texts can hold the word, and a member may well send it.
  if (/<!DOCTYPE/i.test(text) && !startsWithRoot.test(text)) return fail('doctype')
  try {
    const document = Bun.XML.parse(text) as Record<string, unknown>
    const [root] = Object.values(document)
    const children = clean(root, 0)
    if (typeof children === 'string' || Array.isArray(children)) return fail('not_an_element_list')
    return succeed(children)
  } catch (error) {
    return fail(error instanceof TooDeep ? 'too_deep' : 'not_xml')
  }
}

/** The text of one element: the first one if it repeats, null if it is absent or has children. */
export const textOf = (object: XmlObject, name: string): string | null => {
  const value = object[name]
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : null
}
