/** What is heard on a channel, over a connection that has nothing else to do. */
import type { Clock } from '../../../clock'
import { type Backoff, backoffMs, type Random } from '../../../retry'
import { hostAndPort } from '../../../store-address'
import { openClient } from './client'
import { asDatabaseFailure, databaseAway } from './failure'

export interface ListenerParts {
  readonly url: string
  readonly channel: string
  readonly clock: Pick<Clock, 'sleep' | 'alarm'>
  readonly random: Random
  /** For the server to be had, each time. */
  readonly withinMs: number
  heard(payload: string): void
}

interface Connection {
  /** Resolves when it is closed, by whom ever. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

const backoff: Backoff = { firstMs: 100, ceilingMs: 2000 }

const connect = async (parts: ListenerParts): Promise<Connection> => {
  const { url, channel, heard, clock, withinMs } = parts
  const closed = Promise.withResolvers<void>()
  const client = openClient(url, { onClose: closed.resolve })
  // What hangs on it is rejected at once.
  const close = () => client.close({ timeout: 0 }).catch(() => undefined)
  // Bun would connect again by itself, and say on stderr each time how that went.
  void closed.promise.then(close)
  const late = Promise.withResolvers<never>()
  const endDeadline = clock.alarm(withinMs, () =>
    late.reject(databaseAway(`did not answer within ${withinMs} ms`)),
  )
  try {
    await Promise.race([client.listen(channel, heard), late.promise])
    return { closed: closed.promise, close }
  } catch (error) {
    await close()
    throw asDatabaseFailure(error, hostAndPort(url))
  } finally {
    endDeadline()
  }
}

/**
 * Listens until what comes back is called. A connection that is seen to break is made anew; one
 * whose server falls silent is not seen to: who must know rings for himself now and then.
 *
 * @throws {ServiceError} store_unavailable — the server can't be had in time
 */
export const listenOn = async (parts: ListenerParts): Promise<() => Promise<void>> => {
  const { clock, random } = parts
  const ending = new AbortController()
  let current: Connection | null = await connect(parts)

  const connectAgain = async (): Promise<Connection | null> => {
    for (let attempt = 1; !ending.signal.aborted; attempt++) {
      await clock.sleep(backoffMs(attempt, backoff, random), ending.signal)
      const connection = await connect(parts).catch(() => null)
      if (connection) return connection
    }
    return null
  }

  const keepListening = async () => {
    while (current) {
      await current.closed
      current = await connectAgain()
      if (ending.signal.aborted) await current?.close()
    }
  }
  void keepListening()

  return async () => {
    ending.abort()
    await current?.close()
  }
}
