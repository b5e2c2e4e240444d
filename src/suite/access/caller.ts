/** Who asks: the holder of the admin token, or of an API key. */
import type { ApiKeyRecord } from '../../store/api-keys'
import type { Suites } from '../suites'

export type Caller =
  | { readonly kind: 'admin_token' }
  | { readonly kind: 'key'; readonly key: ApiKeyRecord }

/** What a caller wants to touch. */
export interface Reach {
  /** The operator's name of a suite; null: all of them, or none in particular. */
  readonly suiteKey: string | null
  /** A company's id; null: all of them, or none in particular. */
  readonly corpid: string | null
}

/** One suite of ours by its id, and a company in it; a suite that isn't configured is nobody's. */
export const reachInSuite = (
  suites: Pick<Suites, 'byId'>,
  suiteId: string | null,
  corpid: string | null,
): Reach => ({
  suiteKey: suiteId === null ? null : (suites.byId(suiteId)?.key ?? null),
  corpid,
})

/** What no suite and no company has for itself. */
export const everything: Reach = { suiteKey: null, corpid: null }

/** Whether a caller may do all there is: with the admin token, or with a key of scope `admin`. */
export const isAdmin = (caller: Caller): boolean =>
  caller.kind === 'admin_token' || caller.key.scopes.includes('admin')

/** Whether a caller may do something for some suites or companies alone. */
export const isLimited = (caller: Caller): boolean =>
  caller.kind === 'key' && (caller.key.suites !== null || caller.key.corps !== null)
