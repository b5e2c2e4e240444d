/** API keys as a table for a person. Pure. */
import { printable } from '../../log'
import { counted, inShort } from '../../wording'
import { bold, columnsOf, dim, padTo } from '../cli/terminal'
import type { ShownKey } from './open-keys'

const headings = ['NAME', 'ID', 'SCOPES', 'LIMITS', 'USES', 'LAST USED', 'STATE'] as const

const most = 3

/** The first of a list, and how many more there are. */
const some = (what: string, list: readonly string[] | null): string[] => {
  if (list === null) return []
  const more = list.length > most ? ` +${list.length - most}` : ''
  return [`${what} ${list.slice(0, most).join(',')}${more}`]
}

const limitsOf = ({ suites, corps, methods, paths, perMinute }: ShownKey): string =>
  [
    ...some('suites', suites),
    ...some('corps', corps),
    ...some('methods', methods),
    ...some('paths', paths),
    ...(perMinute === null ? [] : [`${perMinute}/min`]),
  ].join('; ') || 'none'

const stateOf = ({ status, expiresAt, previousUntil }: ShownKey, now: number): string => {
  if (status !== 'good') return status
  const ends = expiresAt === null ? [] : [`ends in ${inShort(expiresAt - now)}`]
  const twice = previousUntil === null ? [] : [`two secrets for ${inShort(previousUntil - now)}`]
  return ['good', ...ends, ...twice].join(', ')
}

const cellsOf = (key: ShownKey, now: number): string[] => [
  key.name,
  key.id,
  key.scopes.join(','),
  limitsOf(key),
  String(key.uses),
  key.lastUsedAt === null ? 'never' : `${inShort(now - key.lastUsedAt)} ago`,
  stateOf(key, now),
]

/** What a service elsewhere says is not for a terminal to obey. */
const rowOf = (key: ShownKey, now: number): string[] => cellsOf(key, now).map(printable)

/** @param now epoch milliseconds */
export const keyLines = (keys: readonly ShownKey[], now: number): string[] => {
  if (keys.length === 0) return [dim('There are no API keys. suited keys create makes one.')]
  const rows = keys.map((key) => rowOf(key, now))
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => columnsOf(row[i] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => padTo(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const open = keys.filter(({ status }) => status === 'good').length
  return [
    bold(line(headings)),
    ...keys.map((key, i) =>
      key.status === 'good' ? line(rows[i] ?? []) : dim(line(rows[i] ?? [])),
    ),
    '',
    dim(`${counted(keys.length, 'key')}, of which ${open} open something now.`),
  ]
}
