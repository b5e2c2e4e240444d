/** suited's API for TypeScript: one function for each operation of its OpenAPI document. */
import createClient from 'openapi-fetch'
import { addressOf } from './address'
import { routes } from './generated/routes'
import type { Call, CallOptions, OperationId } from './operation'
import { SuitedProblem } from './problem'

export type * from './generated/types'
export { everyItem } from './items'
export type { Answer, CallOptions, Input } from './operation'
export { type ProblemCode, SuitedProblem } from './problem'

export interface SuitedClientOptions {
  /** Where suited is: the operators' listener, if it has one of its own. */
  readonly url: string
  /** A key of suited's, or its admin token. Signing pages needs none. */
  readonly key?: string
  /** In place of the global one. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** Each throws `SuitedProblem`, and whatever its `signal` was aborted with. */
export type SuitedClient = { readonly [Id in keyof typeof routes]: Call<Id & OperationId> }

/** What openapi-fetch does, without its types: ours are those of the operations. */
type Ask = (
  method: string,
  path: string,
  init: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>

/**
 * @example
 * const suited = createSuitedClient({ url: 'http://127.0.0.1:8011', key: process.env.SUITED_KEY })
 * const { agentid } = await suited.getCorp({ corpid })
 */
export const createSuitedClient = ({ url, key, fetch }: SuitedClientOptions): SuitedClient => {
  const { request } = createClient({
    baseUrl: url,
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    ...(fetch && { fetch }),
  })
  const ask = request as unknown as Ask

  const call =
    ([method, template]: readonly [string, string]) =>
    async (input: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}) => {
      const { body, ...parameters } = input
      const { path, others } = addressOf(template, parameters)
      const params = { query: { ...others, ...options.query } }
      const { signal = null } = options
      const init = { params, body, signal, parseAs: 'text' }
      const { data, error, response } = await ask(method, path, init).catch((cause) => {
        signal?.throwIfAborted()
        throw SuitedProblem.noAnswer(cause)
      })
      if (!response.ok) throw SuitedProblem.fromAnswer(response, error)
      try {
        return data === undefined || data === '' ? undefined : JSON.parse(String(data))
      } catch {
        throw SuitedProblem.fromAnswer(response, data)
      }
    }

  const calls = Object.entries(routes).map(([id, route]) => [id, call(route)])
  return Object.fromEntries(calls) as unknown as SuitedClient
}
