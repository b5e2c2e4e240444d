/**
 * The object in an answer, read as leniently as it can be, and made such that it can be stored.
 * Pure.
 */
import { isJsonObject } from '../../../json-object'
import { mendJson } from '../../lenient-json'
import { membersOfTorn } from './torn'

export interface AnswerObject {
  readonly members: Record<string, unknown>
  /** False: the document is cut off or torn, and only some of its members were found. */
  readonly whole: boolean
  /** The members with those that WeCom may not give twice, wherever in the text they stand. */
  rescued(): Record<string, unknown>
}

/** Far deeper than anything of WeCom's. */
const deepest = 64

/**
 * Storage, terminals and other programs stumble over zero characters and halves of characters;
 * a bottomless value ends whoever walks it.
 */
const storable = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) return null
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1))
  const members = Object.entries(value).map(([name, item]) => [
    storable(name),
    storable(item, depth + 1),
  ])
  return Object.fromEntries(members)
}

/** What a reader gives; undefined where it refuses. */
const readWith = (read: (text: string) => unknown, text: string): unknown => {
  try {
    return read(text)
  } catch {
    return undefined
  }
}

/** The members that stand somewhere in a text, made harmless; null if it holds none. */
const foundIn = (text: string): Record<string, unknown> | null => {
  const found = membersOfTorn(text)
  return found && (storable(found) as Record<string, unknown>)
}

/** The object that a text holds, read as leniently as it can be; null if it holds none. */
export const answerObjectIn = (text: string): AnswerObject | null => {
  const strict = readWith(JSON.parse, text)
  const value = strict === undefined ? readWith((torn) => JSON.parse(mendJson(torn)), text) : strict
  if (isJsonObject(value)) {
    const members = storable(value) as Record<string, unknown>
    return { members, whole: true, rescued: () => ({ ...members, ...foundIn(text) }) }
  }
  const found = foundIn(text)
  return found && { members: found, whole: false, rescued: () => found }
}
