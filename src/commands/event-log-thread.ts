/**
 * Where the event log's thread begins: a program of its own, which gets its options first and calls
 * after that.
 */
import { createSealing, withoutKey } from '../store/sealing'
import { giveUpReserve } from '../store/sql/reserve'
import { serveEventLog } from '../store/sql/serve-event-log'
import { openSqliteEventLog } from '../store/sql/sqlite-event-log'
import type { Call } from '../store/sql/thread-words'
import type { ThreadOptions } from './event-log'
import { randomBytes } from './randomness'

declare const self: Worker

self.onmessage = ({ data }: MessageEvent<ThreadOptions>) => {
  const { path, keys, reservePath, keepClaims } = data
  const sealing = keys ? createSealing(keys, randomBytes) : withoutKey
  const reserve = { giveUp: () => giveUpReserve(reservePath) }
  const take = serveEventLog(
    (log) => openSqliteEventLog({ path, log, sealing, reserve, keepClaims }),
    (words) => self.postMessage(words),
  )
  self.onmessage = ({ data: calls }: MessageEvent<readonly Call[]>) => take(calls)
}
