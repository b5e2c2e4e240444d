/** Events as lines for a person. Pure but for the colours. */
import type { EventView } from '../../events/event-view'
import { printable } from '../../log'
import { bold, cyan, dim, green, padTo, red, yellow } from '../cli/terminal'

export type ShownEvent = Pick<
  EventView,
  'id' | 'type' | 'corpid' | 'receivedAt' | 'status' | 'subject' | 'lastError'
>

const paints = { done: green, pending: yellow, dead: red } as const

const subjectText = (subject: ShownEvent['subject']): string =>
  Object.entries(subject)
    .map(([name, value]) => `${name}=${[value].flat().join(',')}`)
    .join(' ')

/** What a service elsewhere says is not for a terminal to obey. */
const text = (value: unknown, columns: number): string => padTo(printable(String(value)), columns)

export const eventLine = (event: ShownEvent): string => {
  const { id, type, corpid, receivedAt, status, subject, lastError } = event
  const paint = paints[status] ?? dim
  return [
    dim(new Date(receivedAt).toISOString().slice(0, 19).replace('T', ' ')),
    paint(text(status, 7)),
    bold(text(type, 32)),
    cyan(text(corpid ?? '-', 20)),
    dim(text(id, 36)),
    printable([subjectText(subject ?? {}), lastError ?? ''].filter(Boolean).join(' ')),
  ]
    .join('  ')
    .trimEnd()
}
