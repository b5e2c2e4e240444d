/**
 * The entry of the event log's thread: a program of its own, which gets its options first and calls
 * after that.
 */
import { factRule } from '../../events/fact-rule'
import { createSealing, withoutKey } from '../../store/driver/sealing'
import { giveUpReserve } from '../../store/sqlite/database/reserve'
import { openSqliteEventLog } from '../../store/sqlite/sqlite-event-log'
import type { Call } from '../../store/sqlite/thread/messages'
import { serveEventLog } from '../../store/sqlite/thread/server'
import { randomBytes } from '../process/randomness'
import type { ThreadOptions } from './event-log-thread-start'

declare const self: Worker

self.onmessage = ({ data }: MessageEvent<ThreadOptions>) => {
  const { path, keys, reservePath, keepClaims } = data
  const sealing = keys ? createSealing(keys, randomBytes) : withoutKey
  const reserve = { giveUp: () => giveUpReserve(reservePath) }
  const onCalls = serveEventLog(
    (log) => openSqliteEventLog({ path, log, factRule, sealing, reserve, keepClaims }),
    (messages) => self.postMessage(messages),
  )
  self.onmessage = ({ data: calls }: MessageEvent<readonly Call[]>) => onCalls(calls)
}
