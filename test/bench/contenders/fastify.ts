/** Fastify on Node, WeCom's crypto package, fast-xml-parser, schemas for the answers. No disk. */
import { decrypt, getJsApiSignature, getSignature } from '@wecom/crypto'
import { XMLParser } from 'fast-xml-parser'
import createFastify from 'fastify'
import { encodingAesKey, jsapiTicketOf, token } from '../fixture'

const tickets = new Map<string, string>()
const ticketOf = (corpid: string): string => tickets.get(corpid) ?? jsapiTicketOf(0)
const parser = new XMLParser({ parseTagValue: false })
/** Where the last message ends up, so that nothing of the work is for nothing. */
const events: unknown[] = []

const text = { type: 'string' } as const
const properties = {
  corpid: text,
  timestamp: { type: 'integer' },
  nonceStr: text,
  signature: text,
  sign: text,
  noncestr: text,
} as const

const app = createFastify()
app.addContentTypeParser('text/xml', { parseAs: 'string' }, (_, body, done) => done(null, body))

app.get<{ Querystring: { corpid: string; url: string } }>(
  '/sign',
  {
    schema: {
      querystring: {
        type: 'object',
        required: ['corpid', 'url'],
        properties: { corpid: text, url: text },
      },
      response: { 200: { type: 'object', properties } },
    },
  },
  async (request, reply) => {
    const { corpid, url } = request.query
    const { timestamp, nonceStr, signature } = getJsApiSignature({ url, ticket: ticketOf(corpid) })
    reply.header('cache-control', 'no-store')
    return { corpid, timestamp, nonceStr, signature, sign: signature, noncestr: nonceStr }
  },
)

app.post<{ Querystring: { msg_signature: string; timestamp: string; nonce: string } }>(
  '/callback/command',
  async (request, reply) => {
    const { msg_signature, timestamp, nonce } = request.query
    const ciphertext = parser.parse(request.body as string).xml.Encrypt
    if (getSignature(token, timestamp, nonce, ciphertext) !== msg_signature) {
      return reply.code(403).send('bad signature')
    }
    const { message } = decrypt(encodingAesKey, ciphertext)
    events[0] = parser.parse(message).xml
    return reply.type('text/plain').send('success')
  },
)

process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
