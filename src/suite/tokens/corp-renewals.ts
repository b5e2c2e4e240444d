/** The access tokens of companies whose renewal WeCom refuses, suite by suite. Pure. */
import type { CachedToken } from './cached-token'
import type { Refusal } from './hold-off'

/** Of one suite. Times are epoch milliseconds. */
export interface CorpRenewals {
  /** The last refusal of each company's access token that has had no success since. */
  readonly refusals: { readonly corpid: string; readonly refusal: Refusal }[]
  /** When the newest access token of any company was fetched; null if none is cached. */
  lastFetchedAt: number | null
}

/** By suite id, of the suites whose companies' tokens are cached. */
export const corpRenewalsIn = (cache: Iterable<CachedToken>): Map<string, CorpRenewals> => {
  const ofSuites = new Map<string, CorpRenewals>()
  for (const { key, record, refusal } of cache) {
    if (key.kind !== 'access_token') continue
    const renewals = ofSuites.get(key.suiteId) ?? { refusals: [], lastFetchedAt: null }
    ofSuites.set(key.suiteId, renewals)
    if (refusal) renewals.refusals.push({ corpid: key.corpid, refusal })
    if (record) {
      renewals.lastFetchedAt = Math.max(record.fetchedAt, renewals.lastFetchedAt ?? 0)
    }
  }
  return ofSuites
}
