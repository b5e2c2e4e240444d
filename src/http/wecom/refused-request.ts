/** What is wrong with a request to a URL of WeCom's that was refused before it could be opened. Pure. */
import type { ErrorCode } from '../../errors'
import { isLikeWecoms } from '../../suite/callback/refused/diagnosis'
import type { Mistake, MistakeCode } from '../../suite/callback/refused/mistake'

/** Names in paths are what strangers like. */
const longestName = 40

const signedCodes: Partial<Record<ErrorCode, MistakeCode>> = {
  undecryptable: 'wrong_encoding_aes_key',
  stale_timestamp: 'stale_timestamp',
  wrong_receiver: 'no_message',
}

/**
 * @param parameters those of the query, decoded
 * @param pathname of the request: it names the suite that isn't there
 */
export const mistakeOfRequest = (
  code: ErrorCode,
  parameters: ReadonlyMap<string, string>,
  pathname: string,
): Mistake => {
  const signed = signedCodes[code]
  if (signed) return { code: signed }
  const [msgSignature, timestamp, nonce] = ['msg_signature', 'timestamp', 'nonce'].map((name) =>
    parameters.get(name),
  )
  // 公众号 and mini-programs sign with a parameter of this name.
  if (!msgSignature && parameters.has('signature') && timestamp && nonce) {
    return { code: 'weixin_platform' }
  }
  if (!msgSignature || !timestamp || !nonce) return { code: 'no_signature' }
  if (!isLikeWecoms({ msgSignature, timestamp, nonce })) return { code: 'broken_signature' }
  if (code === 'suite_not_found') {
    const named = /^\/+suites\/+([^/]*)/.exec(pathname)?.[1]
    return { code: 'unknown_suite', came: named?.slice(0, longestName) ?? '' }
  }
  return { code: code === 'bad_signature' ? 'wrong_token' : 'not_wecoms_body' }
}
