/**
 * The mistake of a request to a URL of WeCom's that was refused before it could be opened. Pure.
 */
import type { ErrorCode } from '../../errors'
import type { Mistake } from '../../suite/callback/refused/mistake'
import { queryFault } from '../../wecom/callback/envelope'
import { signedParameters } from './callback-query'

/** Names in paths are what strangers like. */
const longestName = 40

/**
 * @param parameters those of the query, decoded
 * @param pathname of the request: it names the suite that isn't there
 */
export const mistakeOfRequest = (
  code: ErrorCode,
  parameters: ReadonlyMap<string, string>,
  pathname: string,
): Mistake => {
  const query = signedParameters(parameters)
  const { msgSignature, timestamp, nonce } = query
  // 公众号 and mini-programs sign with a parameter of this name.
  if (!msgSignature && parameters.has('signature') && timestamp && nonce) {
    return { code: 'weixin_platform' }
  }
  if (!msgSignature || !timestamp || !nonce) return { code: 'no_signature' }
  if (queryFault(query) !== null) return { code: 'broken_signature' }
  if (code !== 'suite_not_found') return { code: 'not_wecoms_body' }
  const named = /^\/+suites\/+([^/]*)/.exec(pathname)?.[1]
  return { code: 'unknown_suite', came: named?.slice(0, longestName) ?? '' }
}
