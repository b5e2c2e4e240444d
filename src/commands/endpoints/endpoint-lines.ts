/** Endpoints as a table for a person. Pure but for the colours. */
import { printable } from '../../log'
import { counted, inShort } from '../../wording'
import { bold, columnsOf, dim, padTo, red, yellow } from '../cli/terminal'
import type { ShownEndpoint } from './endpoint-service'

const headings = ['NAME', 'STATE', 'WAITING', 'LAST SUCCESS', 'TAKES', 'URL'] as const

const stateOf = ({ status, failingSince }: ShownEndpoint, now: number): string =>
  status === 'on' && failingSince !== null ? `fails for ${inShort(now - failingSince)}` : status

const waitingOf = ({ pending, oldestPendingAt }: ShownEndpoint, now: number): string =>
  oldestPendingAt === null ? String(pending) : `${pending}, ${inShort(now - oldestPendingAt)}`

const takesOf = ({ types, suites, corps }: ShownEndpoint): string =>
  [
    types?.join(',') ?? 'all',
    ...(suites === null ? [] : [`suites ${suites.join(',')}`]),
    ...(corps === null ? [] : [counted(corps.length, 'company', 'companies')]),
  ].join('; ')

const cellsOf = (endpoint: ShownEndpoint, now: number): string[] => [
  endpoint.name,
  stateOf(endpoint, now),
  waitingOf(endpoint, now),
  endpoint.lastSuccessAt === null ? 'never' : `${inShort(now - endpoint.lastSuccessAt)} ago`,
  takesOf(endpoint),
  endpoint.url,
]

const paintOf = ({ status, failingSince }: ShownEndpoint): ((text: string) => string) => {
  if (status === 'off') return red
  return status === 'paused' || failingSince !== null ? yellow : (text) => text
}

const reasonOf = ({ status, reason, failingSince, lastError }: ShownEndpoint): string | null =>
  status === 'on' && failingSince !== null ? lastError : reason

/** @param now epoch milliseconds */
export const endpointLines = (endpoints: readonly ShownEndpoint[], now: number): string[] => {
  if (endpoints.length === 0) {
    return [dim('There are no endpoints. suited endpoints add NAME URL makes one.')]
  }
  // What a service elsewhere says is not for a terminal to obey.
  const rows = endpoints.map((endpoint) => cellsOf(endpoint, now).map(printable))
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => columnsOf(row[i] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => padTo(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    bold(line(headings)),
    ...endpoints.flatMap((endpoint, i) => {
      const reason = reasonOf(endpoint)
      return [
        paintOf(endpoint)(line(rows[i] ?? [])),
        ...(reason === null ? [] : [dim(`  ${printable(reason)}`)]),
      ]
    }),
  ]
}
