/**
 * Following the events of a suited: connected again whenever the connection ends or falls silent.
 */
import { type Clock, secondMs } from '../../clock'
import { isEventStream } from '../../http/answer/headers'
import { backoffMs, type Random } from '../../retry'
import { silenceOf } from '../cli/ask-service'
import { type Refusal, refusalIn } from './event-service'
import { type Frame, framesIn } from './sse-frames'

/** Two pings of fifteen seconds are missing, and a little time besides. */
export const silenceMs = 35 * secondMs
const connectWithinMs = 15 * secondMs
const backoff = { firstMs: secondMs, ceilingMs: 15 * secondMs }

export type Followed =
  /** The service said so; from here on events come. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'event'; readonly id: string; readonly text: string }
  /** Where the stream stands although its filter let nothing through. */
  | { readonly kind: 'position'; readonly id: string }
  /** What lies between is not kept any more. */
  | { readonly kind: 'gap' }
  | {
      readonly kind: 'lost'
      readonly reason: string
      readonly retryInMs: number
      /** Whether there was one. */
      readonly wasConnected: boolean
    }

/** How following ends for good. */
export type End =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'unauthorized' }

export interface FollowParts {
  /** Opens the stream behind an event; null: wherever it begins by itself. */
  open(after: string | null, signal: AbortSignal): Promise<Response>
  readonly after: string | null
  readonly clock: Clock
  readonly random: Random
}

const read = ({ event, id, data }: Frame, wasConnected: boolean): Followed[] => {
  const position = id === null ? [] : [{ kind: 'position' as const, id }]
  switch (event) {
    case 'ping':
      return wasConnected ? position : [{ kind: 'connected' }, ...position]
    case 'message':
      return id === null ? [] : [{ kind: 'event', id, text: data }]
    case 'gap':
      return [{ kind: 'gap' }]
    default:
      return []
  }
}

export async function* follow(parts: FollowParts): AsyncGenerator<Followed, End> {
  const { open, clock, random } = parts
  let { after } = parts
  let failures = 0

  for (;;) {
    let reason = 'the service ended the connection'
    let isConnected = false
    const connection = new AbortController()
    const gone = new Promise<never>((_, reject) => {
      connection.signal.addEventListener('abort', () => reject(new Error(reason)))
    })
    // It may go while nobody waits for it.
    gone.catch(() => undefined)
    /** Ends the connection unless it is done in time. */
    const within = async <T>(ms: number, silent: string, work: Promise<T>): Promise<T> => {
      const stop = clock.alarm(ms, () => {
        reason = silent
        connection.abort()
      })
      return Promise.race([work, gone]).finally(stop)
    }

    try {
      const response = await within(
        connectWithinMs,
        'no answer within 15 seconds',
        open(after, connection.signal),
      )
      if (!response.ok || response.body === null) {
        const refusal = await refusalIn(response)
        if (!refusal.isPassing) return { kind: 'refused', refusal }
        reason = refusal.detail ?? `HTTP status ${refusal.status}`
      } else if (!isEventStream(response)) {
        // Some other program answers everything there.
        return { kind: 'refused', refusal: { status: 404, isPassing: false } }
      } else {
        const frames = framesIn(response.body)
        for (;;) {
          const next = await within(silenceMs, 'the connection fell silent', frames.next())
          if (next.done) break
          const { event } = next.value
          if (event === 'superseded' || event === 'unauthorized') return { kind: event }
          if (event === 'cut') reason = 'it was read too slowly'
          for (const followed of read(next.value, isConnected)) {
            if (followed.kind === 'connected') {
              isConnected = true
              failures = 0
            }
            // Whoever takes it has dealt with it before this goes on.
            yield followed
            if ('id' in followed) after = followed.id
          }
        }
      }
    } catch (error) {
      if (!connection.signal.aborted) reason = silenceOf(error, connectWithinMs)
    } finally {
      connection.abort()
    }
    failures += 1
    const retryInMs = backoffMs(failures, backoff, random)
    yield { kind: 'lost', reason, retryInMs, wasConnected: isConnected }
    await clock.sleep(retryInMs)
  }
}
