/** Messages as they may be shown: WeCom's own words without its secrets. No I/O. No clock. */
import { isSecretName, secretNamePattern } from './secret-names'
import type { XmlObject, XmlValue } from './xml'

const mask = '***'

const prefix = '(?:[\\w.-]+:)?'
const section = '\\s*<!\\[CDATA\\[[^<\\]]*\\]\\]>\\s*'

/**
 * A secret as WeCom writes it: its name, a text without tags, the closing tag, and then another
 * tag.
 */
const plainElement = `(\\s*>)(?:${section}|[^<]*)(</${prefix}${secretNamePattern}\\s*>)(?=\\s*(?:<|$))`

const secretInText = new RegExp(`(${secretNamePattern})(?:${plainElement}|[\\s\\S]*$)`, 'g')

/**
 * A message that can't be read, as it may be shown: the text of a secret element says `***`; where
 * a secret's name stands and no such element, so does everything to the end.
 */
export const maskUnread = (text: string): string =>
  text.replace(
    secretInText,
    (_, name: string, opened: string | undefined, closing: string | undefined) =>
      opened === undefined ? name + mask : name + opened + mask + closing,
  )

/** Where a text may hold a message of its own: a tag or a member with a secret's name. */
const messageInText = new RegExp(`[<"](?:[\\w.-]+:)?${secretNamePattern}`)

/** A copy, with every text of it as `textOf` has it. */
const masked = (
  value: XmlValue,
  name: string,
  parent: string,
  textOf: (text: string) => string,
): XmlValue => {
  if (Array.isArray(value)) return value.map((item) => masked(item, name, parent, textOf))
  if (isSecretName(name, parent)) return mask
  return typeof value === 'string' ? textOf(value) : maskedObject(value, name, textOf)
}

// `fromEntries` makes an own property even of an element called `__proto__`.
const maskedObject = (
  object: XmlObject,
  name: string,
  textOf: (text: string) => string,
): XmlObject =>
  Object.fromEntries(
    Object.entries(object).map(([child, value]) => [child, masked(value, child, name, textOf)]),
  )

const asItIs = (text: string): string => text

const maskQuoted = (text: string): string => (messageInText.test(text) ? maskUnread(text) : text)

/**
 * A copy of a decrypted message in which every secret element (see `secretElements`) says `***`,
 * at whatever depth and however often it stands there. Where WeCom's own text quotes such an
 * element, that is masked too; what a member wrote stays to the letter. The original is left as it
 * was.
 */
export const maskPayload = (payload: XmlObject): XmlObject => {
  const isMembers = 'MsgType' in payload && 'ToUserName' in payload
  return maskedObject(payload, '', isMembers ? asItIs : maskQuoted)
}
