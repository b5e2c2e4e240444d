/** The tokens of the store as this process caches them. */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Store } from '../../store/store'
import type { TokenRecord } from '../../store/token-record'
import { type CachedToken, cacheRecord, isDead, settleReports, supersedes } from './cached-token'

export interface StoredTokens {
  /** Caches what the store has, if that is newer. */
  load(cached: CachedToken): Promise<void>
  /**
   * The same with what was read of it.
   *
   * @param drops how often the cached token had been dropped before it was read
   */
  cacheStored(cached: CachedToken, stored: TokenRecord | null, drops: number): Promise<void>
  /** Lets whoever reads the store know that the cached token was reported dead. */
  storeDeath(cached: CachedToken): Promise<void>
}

export const createStoredTokens = (parts: {
  readonly store: Pick<Store, 'loadToken' | 'endToken'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}): StoredTokens => {
  const { store, clock, random, log } = parts

  const storeDeath: StoredTokens['storeDeath'] = async ({ key, record }) => {
    if (!record) return
    // In its own place: a fetch that is under way replaces it none the less.
    await store.endToken(key, record).catch((error: unknown) => {
      log.warn('the death of a token could not be stored', { ...key, reason: reasonOf(error) })
    })
  }

  const cacheStored: StoredTokens['cacheStored'] = async (cached, stored, drops) => {
    if (drops !== cached.drops) return
    cached.loaded = true
    if (!stored || !supersedes(stored, cached)) return
    settleReports(cached, stored, clock.now())
    cacheRecord(cached, stored, random)
    // Somebody else got one after we were refused.
    if (!isDead(stored) && cached.refusal && stored.fetchedAt > cached.refusal.refusedAt) {
      cached.refusal = null
    }
    if (!isDead(stored) && cached.dead.has(stored.value)) await storeDeath(cached)
  }

  const read = async (cached: CachedToken): Promise<void> => {
    do {
      const { drops } = cached
      await cacheStored(cached, await store.loadToken(cached.key), drops)
    } while (!cached.loaded)
  }

  return {
    async load(cached) {
      const loading = cached.loading ?? read(cached)
      cached.loading = loading
      try {
        await loading
      } finally {
        if (cached.loading === loading) cached.loading = null
      }
    },
    cacheStored,
    storeDeath,
  }
}
