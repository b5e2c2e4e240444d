/** Who a request to WeCom is about, as far as it says so, good credentials or not. No I/O. */
import type { World } from '../world/world'

export interface Caller {
  readonly suiteId: string | null
  readonly corpid: string | null
}

const tokenParameters = ['suite_access_token', 'access_token', 'provider_access_token']
const credentialParameters = [...tokenParameters, 'code']

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/**
 * Ends the tokens that a request carries, as WeCom may at any moment: it is refused then, and so is
 * whoever comes with them later.
 */
export const endCarriedTokens = (
  world: World,
  query: URLSearchParams,
  how: 'invalid' | 'expired',
): void => {
  for (const name of tokenParameters) {
    const token = world.credentials.byValue.get(query.get(name) ?? '')
    if (token) token.ended = how === 'expired' ? 'expired' : 'killed'
  }
}

/** The suite and the company that a request names, through its tokens, codes or plain ids. */
export const callerOf = (
  world: World,
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>>,
): Caller => {
  const values = [...credentialParameters.map((name) => query.get(name)), body.auth_code]
  let suiteId = text(body.suite_id) ?? query.get('suite_id')
  let corpid = text(body.auth_corpid) ?? text(body.corpid) ?? query.get('corpid')
  for (const value of values) {
    const credential = world.credentials.byValue.get(text(value) ?? '')
    suiteId ??= credential?.suiteId ?? null
    corpid ??= credential?.corpid ?? null
  }
  const appid = query.get('appid')
  if (appid !== null && world.suites.has(appid)) suiteId ??= appid
  return { suiteId, corpid }
}
