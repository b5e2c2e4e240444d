/** What an attempt sends: an event in the format that its endpoint takes, with all headers. */
import type { EndpointRecord } from '../../store/endpoints'
import type { EventRecord } from '../../store/event-record'
import { extraHeaders } from './headers'
import { standardHeaders } from './standard-webhook'
import { sealForEndpoint } from './wecom-envelope'

export interface DeliveryRequest {
  readonly headers: Readonly<Record<string, string>>
  /** Added to the URL's own query. */
  readonly query: Readonly<Record<string, string>>
  readonly body: string
}

/** What of an event it takes to send it. */
export type SentEvent = Pick<EventRecord, 'id' | 'type' | 'suiteId' | 'corpid' | 'source' | 'body'>

export interface Told {
  readonly event: SentEvent
  /** What is sent in the standard format, composed. */
  readonly body: string
  /** Until then the answer counts as a passive reply. Epoch milliseconds. */
  readonly deadlineAt?: number | undefined
}

type Chance = (count: number) => Uint8Array

const inItsFormat = (
  signing: EndpointRecord['signing'],
  { event, body }: Told,
  now: number,
  freshBytes: Chance,
): DeliveryRequest => {
  if (signing.format === 'standard') {
    return { headers: standardHeaders(event.id, body, signing.secrets, now), query: {}, body }
  }
  const [pair] = signing.pairs
  if (!pair) throw new Error('the endpoint has no pair')
  const sealed = sealForEndpoint(event, pair, now, freshBytes)
  return { headers: { 'content-type': 'text/xml' }, ...sealed }
}

/**
 * W3C's Trace Context: all attempts of an event to all endpoints are one trace, whose id is the
 * event's without its dashes. None for an id that can't be one.
 */
const traceHeaders = (eventId: string, freshBytes: Chance): Record<string, string> => {
  const trace = eventId.replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(trace)) return {}
  return { traceparent: `00-${trace}-${Buffer.from(freshBytes(8)).toString('hex')}-01` }
}

/**
 * @param now when this attempt is made
 * @throws Error — by a mistake of ours alone
 */
export const requestOf = (
  endpoint: Pick<EndpointRecord, 'signing' | 'headers'>,
  told: Told,
  now: number,
  { freshBytes, version }: { readonly freshBytes: Chance; readonly version: string },
): DeliveryRequest => {
  const { headers, query, body } = inItsFormat(endpoint.signing, told, now, freshBytes)
  const { event, deadlineAt } = told
  return {
    headers: {
      ...extraHeaders(endpoint.headers),
      ...headers,
      'user-agent': `suited/${version}`,
      ...traceHeaders(event.id, freshBytes),
      ...(deadlineAt !== undefined && { 'suited-reply-before': String(deadlineAt) }),
    },
    query,
    body,
  }
}
