/** A passive reply, sealed with the pair that the message came with: the answer to WeCom's push. */
import { secondMs } from '../../clock'
import type { Random } from '../../retry'
import { type CallbackPair, replyBody, sealEnvelope } from '../../wecom/callback/envelope'

/**
 * @param receiveId the one that the message was sealed for
 * @param now epoch milliseconds
 */
export const sealReply = (
  xml: string,
  pair: CallbackPair,
  receiveId: string,
  now: number,
  random: Random,
): string => {
  const { ciphertext, query } = sealEnvelope(xml, {
    pair,
    receiveId,
    timestamp: String(Math.floor(now / secondMs)),
    nonce: String(Math.floor(random() * 1e10)).padStart(10, '0'),
    random16: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)),
  })
  return replyBody(ciphertext, query)
}
