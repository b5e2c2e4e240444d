/** One endpoint with `replies` per suite: a message can have one passive reply alone. Pure. */
import type { Endpoint } from '../endpoint'

type Replying = Pick<Endpoint, 'name' | 'replies' | 'suites'>

/** Whether two endpoints would both reply for one suite. */
export const bothReply = (one: Replying, other: Replying): boolean => {
  if (!one.replies || !other.replies) return false
  if (one.suites === null || other.suites === null) return true
  const { suites } = other
  return one.suites.some((key) => suites.includes(key))
}

/** The other endpoint that replies where this one would; null if there is none. */
export const replyConflict = <T extends Replying>(
  endpoint: Replying,
  others: readonly T[],
): T | null =>
  others.find((other) => other.name !== endpoint.name && bothReply(endpoint, other)) ?? null
