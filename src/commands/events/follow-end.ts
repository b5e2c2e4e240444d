/** What a person is told while events are followed, and when that ends for good. */
import { secondMs } from '../../clock'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { inWords } from '../../wording'
import { giveUpOn } from './event-service'
import type { End, Followed } from './follow'

/** How the connection stands, on stderr. */
export const tell = (followed: Followed): void => {
  const line = lineOf(followed)
  if (line !== null) process.stderr.write(`${printable(line)}\n`)
}

const lostLine = ({ reason, retryInMs, wasConnected }: Extract<Followed, { kind: 'lost' }>) => {
  const soon = retryInMs < secondMs ? 'Trying again' : `Trying again in ${inWords(retryInMs)}`
  return `${wasConnected ? 'Connection lost' : 'No connection'}: ${reason}. ${soon}.`
}

const lineOf = (followed: Followed): string | null => {
  switch (followed.kind) {
    case 'connected':
      return 'connected'
    case 'gap':
      return 'Some events in between are not kept any more: going on with the oldest that is.'
    case 'lost':
      return lostLine(followed)
    default:
      return null
  }
}

/** @throws {StartFailure} always */
export const endOf = (base: string, end: End): never => {
  switch (end.kind) {
    case 'refused':
      return giveUpOn(base, end.refusal)
    case 'superseded':
      return giveUp(
        exitCodes.superseded,
        'Another one took over this session: give each a --session of its own.',
      )
    case 'unauthorized':
      return giveUpOn(base, { status: 401, isPassing: false })
  }
}
