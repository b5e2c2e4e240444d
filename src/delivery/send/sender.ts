/**
 * One attempt to deliver an event to an endpoint: its host is resolved and judged anew, the judged
 * address is connected to, nothing is followed, and of the answer only the beginning is read.
 */
import { type Clock, secondMs } from '../../clock'
import type { Attempt, ClaimedDelivery } from '../../store/deliveries'
import type { EndpointRecord } from '../../store/endpoints'
import { networkFaultOf } from '../../wecom/api/network-fault'
import { beginningOf } from './answer'
import { extraHeaders, retryAfterOf } from './headers'
import { type Post, pinnedPost } from './pinned-post'
import { standardHeaders } from './standard-webhook'
import { findTarget, type ResolveAddresses } from './target'
import { sealForEndpoint } from './wecom-envelope'

/** What of an endpoint it takes to send to it. */
export type Receiver = Pick<EndpointRecord, 'name' | 'url' | 'signing' | 'private' | 'headers'>

/** What an attempt came to. */
export interface Sent {
  readonly attempt: Attempt
  /**
   * `aborted`: the endpoint asks not to be sent it again (`webhook-delivery: abort-message`);
   * `gone`: it answered 410; `retry`: anything else that is no 2xx.
   */
  readonly verdict: 'done' | 'retry' | 'aborted' | 'gone'
  /** What `Retry-After` said, if that was a number; null otherwise. */
  readonly retryAfterSeconds: number | null
  /** The answer, up to 64 KiB, where it was waited for (`deadlineAt`); '' otherwise. */
  readonly answer: string
}

export interface Sender {
  /** Resolves whatever the network does. @throws Error — by a mistake of ours alone */
  send(given: {
    readonly endpoint: Receiver
    readonly event: ClaimedDelivery['event']
    /** What is sent, composed. */
    readonly body: string
    /**
     * Until then the answer counts as a passive reply: the endpoint is told, and the answer given
     * whole. A later one is a delivery like any other. Epoch milliseconds.
     */
    readonly deadlineAt?: number
    readonly signal?: AbortSignal
  }): Promise<Sent>
}

export interface SenderParts {
  readonly resolve: ResolveAddresses
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly freshBytes: (count: number) => Uint8Array
  readonly version: string
}

const timeoutMs = 15 * secondMs
const keptBytes = 1024
const replyBytes = 64 * 1024

/** What is put into the request for the format that the endpoint takes. */
type Message = Omit<Post, 'signal'>

const messageFor = (
  { signing }: Receiver,
  event: ClaimedDelivery['event'],
  body: string,
  now: number,
  freshBytes: SenderParts['freshBytes'],
): Message => {
  if (signing.format === 'standard') {
    return { headers: standardHeaders(event.id, body, signing.secrets, now), body, query: {} }
  }
  const [pair] = signing.pairs
  if (!pair) throw new Error('the endpoint has no pair')
  const sealed = sealForEndpoint(event, pair, now, freshBytes)
  return { headers: { 'content-type': 'text/xml' }, ...sealed }
}

/** Why a status is no success, in words; null for one. */
const failureOfStatus = (status: number): string | null => {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400
    ? `redirect ${status}: it is not followed`
    : `status ${status}`
}

const verdictOf = (response: Response): Sent['verdict'] => {
  if (response.ok) return 'done'
  if (response.status === 410) return 'gone'
  const wish = response.headers.get('webhook-delivery')?.trim()
  return wish === 'abort-message' ? 'aborted' : 'retry'
}

/** Why no answer came, in words. The transport's own words may hold the address with its query. */
const failureOf = (error: unknown, ending: 'cut' | 'late' | null): string => {
  if (ending === 'cut') return 'cut off: suited was stopped'
  if (ending === 'late') return 'timeout: no answer in time'
  const { code, detail } = networkFaultOf(error, false)
  return `${code}: ${detail}`
}

export const createSender = (parts: SenderParts): Sender => {
  const { resolve, fetch, clock, freshBytes, version } = parts

  return {
    async send({ endpoint, event, body, deadlineAt, signal }) {
      const at = clock.now()
      const message = messageFor(endpoint, event, body, at, freshBytes)
      let ending: 'cut' | 'late' | null = null
      const aborting = new AbortController()
      const abort = (why: 'cut' | 'late') => {
        ending ??= why
        aborting.abort()
      }
      const onCut = () => abort('cut')
      const stopAlarm = clock.alarm(timeoutMs, () => abort('late'))
      signal?.addEventListener('abort', onCut)
      if (signal?.aborted) onCut()
      // A resolver can't be told to stop: it is left behind.
      const aborted = new Promise<never>((_, reject) => {
        if (aborting.signal.aborted) reject(new Error('aborted'))
        else aborting.signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
      aborted.catch(() => undefined)

      const ended = (
        address: string | null,
        outcome: Pick<Attempt, 'status' | 'error' | 'answer'>,
      ): Attempt => ({
        endpoint: endpoint.name,
        at,
        address,
        durationMs: Math.max(clock.now() - at, 0),
        ...outcome,
      })
      const unanswered = (address: string | null, error: string): Sent => ({
        attempt: ended(address, { status: null, error, answer: '' }),
        verdict: 'retry',
        retryAfterSeconds: null,
        answer: '',
      })

      let address: string | null = null
      try {
        const finding = findTarget(endpoint.url, endpoint.private, resolve)
        const target = await Promise.race([finding, aborted])
        if (!target.ok) return unanswered(null, target.reason)
        const headers = {
          ...extraHeaders(endpoint.headers),
          ...message.headers,
          'user-agent': `suited/${version}`,
          ...(deadlineAt !== undefined && { 'suited-reply-before': String(deadlineAt) }),
        }
        const post = { ...message, headers, signal: aborting.signal }
        const response = await pinnedPost(fetch, target.value, post, (tried) => {
          address = tried
        })
        const most = deadlineAt === undefined ? keptBytes : replyBytes
        const answer = await beginningOf(response, most)
        // An answer that came in time but for its end is no reply to pass on.
        const whole = ending === null ? answer : ''
        const { status, headers: said } = response
        const verdict = verdictOf(response)
        return {
          attempt: ended(address, {
            status,
            error: failureOfStatus(status),
            answer: answer.slice(0, keptBytes),
          }),
          verdict,
          retryAfterSeconds: retryAfterOf(said),
          answer: deadlineAt === undefined ? '' : whole,
        }
      } catch (error) {
        return unanswered(address, failureOf(error, ending))
      } finally {
        stopAlarm()
        signal?.removeEventListener('abort', onCut)
      }
    },
  }
}
