/** A business app that verifies what replicas send it, and keeps what it was sent. */
import { Webhook } from 'standardwebhooks'
import { secretOf } from '../../src/delivery/send/signing-secret'
import { freshBytes } from '../fresh-bytes'

export interface Received {
  readonly corpid: string | null
  /** How often it came. */
  times: number
  /** The body as it came first: each attempt has the same. */
  readonly body: string
}

export interface Receiver {
  /** For a configuration file. */
  readonly endpoint: string
  /** The same under another name, with more lines. */
  named(name: string, ...more: string[]): string
  /** By webhook-id, in the order in which they came first. */
  readonly received: ReadonlyMap<string, Received>
  /** What was wrong: a signature, a body that was another one at the next attempt. */
  readonly wrong: readonly string[]
  stop(): Promise<void>
}

/** @param answer what it says to a delivery, and when; at once that it has it, unless given */
export const startReceiver = (
  answer: (delivery: Received) => Response | Promise<Response> = () => new Response('ok'),
): Receiver => {
  const secret = secretOf(freshBytes(32))
  const received = new Map<string, Received>()
  const wrong: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const body = await request.text()
      const id = request.headers.get('webhook-id') ?? ''
      try {
        new Webhook(secret).verify(body, Object.fromEntries(request.headers))
      } catch (error) {
        wrong.push(`${id}: ${error}`)
      }
      const before = received.get(id)
      if (before && before.body !== body) wrong.push(`${id}: another body`)
      if (before) before.times += 1
      else received.set(id, { corpid: JSON.parse(body).corpid ?? null, times: 1, body })
      return answer(received.get(id)!)
    },
  })
  const named = (name: string, ...more: string[]) =>
    [
      '[[endpoints]]',
      `name = "${name}"`,
      `url = "http://127.0.0.1:${server.port}/hook"`,
      `secret = "${secret}"`,
      'order = "corp"',
      'private = true',
      ...more,
      '',
    ].join('\n')
  return {
    endpoint: named('app'),
    named,
    received,
    wrong,
    stop: () => server.stop(true),
  }
}
