/**
 * One attempt to deliver an event to an endpoint: its host is resolved and judged anew, the judged
 * address is connected to, nothing is followed, and of the answer only the beginning is read.
 */
import { type Clock, secondMs } from '../../clock'
import type { Attempt } from '../../store/deliveries'
import type { EndpointRecord } from '../../store/endpoints'
import { reachOf } from './address'
import { type Answered, exchange, type Unanswered } from './exchange'
import { requestOf, type Told } from './request'
import type { ResolveAddresses } from './target'
import { limitTime } from './time-limit'
import { failureOfStatus, retryAfterOf, type Verdict, verdictOf } from './verdict'

/** What of an endpoint it takes to send to it. */
export interface Receiver
  extends Pick<EndpointRecord, 'name' | 'url' | 'signing' | 'private' | 'headers'> {
  readonly origin: 'settings' | 'api'
}

/** What an attempt came to. */
export interface Sent {
  readonly attempt: Attempt
  readonly verdict: Verdict
  /** What `Retry-After` said, if that was a number; null otherwise. */
  readonly retryAfterSeconds: number | null
  /** Up to 64 KiB of the answer, if it may be a passive reply and came in time; '' otherwise. */
  readonly answer: string
}

export interface Sender {
  /**
   * Resolves whatever the network does. With a `deadlineAt` the endpoint is told of it, and its
   * answer is given; the attempt may last as long as any other.
   *
   * @param given.signal cuts it off
   * @throws Error — by a mistake of ours alone
   */
  send(given: Told & { readonly endpoint: Receiver; readonly signal?: AbortSignal }): Promise<Sent>
}

export interface SenderParts {
  readonly resolve: ResolveAddresses
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly freshBytes: (count: number) => Uint8Array
  readonly version: string
}

const attemptWithinMs = 15 * secondMs
const keptBytes = 1024
const replyBytes = 64 * 1024

/** How an exchange stands in the list of attempts. */
const outcomeOf = (came: Answered | Unanswered): Pick<Attempt, 'status' | 'error' | 'answer'> => {
  if (came.response === null) return { status: null, error: came.error, answer: '' }
  const { status } = came.response
  return { status, error: failureOfStatus(status), answer: came.beginning.slice(0, keptBytes) }
}

/** What an exchange means for what comes next. */
const meaningOf = (came: Answered | Unanswered, mayReply: boolean): Omit<Sent, 'attempt'> => {
  if (came.response === null) return { verdict: 'retry', retryAfterSeconds: null, answer: '' }
  return {
    verdict: verdictOf(came.response),
    retryAfterSeconds: retryAfterOf(came.response.headers),
    answer: mayReply && came.isWhole ? came.beginning : '',
  }
}

export const createSender = (parts: SenderParts): Sender => ({
  async send({ endpoint, signal: cut, ...told }) {
    const { clock } = parts
    const at = clock.now()
    const request = requestOf(endpoint, told, at, parts)
    const mayReply = told.deadlineAt !== undefined
    const limit = limitTime(clock, attemptWithinMs, {
      late: 'timeout: no answer in time',
      ...(cut && { outer: cut, cut: 'cut off: suited was stopped' }),
    })
    const came = await exchange(parts, {
      url: endpoint.url,
      reach: reachOf(endpoint),
      request,
      mostBytes: mayReply ? replyBytes : keptBytes,
      ending: limit.signal,
    }).finally(limit.lift)
    const attempt = {
      endpoint: endpoint.name,
      at,
      address: came.address,
      durationMs: Math.max(clock.now() - at, 0),
      ...outcomeOf(came),
    }
    return { attempt, ...meaningOf(came, mayReply) }
  },
})
