/** One exchange with an endpoint: its host found and judged, the request sent, the answer begun. */
import { type Clock, secondMs } from '../../clock'
import type { Reach } from './address'
import { pinnedPost } from './pinned-post'
import type { DeliveryRequest } from './request'
import { findTarget, type ResolveAddresses } from './target'
import { limitTime, unlessEnded } from './time-limit'
import { failureOf } from './verdict'

export interface Answered {
  /** The one that was connected to. */
  readonly address: string | null
  readonly response: Response
  readonly beginning: string
  /** Whether it came to its end, or to the limit of what is read, in time. */
  readonly isWhole: boolean
}

export interface Unanswered {
  /** The last one that was connected to; null if it never came to that. */
  readonly address: string | null
  readonly response: null
  /** Why no answer came, in words. */
  readonly error: string
}

/** A resolver that hangs is told apart from an endpoint that does. */
const resolveWithinMs = 5 * secondMs

const resolveInTime = async (
  resolve: ResolveAddresses,
  host: string,
  clock: Clock,
  ending: AbortSignal,
): Promise<readonly string[]> => {
  const late = 'dns_timeout: the resolver of this machine did not answer in 5 seconds'
  const limit = limitTime(clock, resolveWithinMs, { late, outer: ending })
  try {
    return await unlessEnded(resolve(host), limit.signal)
  } finally {
    limit.lift()
  }
}

/**
 * Up to so many bytes of an answer, as text; then it is cut, and the connection closed. Ends too
 * when the body fails: what came until then is enough.
 */
const beginningOf = async (response: Response, mostBytes: number): Promise<string> => {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    while (length < mostBytes) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      length += value.length
    }
  } catch {
    // The status stands; of the rest nobody needs more.
  }
  await reader.cancel().catch(() => undefined)
  const bytes = Buffer.concat(chunks).subarray(0, mostBytes)
  return new TextDecoder().decode(bytes).replaceAll('\u0000', '')
}

/**
 * What came of a request. It resolves whatever the network does, and soon after the signal aborts.
 *
 * @param given.ending its `reason` says why nothing is waited for any more
 */
export const exchange = async (
  parts: {
    readonly resolve: ResolveAddresses
    readonly fetch: typeof globalThis.fetch
    readonly clock: Clock
  },
  given: {
    readonly url: string
    readonly reach: Reach
    readonly request: DeliveryRequest
    readonly mostBytes: number
    readonly ending: AbortSignal
  },
): Promise<Answered | Unanswered> => {
  const { resolve, fetch, clock } = parts
  const { url, reach, request, mostBytes, ending } = given
  const target = await findTarget(url, reach, (host) => resolveInTime(resolve, host, clock, ending))
  if (!target.ok) return { address: null, response: null, error: target.reason }
  let address: string | null = null
  try {
    const response = await pinnedPost(fetch, target.value, request, ending, (tried) => {
      address = tried
    })
    const beginning = await beginningOf(response, mostBytes)
    return { address, response, beginning, isWhole: !ending.aborted }
  } catch (error) {
    const cause = ending.aborted ? ending.reason : error
    return { address, response: null, error: failureOf(cause) }
  }
}
