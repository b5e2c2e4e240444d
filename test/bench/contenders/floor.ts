/**
 * The floor: Bun's server and the hash, nothing else. What no service on Bun can be faster than.
 */
import { jsapiTicketOf } from '../fixture'

const ticket = jsapiTicketOf(0)
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789'

const createNonce = (): string => {
  let nonce = ''
  for (let i = 0; i < 16; i++) nonce += letters[(Math.random() * letters.length) | 0]
  return nonce
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request) {
    const query = new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1))
    const timestamp = Math.floor(Date.now() / 1000)
    const nonceStr = createNonce()
    const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${query.get('url')}`
    const signature = new Bun.CryptoHasher('sha1').update(text).digest('hex')
    return Response.json({
      corpid: query.get('corpid'),
      timestamp,
      nonceStr,
      signature,
      sign: signature,
      noncestr: nonceStr,
    })
  },
})
process.stdout.write(`${server.url.origin}\n`)
