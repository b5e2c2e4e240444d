/** One attempt to deliver an event to an endpoint. */
import type { Clock } from '../../clock'
import type { Attempt, ClaimedDelivery } from '../../store/deliveries'
import type { EndpointRecord } from '../../store/endpoints'

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
  send(given: {
    readonly endpoint: Receiver
    readonly event: ClaimedDelivery['event']
    /** What is sent, composed. */
    readonly body: string
    /** Until then the answer counts as a passive reply. Epoch milliseconds. */
    readonly deadlineAt?: number
    readonly signal?: AbortSignal
  }): Promise<Sent>
}

/** The addresses of a host. */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>

export const createSender = (_parts: {
  resolve: ResolveAddresses
  clock: Clock
  version: string
}): Sender => ({
  send: () => Promise.reject(new Error('nothing is sent yet')),
})
