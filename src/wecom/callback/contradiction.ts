/**
 * Messages that say twice what they are, for whom, or when, and differently. WeCom sends none: a
 * member's text has become elements because somebody on the way wrote it down carelessly. Which of
 * the two is WeCom's own nobody can tell. No I/O. No clock.
 */
import type { XmlObject, XmlValue } from './xml'

/** What decides how a message is taken, and what only WeCom may say. */
const decisive: readonly string[] = [
  'SuiteId',
  'ServiceCorpId',
  'InfoType',
  'TimeStamp',
  'AuthCorpId',
  'AuthCode',
  'SuiteTicket',
  'ToUserName',
  'MsgType',
  'Event',
  'CreateTime',
]

const comparable = (value: XmlValue): string =>
  typeof value === 'string' ? value.trim() : JSON.stringify(value)

const differ = (value: XmlValue | undefined): boolean =>
  Array.isArray(value) && new Set(value.map(comparable)).size > 1

/** Where the text ends that begins with the quote at `from`, in strict JSON. */
const endOfText = (json: string, from: number): number => {
  let end = from
  for (;;) {
    end = json.indexOf('"', end + 1)
    let escapes = 0
    while (json[end - 1 - escapes] === '\\') escapes += 1
    if (end === -1 || escapes % 2 === 0) return end
  }
}

const colon = /\s*:/y

/** The name between two quotes; null if it is a value, or decides nothing. */
const decisiveName = (json: string, from: number, end: number): string | null => {
  colon.lastIndex = end + 1
  if (!colon.test(json)) return null
  const name: string = JSON.parse(json.slice(from, end + 1))
  return decisive.includes(name) ? name : null
}

/** Whether an object in strict JSON has a decisive name twice: parsers keep the last one alone. */
export const repeatsName = (json: string): boolean => {
  // Of the objects and lists around a place, those of which a decisive name was seen.
  const seen = new Map<number, Set<string>>()
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') seen.delete(depth--)
    if (character !== '"') continue
    const end = endOfText(json, at)
    if (end === -1) return false
    const name = decisiveName(json, at, end)
    const names = seen.get(depth) ?? new Set()
    if (name !== null && names.has(name)) return true
    if (name !== null) seen.set(depth, names.add(name))
    at = end
  }
  return false
}

/** Whether a message says twice, and differently, what it can only say once. */
export const contradictsItself = (payload: XmlObject): boolean =>
  decisive.some((name) => differ(payload[name]))
