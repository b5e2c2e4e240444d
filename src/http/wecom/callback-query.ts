/** WeCom's parameters in the query of a callback. */
import { ServiceError } from '../../errors'
import { RefusedCallbackError } from '../../suite/callback/refused/refused-callback'
import { queryFault, type SignedQuery } from '../../wecom/callback/envelope'
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

/** The parameters that WeCom signs; empty where they are missing. */
export const signedParameters = (parameters: ReadonlyMap<string, string>): SignedQuery => ({
  msgSignature: parameters.get('msg_signature') ?? '',
  timestamp: parameters.get('timestamp') ?? '',
  nonce: parameters.get('nonce') ?? '',
})

/** @throws {ServiceError} invalid_request — a parameter is missing */
export const signedQuery = (parameters: ReadonlyMap<string, string>): SignedQuery => {
  const query = signedParameters(parameters)
  if (!query.msgSignature || !query.timestamp || !query.nonce) throw missing()
  return query
}

/**
 * Refuses what no signature can fit, before anybody reads the body that came with it.
 *
 * @throws {ServiceError} bad_signature, stale_timestamp
 */
export const refuseImpossible = (query: SignedQuery): void => {
  const fault = queryFault(query)
  if (fault === null) return
  const [code, detail] =
    fault === 'timestamp'
      ? ([
          'stale_timestamp',
          'The timestamp is no number of seconds, which have ten digits.',
        ] as const)
      : (['bad_signature', 'The signature does not fit.'] as const)
  throw new RefusedCallbackError(code, detail, { code: 'broken_signature' })
}

/** Whether a request has what WeCom adds to a callback, whoever sent it. */
export const looksSigned = (request: Request): boolean => {
  if (!queryOf(request).includes('msg_signature=')) return false
  return queryFault(signedParameters(parametersOf(request))) === null
}
