/** node-easywechat's OpenWork on Node's own server. Its tickets are in memory; no disk. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CacheInterface, OpenWork, ServerRequest } from 'node-easywechat'
import {
  encodingAesKey,
  jsapiTicketOf,
  permanentCodeOf,
  providerCorpid,
  suiteId,
  suiteSecret,
  token,
} from '../fixture'

/**
 * Its own cache is of files, read anew for every signature; in memory it is as fast as it can be.
 */
class EveryTicketAtHand extends CacheInterface {
  override get = async () => jsapiTicketOf(0)
  override has = async () => true
  override set = async () => true
  override delete = async () => true
}
const cache = new EveryTicketAtHand()

const config = {
  corp_id: providerCorpid,
  provider_secret: 'bench-provider-secret',
  suite_id: suiteId,
  suite_secret: suiteSecret,
  token,
  aes_key: encodingAesKey,
}

/** One for each request: it holds the request, and its server a handler more after each message. */
const application = () => new OpenWork(config).setCache(cache)

const sign = async (query: URLSearchParams): Promise<string> => {
  const corpid = query.get('corpid') ?? ''
  const ticket = await application().getJsApiTicket(corpid, permanentCodeOf(0))
  const config = await ticket.createConfigSignature(query.get('url') ?? '')
  const { timestamp, nonceStr, signature } = config
  return JSON.stringify({
    corpid,
    timestamp,
    nonceStr,
    signature,
    sign: signature,
    noncestr: nonceStr,
  })
}

const take = async (request: IncomingMessage): Promise<string> => {
  const app = application()
  app.setRequest(await ServerRequest.createFromIncomingMessage(request))
  const answer = await app.getServer().serve()
  return String(answer.getBody())
}

const server = createServer(async (request, response) => {
  const [path, query] = (request.url ?? '').split('?')
  const isSign = path === '/sign'
  try {
    const body = isSign ? await sign(new URLSearchParams(query)) : await take(request)
    response.setHeader('content-type', isSign ? 'application/json' : 'text/plain')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.end(body)
  } catch (error) {
    response.statusCode = 403
    response.end(String(error))
  }
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
