/** The thread's side of the event log: it opens one and does what the main thread asks of it. */
import type { Logger, LogLevel } from '../../../log'
import type { EventLogDriver } from '../../driver/drivers'
import { asData, type Call, type Message } from './messages'

/**
 * Opens the log and returns what takes the calls that came together, which share a transaction.
 *
 * @param open gets the logger whose lines cross to the main thread
 * @param post sends what there is to report, all of one turn at once
 */
export const serveEventLog = (
  open: (log: Logger) => EventLogDriver,
  post: (messages: readonly Message[]) => void,
): ((calls: readonly Call[]) => void) => {
  let unsent: Message[] = []

  const report = (message: Message) => {
    unsent.push(message)
    if (unsent.length > 1) return
    // Behind the answers of everybody whose work was committed together with this one's.
    queueMicrotask(() => {
      const messages = unsent
      unsent = []
      post(messages)
    })
  }

  const at =
    (level: LogLevel): Logger[LogLevel] =>
    (message, fields) =>
      report({ kind: 'log', level, message, fields })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }

  let eventLog: EventLogDriver
  try {
    eventLog = open(log)
  } catch (error) {
    report({ kind: 'refused', thrown: asData(error) })
    return () => undefined
  }
  report({ kind: 'opened' })

  const answer = async ({ id, method, given }: Call): Promise<Message> => {
    try {
      const work = eventLog[method] as (...given: readonly unknown[]) => Promise<unknown>
      return { kind: 'done', id, value: await work(...given) }
    } catch (error) {
      return { kind: 'failed', id, thrown: asData(error) }
    }
  }

  return (calls) => {
    for (const call of calls) answer(call).then(report)
  }
}
