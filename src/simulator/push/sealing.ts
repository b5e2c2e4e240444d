/** Requests as WeCom's callbacks make them: sealed, signed, addressed. No I/O. */
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { type CallbackPair, pushBody, sealEnvelope } from '../../wecom/callback/envelope'
import { randomBytes16, randomNumber } from '../world/random-text'
import { writtenSeconds } from '../world/rules'
import type { Suite, World } from '../world/world'

/** Whose Token and EncodingAESKey seal a message: a suite's, or the provider's own. */
export type Sealer = Suite | 'system'

const pairOf = (world: World, sealer: Sealer): CallbackPair => {
  const [token, encodingAesKey] =
    sealer === 'system'
      ? [world.provider.systemToken, world.provider.systemEncodingAesKey]
      : [sealer.token, sealer.encodingAesKey]
  const aesKey = parseEncodingAesKey(encodingAesKey)
  if (!aesKey)
    throw new TypeError('An EncodingAESKey of the simulator is not 43 letters and digits')
  return { token, aesKey }
}

interface ToSeal {
  readonly sealer: Sealer
  readonly message: string
  readonly receiveId: string
}

const seal = (world: World, { sealer, message, receiveId }: ToSeal) =>
  sealEnvelope(message, {
    pair: pairOf(world, sealer),
    receiveId,
    timestamp: String(writtenSeconds(world)),
    nonce: randomNumber(world.random, 10),
    random16: randomBytes16(world.random),
  })

/** Whatever query the URL has already stays as it was written. */
const withQuery = (url: string, parameters: Readonly<Record<string, string>>): string =>
  `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`

/** Puts a company, or in a URL check the provider, in place of `$CORPID$`. */
export const withCorpid = (url: string, corpid: string): string =>
  url.replaceAll('$CORPID$', encodeURIComponent(corpid))

/** The GET with which WeCom checks a callback URL. */
export const checkRequest = (
  world: World,
  url: string,
  { echo, sealer, receiveId }: { echo: string; sealer: Sealer; receiveId: string },
): { url: string; init: RequestInit } => {
  const { ciphertext, query } = seal(world, { sealer, message: echo, receiveId })
  const checked = withQuery(withCorpid(url, world.provider.corpid), {
    msg_signature: query.msgSignature,
    timestamp: query.timestamp,
    nonce: query.nonce,
    echostr: ciphertext,
  })
  return { url: checked, init: { method: 'GET' } }
}

export interface PushAddress {
  /** The outer ToUserName, which no signature covers. */
  readonly toUserName: string
  /** The outer AgentID; empty for command messages. */
  readonly agentId: string
}

/** The POST that carries a message. */
export const pushRequest = (
  world: World,
  url: string,
  { toUserName, agentId, ...toSeal }: ToSeal & PushAddress,
): { url: string; init: RequestInit } => {
  const { ciphertext, query } = seal(world, toSeal)
  const { msgSignature: msg_signature, timestamp, nonce } = query
  return {
    url: withQuery(url, { msg_signature, timestamp, nonce }),
    init: {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: pushBody(ciphertext, toUserName, agentId),
    },
  }
}
