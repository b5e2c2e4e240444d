/** What is heard on a channel, over a connection that has nothing else to do. */
import type { Clock } from '../../../clock'
import { openClient } from './client'
import { asDatabaseFailure, databaseAway } from './failure'

/**
 * Listens until what comes back is called. The connection is made anew when it is seen to break;
 * that of a server which falls silent is not: who must know rings for himself now and then.
 *
 * @throws {ServiceError} store_unavailable — the server can't be had in time
 */
export const listenOn = async (parts: {
  readonly url: string
  readonly channel: string
  heard(payload: string): void
  readonly clock: Pick<Clock, 'alarm'>
  readonly withinMs: number
}): Promise<() => Promise<void>> => {
  const { url, channel, heard, clock, withinMs } = parts
  const client = openClient(url, 1)
  // Whatever hangs on it is rejected, and nothing is tried again.
  const close = () => client.close({ timeout: 0 }).catch(() => undefined)
  const late = Promise.withResolvers<never>()
  const endDeadline = clock.alarm(withinMs, () =>
    late.reject(databaseAway(`did not answer within ${withinMs} ms`)),
  )
  try {
    await Promise.race([client.listen(channel, heard), late.promise])
  } catch (error) {
    await close()
    throw asDatabaseFailure(error)
  } finally {
    endDeadline()
  }
  return close
}
