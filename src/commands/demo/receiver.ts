/** The receiver of the demo: the provider's own app, which takes events and checks who signed. */
import { createHmac } from 'node:crypto'
import { equalInConstantTime } from '../../constant-time'

export interface Received {
  readonly id: string
  /** The body, once its signature was right; null where it was wrong. */
  readonly verified: string | null
}

export interface Receiver {
  readonly url: string
  /** Everything that came, the oldest first. */
  received(): readonly Received[]
}

/** Whether one of the signatures of a delivery is by this secret. */
const isSigned = (headers: Headers, body: string, secret: string): boolean => {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  const given = headers.get('webhook-signature') ?? ''
  return given.split(' ').some((one) => equalInConstantTime(one, `v1,${right}`))
}

/**
 * Serves it on any free port of this machine.
 *
 * @param secret `whsec_…`
 */
export const startReceiver = (secret: string): Receiver => {
  const received: Received[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/hook': {
        POST: async (request) => {
          const { headers } = request
          const body = await request.text()
          const isRight = isSigned(headers, body, secret)
          received.push({
            id: headers.get('webhook-id') ?? '',
            verified: isRight ? body : null,
          })
          return new Response(null, { status: isRight ? 204 : 401 })
        },
      },
    },
    fetch: () => new Response('There is no such page.', { status: 404 }),
  })
  return { url: `${server.url.origin}/hook`, received: () => received }
}
