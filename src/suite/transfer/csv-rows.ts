/**
 * The rows of a CSV text (RFC 4180), as spreadsheets save it: with a BOM, with CRLF, with blanks
 * around. Pure.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { ServiceError } from '../../errors'

export interface CsvRow {
  /** The line on which it begins, from 1. */
  readonly number: number
  /** Trimmed. */
  readonly cells: readonly string[]
}

/** What the parser calls by a code, in words; its own repeat what stands in the text. */
const mistakes: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened there or before, and never closed',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'something stands behind a closing quote',
}

/** The package's types know no `info` beside records that are arrays. */
interface ParsedRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** In quotes the parser counts CRLF as two lines: it gets none. */
const parseRows = (text: string): ParsedRow[] =>
  parse(text.replaceAll('\r\n', '\n'), {
    bom: true,
    info: true,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
  }) as unknown as ParsedRow[]

const newlinesIn = (cells: readonly string[]): number =>
  cells.reduce((count, cell) => count + cell.split('\n').length - 1, 0)

/**
 * All rows but the blank ones.
 *
 * @throws {ServiceError} invalid_request — a quote stands where none may; it names the line, and
 * nothing of what stands there
 */
export const rowsOfCsv = (text: string): CsvRow[] => {
  try {
    return parseRows(text).map(({ record, info }) => ({
      // The parser counts to the line on which a row ends.
      number: info.lines - newlinesIn(record),
      cells: record,
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const what = mistakes[error.code] ?? 'it is no CSV'
    const line = 'lines' in error ? ` In line ${error.lines}` : ''
    throw new ServiceError('invalid_request', `The list can't be read as CSV:${line} ${what}.`)
  }
}
