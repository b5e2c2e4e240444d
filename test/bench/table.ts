/** Numbers, tables and findings as Markdown, and their places in a document. Pure. */
import type { Finding, Table } from './row'

/** Three digits that matter, thousands apart. */
export const show = (value: number): string => {
  if (!Number.isFinite(value)) return '—'
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(value >= 10 ? 1 : 2)
}

export const showMs = (value: number): string => `${show(value)} ms`

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

export const markdownOf = ({ head, rows }: Omit<Table, 'name'>): string =>
  [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')

const verdictOf = ({ met }: Finding): string => {
  if (met === null) return 'skipped'
  return met ? 'met' : '**missed**'
}

export const targetsTable = (findings: readonly Finding[]): Table => ({
  name: 'targets',
  head: ['What', 'Measured', 'Target', ''],
  rows: findings.map((finding) => [
    finding.what,
    finding.measured,
    finding.target,
    verdictOf(finding),
  ]),
})

const beginOf = (name: string) => `<!-- ${name}: written by bun run bench -->`
const endOf = (name: string) => `<!-- ${name}: end -->`

/**
 * The document with the text between the marks of `name` replaced; all else stays as it is.
 *
 * @throws {Error} the document has no such marks
 */
export const withBlock = (document: string, name: string, text: string): string => {
  const from = document.indexOf(beginOf(name))
  const to = document.indexOf(endOf(name), from)
  if (from === -1 || to === -1) throw new Error(`The document has no place for ${name}.`)
  return `${document.slice(0, from + beginOf(name).length)}\n\n${text}\n\n${document.slice(to)}`
}
