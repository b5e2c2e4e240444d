/** The thread's side: opens an event log and does what the main thread asks of it. */
import type { Logger, LogLevel } from '../../../log'
import type { EventLog } from '../../event-log'
import { asData, type Call, type Word } from './messages'

/**
 * Opens the log and returns what takes the calls that came together, which share a transaction.
 *
 * @param open gets the logger whose lines cross to the main thread
 * @param tell takes what there is to say, all of one turn at once
 */
export const serveEventLog = (
  open: (log: Logger) => EventLog,
  tell: (words: readonly Word[]) => void,
): ((calls: readonly Call[]) => void) => {
  let unsaid: Word[] = []

  const say = (word: Word) => {
    unsaid.push(word)
    if (unsaid.length > 1) return
    // Behind the answers of everybody whose work was committed together with this one's.
    queueMicrotask(() => {
      const words = unsaid
      unsaid = []
      tell(words)
    })
  }

  const at =
    (level: LogLevel): Logger[LogLevel] =>
    (message, fields) =>
      say({ kind: 'log', level, message, fields })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }

  let eventLog: EventLog
  try {
    eventLog = open(log)
  } catch (error) {
    say({ kind: 'refused', thrown: asData(error) })
    return () => undefined
  }
  say({ kind: 'opened' })

  const answer = async ({ id, method, given }: Call): Promise<Word> => {
    try {
      const work = eventLog[method] as (...given: readonly unknown[]) => Promise<unknown>
      return { kind: 'done', id, value: await work(...given) }
    } catch (error) {
      return { kind: 'failed', id, thrown: asData(error) }
    }
  }

  return (calls) => {
    for (const call of calls) answer(call).then(say)
  }
}
