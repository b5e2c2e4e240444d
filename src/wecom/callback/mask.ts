/** Messages as they may be shown: WeCom's own words without its secrets. No I/O. No clock. */
import { secretElements } from '../catalogue/catalogue'
import type { XmlObject, XmlValue } from './xml'

const mask = '***'
const secrets = new Set(secretElements)

const masked = (value: XmlValue, name: string, parent: string): XmlValue => {
  if (Array.isArray(value)) return value.map((item) => masked(item, name, parent))
  if (secrets.has(name) || secrets.has(`${parent}.${name}`)) return mask
  return typeof value === 'string' ? value : maskedObject(value, name)
}

// `fromEntries` makes an own property even of an element called `__proto__`.
const maskedObject = (object: XmlObject, name: string): XmlObject =>
  Object.fromEntries(
    Object.entries(object).map(([child, value]) => [child, masked(value, child, name)]),
  )

/**
 * A copy of a decrypted message in which every secret element (see `secretElements`) says `***`,
 * at whatever depth and however often it stands there. The original is left as it was.
 */
export const maskPayload = (payload: XmlObject): XmlObject => maskedObject(payload, '')

/** Their names alone, without what they stand in: in a text that can't be read nothing stands in anything. */
const names = secretElements.map((path) => path.slice(path.lastIndexOf('.') + 1))
const fromNameToTag = new RegExp(`(${names.join('|')})[\\s\\S]*?(?=</?[A-Za-z_]|$)`, 'gi')

/**
 * A message that can't be read, as it may be shown: from the name of each secret element to the
 * next tag, or to the end where there is none, it says `***`.
 */
export const maskUnread = (text: string): string => text.replace(fromNameToTag, `$1${mask}`)
