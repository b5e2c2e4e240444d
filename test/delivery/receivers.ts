/**
 * Business apps as functions: what the sender of the service sends arrives here, and is verified
 * with the library of Standard Webhooks.
 */
import { setSystemTime } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../../src/clock'
import type { Endpoint } from '../../src/delivery/endpoint'
import { createSender, type Sender } from '../../src/delivery/send/sender'
import { secretOf } from '../../src/delivery/send/signing-secret'
import { freshBytes } from '../fresh-bytes'
import { endpointOf } from './delivery-bench'

/** One try as its receiver saw it. */
export interface Try {
  readonly endpoint: string
  readonly id: string
  readonly body: string
  readonly at: number
  readonly isTaken: boolean
}

/** A status, or what becomes of a connection. */
export type Answer = number | 'refused' | 'silent'

export interface Receivers {
  readonly tries: readonly Try[]
  /** Why a delivery did not verify, for each that didn't. */
  readonly unverified: readonly string[]
  sender(clock: Clock): Sender
}

const secret = secretOf(new Uint8Array(32).fill(7))

/** An endpoint that these receivers play. */
export const receiverOf = (name: string, changes: Partial<Endpoint> = {}): Endpoint =>
  endpointOf({
    name,
    url: `https://${name}.example.com/hook`,
    signing: { format: 'standard', secrets: [{ secret, until: null }] },
    ...changes,
  })

const refused = () =>
  Object.assign(new Error('connect ECONNREFUSED 203.0.113.7:443'), { code: 'ECONNREFUSED' })

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

/** @param says what an endpoint answers to its try number `nth` of an event, from 1 on */
export const createReceivers = (
  says: (asked: { endpoint: string; id: string; at: number; nth: number }) => Answer,
): Receivers => {
  const webhook = new Webhook(secret)
  const tries: Try[] = []
  const unverified: string[] = []
  const counts = new Map<string, number>()

  const take = async (clock: Clock, init: RequestInit): Promise<Response> => {
    const headers = init.headers as Record<string, string>
    const endpoint = headers.host!.split('.')[0]!
    const id = headers['webhook-id']!
    const body = String(init.body)
    const at = clock.now()
    try {
      // The library asks the system for the time.
      setSystemTime(at)
      webhook.verify(body, headers)
    } catch (error) {
      unverified.push(`${endpoint} ${id}: ${error}`)
    } finally {
      setSystemTime()
    }
    const nth = (counts.get(`${endpoint} ${id}`) ?? 0) + 1
    counts.set(`${endpoint} ${id}`, nth)
    const answer = says({ endpoint, id, at, nth })
    tries.push({ endpoint, id, body, at, isTaken: answer === 200 })
    if (answer === 'refused') throw refused()
    if (answer === 'silent') return untilAborted(init.signal!)
    return new Response(null, { status: answer })
  }

  return {
    tries,
    unverified,
    sender: (clock) =>
      createSender({
        resolve: async () => ['1.1.1.1'],
        fetch: ((_: string, init: RequestInit) => take(clock, init)) as typeof globalThis.fetch,
        clock,
        freshBytes,
        version: '0.0.0',
      }),
  }
}
