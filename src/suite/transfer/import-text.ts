/**
 * The text of an import, read into entries: an export, its lines alone, or a list of companies.
 * Pure.
 */
import { Value } from '@sinclair/typebox/value'
import { fail, ServiceError } from '../../errors'
import { corpOfJson, corpsInCsv, type NumberedCorp } from './corp-list-file'
import { beginsEncrypted, keyNeededBy } from './decrypt-export'
import { ExportLine, jsonOfLine, type NumberedLine, unframed } from './export-lines'
import { ExportUnreadable } from './unusable-export'

/** One thing to import: a line of an export, or a company of a list. */
export type ImportEntry = NumberedLine | NumberedCorp

/**
 * In which round lines of a kind are imported: companies before the events about them, and an event
 * before its identity, which would pass it off as a repetition.
 */
const rounds: Readonly<Record<ExportLine['kind'], number>> = {
  service_secret: 0,
  key: 0,
  endpoint_state: 0,
  endpoint: 0,
  audit: 0,
  facts: 0,
  suite: 0,
  corp: 0,
  unreadable: 0,
  event: 1,
  identities: 2,
}

/** The kinds of lines, those of one round together, in the order of the rounds. */
export const importOrder: readonly (readonly ExportLine['kind'][])[] = [0, 1, 2].map((round) =>
  Object.entries(rounds).flatMap(([kind, own]) =>
    own === round ? [kind as ExportLine['kind']] : [],
  ),
)

const rankOf = (entry: ImportEntry): number => ('line' in entry ? rounds[entry.line.kind] : 0)

/** Whether a first line begins an export, encrypted or not, whole or not. */
export const beginsExport = (firstLine: string): boolean => {
  const json = jsonOfLine(firstLine) as { format?: unknown } | null | undefined
  return (
    typeof json?.format === 'string' ||
    firstLine.includes('"suited-export"') ||
    beginsEncrypted(firstLine)
  )
}

/**
 * A list comes out of somebody's table, saved in whatever encoding. What suited exported is UTF-8:
 * there the character stands because a message or a name has it.
 */
const refuseOtherEncodings = (text: string): void => {
  if (!text.includes('\uFFFD')) return
  throw new ServiceError('invalid_request', 'The list is no UTF-8 text: save it as UTF-8.')
}

const refuseArrays = (text: string): void => {
  if (!/^[\s\uFEFF]*\[/.test(text)) return
  throw new ServiceError(
    'invalid_request',
    'This is a JSON array. Send JSON lines: one object a line, without brackets and commas around them.',
  )
}

const entryOfJson = (number: number, text: string): ImportEntry => {
  const json = jsonOfLine(text)
  if (Value.Check(ExportLine, json)) return { number, line: json }
  const { kind } = (json ?? {}) as { kind?: unknown }
  if (kind === undefined) {
    refuseOtherEncodings(text)
    return { number, corp: corpOfJson(json) }
  }
  return { number, corp: fail({ corpid: null, problem: 'it is no whole line of an export' }) }
}

/**
 * The entries of a text, in the order in which they are to be imported. Of a whole export none is
 * given unless it is whole.
 *
 * @throws {ExportUnreadable} invalid_request — an export that is encrypted, cut off or altered
 * @throws {ServiceError} invalid_request — it is nothing of all this
 */
export const entriesOf = async (text: string): Promise<ImportEntry[]> => {
  const [first = ''] = text.split('\n', 1)
  const needed = keyNeededBy(text)
  if (needed) throw new ExportUnreadable(`${needed}_needed`)
  if (beginsExport(first)) {
    const lines = text.split(/(?<=\n)/)
    const entries: ImportEntry[] = []
    for await (const line of unframed(lines)) entries.push(line)
    return entries.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
  if (!/^[\s\uFEFF]*\{/.test(text)) {
    refuseOtherEncodings(text)
    refuseArrays(text)
    return corpsInCsv(text)
  }
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [entryOfJson(i + 1, line)]))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
}

/** An entry as a line of JSON again; null if it was none that could be understood. */
export const lineOfEntry = (entry: ImportEntry): string | null => {
  if ('line' in entry) return JSON.stringify(entry.line)
  return entry.corp.ok ? JSON.stringify(entry.corp.value) : null
}
