/** A client whose calls wait for their turn, for as long as somebody may be kept waiting. */
import { type Clock, secondMs } from '../../clock'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'
import type { Turns } from './fair-queue'

/** As long as one call may take: whoever asked is told then, and may come again. */
const longestWaitMs = 5 * secondMs

/**
 * The same client, in a lane. A call keeps its turn through all its tries.
 *
 * @throws {WecomFailure} wecom_timeout — no turn within five seconds, or too many wait already
 */
export const createQueuedClient = (parts: {
  readonly client: WecomClient
  readonly turns: Turns
  readonly lane: string
  readonly clock: Clock
}): WecomClient => {
  const { client, turns, lane, clock } = parts

  const takeTurn = async () => {
    const settled = new AbortController()
    const giveUp = new AbortController()
    const turn = turns.take(lane, giveUp.signal).finally(() => settled.abort())
    await clock.sleep(longestWaitMs, settled.signal)
    giveUp.abort()
    return turn
  }

  return {
    async call(call, schema) {
      const endTurn = await takeTurn()
      if (!endTurn) {
        const detail = 'too many calls are under way'
        throw new WecomFailure('timeout', call.path, { detail, unasked: true })
      }
      try {
        return await client.call(call, schema)
      } finally {
        endTurn()
      }
    },
  }
}
