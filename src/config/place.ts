/**
 * The texts of settings as they are given: each as itself, or in a file that is named in its place.
 * Flags, environment and tables of the file are all read here. Pure but for `readFile`.
 */
import { fail, type Result, succeed } from '../errors'
import { isJsonObject } from '../json-object'
import { askIfMeant, nearestName } from './nearest'

export interface Problem {
  /** The setting as its reader would look for it: a variable, a flag, a key of the file. */
  readonly setting: string
  readonly problem: string
}

export type Table = Readonly<Record<string, unknown>>

export const isTable: (value: unknown) => value is Table = isJsonObject

/** The text of a file that a setting names; throws as node:fs does. */
export type ReadFile = (path: string) => string

/** Where settings are given: the flags, the environment, a table of the file. */
export interface Place<Name extends string> {
  readonly values: Table
  /** The settings that may be given here, by their names here. */
  readonly names: Readonly<Record<string, Name>>
  /**
   * What a name here has at its end where the value is the path of a file; null where it never is.
   */
  readonly fileEnding: '_FILE' | '_file' | null
  /** A name here as its reader would look for it. */
  shown(own: string): string
}

export interface GivenTexts<Name extends string> {
  /** Trimmed; a blank one counts as unset. */
  readonly texts: ReadonlyMap<Name, { readonly text: string; readonly from: string }>
  /** What is given and can't be read: that is said already, so it isn't missing as well. */
  readonly unreadable: ReadonlySet<Name>
  readonly problems: readonly Problem[]
}

/** A value as the text that the same setting would have in the environment; null if it has none. */
const textOf = (value: unknown): string | null => {
  if (value === undefined) return ''
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const isSingle = (item: unknown) => typeof item !== 'object'
  if (Array.isArray(value) && value.every(isSingle)) return value.map(String).join(',')
  return null
}

const textOfFile = (path: string, readFile: ReadFile): Result<string, string> => {
  try {
    const text = readFile(path).trim()
    return text === '' ? fail('names an empty file') : succeed(text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return fail(`names a file that can't be read (${code})`)
  }
}

/** The texts in all places, of which the first counts before the second, and so on. */
export const readPlaces = <Name extends string>(
  places: readonly Place<Name>[],
  readFile: ReadFile,
): GivenTexts<Name> => {
  const texts = new Map<Name, { text: string; from: string }>()
  const unreadable = new Set<Name>()
  const problems: Problem[] = []

  const readSetting = ({ values, fileEnding, shown }: Place<Name>, own: string, name: Name) => {
    const refuse = (at: string, problem: string) => {
      problems.push({ setting: shown(at), problem })
      unreadable.add(name)
    }
    const textAt = (at: string): string => {
      const text = textOf(values[at])
      if (text === null) refuse(at, 'must be a single value')
      return text ?? ''
    }
    const text = textAt(own)
    const path = fileEnding === null ? '' : textAt(own + fileEnding)
    if (text !== '' && path !== '') {
      problems.push({ setting: shown(own), problem: 'is set twice: itself and as a file' })
    }
    // What another place overrules need not be right: its file isn't opened.
    if (texts.has(name)) return
    const read = text === '' && path !== '' ? textOfFile(path, readFile) : succeed(text)
    if (!read.ok) refuse(own + fileEnding, read.reason)
    else if (read.value !== '') texts.set(name, { text: read.value, from: shown(own) })
  }

  for (const place of places) {
    for (const [own, name] of Object.entries(place.names)) readSetting(place, own, name)
  }
  return { texts, unreadable, problems }
}

/**
 * The keys of a table that are no settings, each with the one that was probably meant.
 *
 * @param owner whose settings they are not, for the sentence
 * @param tables keys that are tables of their own
 */
export const unknownKeys = <Name extends string>(
  { values, names, shown }: Place<Name>,
  owner: string,
  tables: readonly string[] = [],
): { readonly problem: Problem; readonly meant: string | undefined }[] => {
  const known = [...tables, ...Object.keys(names)]
  return Object.keys(values).flatMap((key) => {
    const own = key.replace(/_file$/, '')
    if (Object.hasOwn(names, own) || tables.includes(key)) return []
    const bare = own.replace(/^(suited|wecom)_/i, '').toLowerCase()
    const meant = known.includes(bare) ? bare : nearestName(bare, known)
    const problem = `is not a setting of ${owner}${askIfMeant(meant)}`
    return [{ problem: { setting: shown(key), problem }, meant }]
  })
}
