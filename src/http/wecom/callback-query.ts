/** WeCom's parameters in the query of a callback. */
import { ServiceError } from '../../errors'
import { isLikeWecoms } from '../../suite/callback/refused/diagnosis'
import { RefusedCallback } from '../../suite/callback/refused/mistake'
import { type SignedQuery, timestampShape } from '../../wecom/callback/envelope'
import { queryOf } from '../request/address'
import { eachPair } from '../request/query-pairs'

/**
 * WeCom's parameters out of a raw query. Each is decoded once; a `+` stays what it is, for base64
 * has pluses and no blanks.
 */
export const parametersOf = (request: Request): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>()
  eachPair(queryOf(request), (name, raw) => {
    try {
      if (!parameters.has(name)) parameters.set(name, decodeURIComponent(raw))
    } catch {
      parameters.set(name, raw)
    }
  })
  return parameters
}

/** What to tell whoever comes to a callback URL without WeCom's parameters. */
export const missing = () =>
  new ServiceError(
    'invalid_request',
    'You reached suited. WeCom adds msg_signature, timestamp and nonce to this address (and echostr when it checks it); paste it into WeCom’s console.',
  )

/** @throws {ServiceError} invalid_request — a parameter is missing */
export const signedQuery = (parameters: ReadonlyMap<string, string>): SignedQuery => {
  const msgSignature = parameters.get('msg_signature')
  const timestamp = parameters.get('timestamp')
  const nonce = parameters.get('nonce')
  if (!msgSignature || !timestamp || !nonce) throw missing()
  return { msgSignature, timestamp, nonce }
}

const signatureShape = /^[0-9a-f]{40}$/
/** WeCom's have ten digits. In more than 64 characters whole blocks of the ciphertext would find room. */
const longestNonce = 64

/**
 * Refuses what no signature can fit, before anybody reads the body that came with it.
 *
 * @throws {ServiceError} bad_signature, stale_timestamp
 */
export const refuseImpossible = ({ msgSignature, timestamp, nonce }: SignedQuery): void => {
  if (!signatureShape.test(msgSignature) || nonce.length > longestNonce) {
    throw new ServiceError('bad_signature', 'The signature does not fit.')
  }
  if (!timestampShape.test(timestamp)) {
    const mistake = { code: 'broken_signature' } as const
    const detail = 'The timestamp is no number of seconds, which have ten digits.'
    throw new RefusedCallback('stale_timestamp', detail, mistake)
  }
}

/** Whether a request has what WeCom adds to a callback, whoever sent it. */
export const looksSigned = (request: Request): boolean => {
  if (!queryOf(request).includes('msg_signature=')) return false
  const parameters = parametersOf(request)
  return isLikeWecoms({
    msgSignature: parameters.get('msg_signature') ?? '',
    timestamp: parameters.get('timestamp') ?? '',
    nonce: parameters.get('nonce') ?? '',
  })
}
