/**
 * What most teams write: Express on Node, WeCom's crypto package, xml2js. Keeps nothing on disk.
 */
import type { AddressInfo } from 'node:net'
import { decrypt, getJsApiSignature, getSignature } from '@wecom/crypto'
import express from 'express'
import { parseStringPromise } from 'xml2js'
import { encodingAesKey, jsapiTicketOf, token } from '../fixture'

const tickets = new Map<string, string>()
const ticketOf = (corpid: string): string => tickets.get(corpid) ?? jsapiTicketOf(0)
/** Where the last message ends up, so that nothing of the work is for nothing. */
const events: unknown[] = []

const app = express()
app.disable('x-powered-by')
app.disable('etag')

app.get('/sign', (request, response) => {
  const { corpid, url } = request.query as { corpid: string; url: string }
  const { timestamp, nonceStr, signature } = getJsApiSignature({ url, ticket: ticketOf(corpid) })
  response.set('cache-control', 'no-store')
  response.json({ corpid, timestamp, nonceStr, signature, sign: signature, noncestr: nonceStr })
})

app.post('/callback/command', express.text({ type: '*/*' }), async (request, response) => {
  const { msg_signature, timestamp, nonce } = request.query as Record<string, string>
  const outer = await parseStringPromise(request.body, { explicitArray: false })
  const ciphertext = outer.xml.Encrypt
  if (getSignature(token, timestamp ?? '', nonce ?? '', ciphertext) !== msg_signature) {
    response.status(403).send('bad signature')
    return
  }
  const { message } = decrypt(encodingAesKey, ciphertext)
  const inner = await parseStringPromise(message, { explicitArray: false })
  events[0] = inner.xml
  response.type('text/plain').send('success')
})

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
