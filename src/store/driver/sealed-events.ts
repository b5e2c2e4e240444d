/** The secrets of events as they stand at rest: sealed, if there is a key. No I/O but the log. */
import { fail, type Result, succeed } from '../../errors'
import type { Logger } from '../../log'
import type { EventRecord } from '../event-record'
import { openFailureText, type Place, type Sealing } from './sealing'

/** Its id is what an event's body is bound to: the company may be found out only later. */
export const bodyPlace = (id: string): Place => ['event', id, 'body']
/** Where what is sent of an event stands. */
export const outgoingPlace = (id: string): Place => ['event', id, 'outgoing']
/** Where what an endpoint answered to an event stands. */
export const answerPlace = (id: string): Place => ['event', id, 'answer']
/** Where the pending secret of an event stands. */
export const pendingSecretPlace = (id: string): Place => ['event', id, 'kept']

type Secrets = Pick<EventRecord, 'id' | 'body' | 'pendingSecret' | 'outgoing'>

export interface OpenedEvent<T> {
  /** In clear, but for what does not open: that is as if it were not there. */
  readonly event: T
  /** What does not open, in sentences; null if everything did. */
  readonly problem: string | null
  /** Whether all that is wrong is a key that was not given: another process may have it. */
  readonly lacksKey: boolean
}

export interface SealedEvents {
  /** The event with its secrets as they are to be written. */
  sealed<T extends Secrets>(event: T): T
  /** A body, or another text, as it is to be written. */
  body(id: string, text: string): string
  pendingSecret(id: string, text: string | null): string | null
  outgoing(id: string, text: string | null): string | null
  /** What an endpoint answered; and that in clear. */
  answer(id: string, text: string): string
  openedAnswer(id: string, text: string): string
  /** Of an event as it was read; the log is told once of one that does not open. */
  open<T extends Secrets>(event: T): OpenedEvent<T>
  /** The event as it was. What does not open is as if it were not there. */
  opened(event: EventRecord): EventRecord
}

interface Unopened {
  readonly text: string
  readonly lacksKey: boolean
}

export const createSealedEvents = (sealing: Sealing, log: Logger): SealedEvents => {
  /** Events whose damage is in the log. */
  const reported = new Set<string>()

  const openText = (text: string, place: Place): Result<string, Unopened> => {
    const opened = sealing.open(text, place)
    if (opened.ok) return opened
    const { reason } = opened
    return fail({ text: openFailureText(reason), lacksKey: reason.code === 'other_key' })
  }

  const open = <T extends Secrets>(event: T): OpenedEvent<T> => {
    const { id } = event
    const body = openText(event.body, bodyPlace(id))
    const { pendingSecret, outgoing } = event
    const secret =
      pendingSecret === null ? succeed(null) : openText(pendingSecret, pendingSecretPlace(id))
    const sent = outgoing === null ? succeed(null) : openText(outgoing, outgoingPlace(id))
    const wrong = [
      ...(body.ok ? [] : [{ name: 'Its body', ...body.reason }]),
      ...(secret.ok ? [] : [{ name: 'What is kept beside it', ...secret.reason }]),
      ...(sent.ok ? [] : [{ name: 'What is sent of it', ...sent.reason }]),
    ]
    const problem =
      wrong.length > 0 ? wrong.map(({ name, text }) => `${name} ${text}.`).join(' ') : null
    if (problem === null) reported.delete(id)
    else if (!reported.has(id)) {
      reported.add(id)
      log.error('an event does not open', { id, problem })
    }
    const clear = {
      body: body.ok ? body.value : '',
      pendingSecret: secret.ok ? secret.value : null,
      outgoing: sent.ok ? sent.value : null,
    }
    const lacksKey = wrong.length > 0 && wrong.every((one) => one.lacksKey)
    return { event: { ...event, ...clear }, problem, lacksKey }
  }

  // An empty one stays empty, so that what was emptied is seen to be.
  const body = (id: string, text: string) => (text === '' ? '' : sealing.seal(text, bodyPlace(id)))
  const pendingSecret = (id: string, text: string | null) =>
    text === null ? null : sealing.seal(text, pendingSecretPlace(id))
  const outgoing = (id: string, text: string | null) =>
    text === null ? null : sealing.seal(text, outgoingPlace(id))

  return {
    sealed: (event) => ({
      ...event,
      body: body(event.id, event.body),
      pendingSecret: pendingSecret(event.id, event.pendingSecret),
      outgoing: outgoing(event.id, event.outgoing),
    }),
    body,
    pendingSecret,
    outgoing,
    answer: (id, text) => (text === '' ? '' : sealing.seal(text, answerPlace(id))),
    openedAnswer: (id, text) => {
      const opened = openText(text, answerPlace(id))
      return opened.ok ? opened.value : ''
    },
    open,
    opened: (event) => open(event).event,
  }
}
