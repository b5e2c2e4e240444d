/** A delivery as WeCom itself would push it: its own envelope, sealed with the endpoint's pair. */
import { secondMs } from '../../clock'
import type { EventRecord } from '../../store/event-record'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { pushBody, sealEnvelope } from '../../wecom/callback/envelope'
import { plainMessage } from './wecom-message'

export interface WecomPair {
  readonly token: string
  readonly encodingAesKey: string
}

export interface Sealed {
  readonly body: string
  readonly query: Readonly<Record<string, string>>
}

/**
 * @param now when this attempt is made
 * @param freshBytes chance, for the envelope and its nonce
 */
export const sealForEndpoint = (
  event: Pick<EventRecord, 'body' | 'type' | 'corpid' | 'suiteId' | 'source'>,
  { token, encodingAesKey }: WecomPair,
  now: number,
  freshBytes: (count: number) => Uint8Array,
): Sealed => {
  const aesKey = parseEncodingAesKey(encodingAesKey)
  if (aesKey === null) throw new Error('the EncodingAESKey of an endpoint is none')
  // A member's message is sealed for the company, all others for the suite.
  const receiveId = (event.source === 'data' ? event.corpid : event.suiteId) ?? ''
  const timestamp = String(Math.floor(now / secondMs))
  const nonce = String(Buffer.from(freshBytes(4)).readUInt32BE()).padStart(10, '0')
  const { ciphertext, query } = sealEnvelope(plainMessage(event), {
    pair: { token, aesKey },
    receiveId,
    timestamp,
    nonce,
    random16: freshBytes(16),
  })
  return {
    body: pushBody(ciphertext, receiveId),
    query: { msg_signature: query.msgSignature, timestamp, nonce },
  }
}
