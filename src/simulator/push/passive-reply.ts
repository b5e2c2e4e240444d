/**
 * What a backend may answer on the data URL: nothing, or a sealed reply (document 90241). No I/O.
 */
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { ciphertextOf, openEnvelope } from '../../wecom/callback/envelope'
import type { Suite } from '../world/world'

const elementText = (body: string, name: string): string =>
  new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[)?\\s*([^\\]<]*?)\\s*(?:\\]\\]>)?\\s*</${name}>`).exec(
    body,
  )?.[1] ?? ''

/**
 * The reply in an answer to a member's message.
 *
 * @param corpid the receive id that the reply must carry; empty for individual providers
 * @returns null if the body is neither a reply nor sealed as it must be
 */
export const openReply = (suite: Suite, corpid: string, body: string): string | null => {
  const aesKey = parseEncodingAesKey(suite.encodingAesKey)
  const ciphertext = ciphertextOf(body)
  if (!aesKey || ciphertext === null) return null
  const query = {
    msgSignature: elementText(body, 'MsgSignature'),
    timestamp: elementText(body, 'TimeStamp'),
    nonce: elementText(body, 'Nonce'),
  }
  const freshness = { now: 0, maxAgeSeconds: 0 }
  const opened = openEnvelope([{ token: suite.token, aesKey }], query, ciphertext, freshness)
  return opened.ok && opened.value.receiveId === corpid ? opened.value.message : null
}
