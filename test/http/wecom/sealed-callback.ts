/** Callbacks sealed by hand, so that a test can change any one part of them. */
import { parseEncodingAesKey } from '../../../src/wecom/callback/crypto'
import { pushBody, sealEnvelope } from '../../../src/wecom/callback/envelope'
import type { Scene } from '../../scene'

export interface CallbackParts {
  readonly path: string
  /** The message in the clear; of a URL check, the echo. */
  readonly message: string
  readonly receiveId: string
  readonly token: string
  readonly encodingAesKey: string
  /** Seconds, as the text that is signed. */
  readonly timestamp: string
  readonly nonce: string
}

/** A message with these elements, in this order. */
export const xml = (elements: Readonly<Record<string, string | number>>): string =>
  `<xml>${Object.entries(elements)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</xml>`

export const nowSeconds = ({ clock }: Scene): number => Math.floor(clock.now() / 1000)

/**
 * A command message of the scene's suite; unless changed, one on which suited has no work to do.
 */
export const command = (
  scene: Scene,
  elements: Readonly<Record<string, string | number>> = {},
): string =>
  xml({
    SuiteId: scene.suiteId,
    InfoType: 'corp_arch_auth',
    TimeStamp: nowSeconds(scene),
    AuthCorpId: scene.corpids[0]!,
    ...elements,
  })

/** What a member of a company writes to the app. */
export const memberMessage = (
  scene: Scene,
  elements: Readonly<Record<string, string | number>> = {},
): string =>
  xml({
    ToUserName: scene.corpids[0]!,
    FromUserName: 'woMember',
    CreateTime: nowSeconds(scene),
    MsgType: 'text',
    Content: 'hello',
    MsgId: '1234567890123456789',
    AgentID: 1000002,
    ...elements,
  })

/** A valid callback of the scene's suite, with one deviation or several. */
export const seal = (
  scene: Scene,
  change: Partial<CallbackParts> = {},
): { address: string; body: string; ciphertext: string } => {
  const { token, encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
  const parts: CallbackParts = {
    path: '/callback/command',
    message: command(scene),
    receiveId: scene.suiteId,
    token,
    encodingAesKey,
    timestamp: String(nowSeconds(scene)),
    nonce: '1597212914',
    ...change,
  }
  const { ciphertext, query } = sealEnvelope(parts.message, {
    pair: { token: parts.token, aesKey: parseEncodingAesKey(parts.encodingAesKey)! },
    receiveId: parts.receiveId,
    timestamp: parts.timestamp,
    nonce: parts.nonce,
    random16: Buffer.from('0123456789abcdef'),
  })
  const signed = new URLSearchParams({
    msg_signature: query.msgSignature,
    timestamp: query.timestamp,
    nonce: query.nonce,
  })
  return {
    address: `${parts.path}?${signed}`,
    body: pushBody(ciphertext, parts.receiveId),
    ciphertext,
  }
}

export const push = (
  scene: Scene,
  change: Partial<CallbackParts> = {},
  init: RequestInit = {},
): Promise<Response> => {
  const { address, body } = seal(scene, change)
  const headers = { 'content-type': 'text/xml' }
  return scene.request(address, { method: 'POST', headers, body, ...init })
}

/** The GET with which WeCom checks a URL; the answer to it should be `message`. */
export const checkUrl = (scene: Scene, change: Partial<CallbackParts> = {}): Promise<Response> => {
  const { provider } = scene.simulator.world
  const { address, ciphertext } = seal(scene, {
    message: '4280377895',
    receiveId: provider.corpid,
    ...change,
  })
  return scene.request(`${address}&echostr=${encodeURIComponent(ciphertext)}`)
}
