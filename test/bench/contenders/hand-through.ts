/**
 * A bare hand-through: Bun's server and its fetch, one token for all, nothing judged and nothing
 * healed.
 */
import { proxiedPath } from '../fixture'

const wecom = process.env.BENCH_WECOM ?? ''

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch({ method, headers, body }) {
    const up = new Headers({ 'accept-encoding': 'identity' })
    const type = headers.get('content-type')
    if (type !== null) up.set('content-type', type)
    const answer = await fetch(`${wecom}${proxiedPath}&access_token=one-token-for-all`, {
      method,
      headers: up,
      body,
    })
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  },
})
process.stdout.write(`${server.url.origin}\n`)
