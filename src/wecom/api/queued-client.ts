/**
 * A client whose calls wait in the fair queue, and not for longer than somebody may be left
 * waiting.
 */
import { type Clock, secondMs } from '../../clock'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'
import type { FairQueue } from './fair-queue'

/** As long as one call may take: whoever asked is told then, and may come again. */
const longestWaitMs = 5 * secondMs

/**
 * The same client, its calls in one flow. A call has its place until its last try has ended.
 *
 * @throws {WecomFailure} wecom_timeout — no room within five seconds, or too many wait already
 */
export const createQueuedClient = (parts: {
  readonly client: WecomClient
  readonly queue: FairQueue
  readonly flow: string
  readonly clock: Clock
}): WecomClient => {
  const { client, queue, flow, clock } = parts

  const acquireInTime = async () => {
    const settled = new AbortController()
    const giveUp = new AbortController()
    const release = queue.acquire(flow, giveUp.signal).finally(() => settled.abort())
    await clock.sleep(longestWaitMs, settled.signal)
    giveUp.abort()
    return release
  }

  return {
    async call(call, schema) {
      const release = await acquireInTime()
      if (!release) {
        const detail = 'too many calls are under way'
        throw new WecomFailure('timeout', call.path, { detail, unasked: true })
      }
      try {
        return await client.call(call, schema)
      } finally {
        release()
      }
    },
  }
}
