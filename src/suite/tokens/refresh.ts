/**
 * The refresh of one token: a turn is taken, WeCom asked, the answer written; others wait for it.
 */
import { type Clock, secondMs } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Lease } from '../../store/lease'
import type { Store } from '../../store/store'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import { WecomFailure } from '../../wecom/api/failure'
import type { FetchedToken } from '../../wecom/api/suite-calls'
import {
  type CachedToken,
  cacheRecord,
  ended,
  goodRecord,
  invalidate,
  isDead,
  noteReissued,
  supersedes,
  wasReissued,
} from './cached-token'
import { holdOffError, holdsOff } from './hold-off'
import { createRefusedFetches } from './refused-fetches'
import type { TicketBudget } from './ticket-budget'
import type { TicketWait } from './ticket-wait'

export interface TokenRefresh {
  /** Caches what the store has, if that is newer. */
  load(cached: CachedToken): Promise<void>
  /**
   * A token in place of the cached one, for all who ask meanwhile. It may have been reported dead
   * while it was on its way.
   *
   * @throws {ServiceError} what the fetch met, here or in another process
   */
  refresh(cached: CachedToken): Promise<TokenRecord>
  /**
   * Takes the report of a dead token: from now on it is good for nobody, here and for whoever reads
   * the store, unless WeCom insists on it.
   *
   * @throws {ServiceError} too_many_requests — it is a ticket and may not be fetched now; the
   * report changes nothing then, for others may still be well served by it
   */
  report(cached: CachedToken, dead: string): Promise<void>
  /** A new ticket came: refusals of fetches that began before it say nothing about it. */
  countTicket(suiteId: string): void
}

export interface TokenRefreshParts {
  readonly store: Pick<
    Store,
    'loadToken' | 'takeTokenTurn' | 'saveToken' | 'noteRefusal' | 'endToken'
  >
  /** What `TokenSource.prepare` does. */
  prepare(key: TokenKey): Promise<() => Promise<FetchedToken>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told of every fetch that WeCom refused. */
  onRefused(key: TokenKey, failure: WecomFailure): void
  /** Told of every token that was reported dead and has a successor by now. */
  onReplaced(key: TokenKey, dead: TokenRecord): void
  readonly budget: TicketBudget
  readonly ticketWait: TicketWait
}

/** Longer than any fetch with its three tries. */
const turnMs = 30 * secondMs
const betweenTriesMs = 200

const isTicket = ({ kind }: TokenKey): boolean => kind.endsWith('_ticket')

const hasLeft = () =>
  new ServiceError('corp_not_authorized', 'This company has left meanwhile.', {
    extra: { reason: 'It left while its token was being fetched.' },
  })

export const createTokenRefresh = (parts: TokenRefreshParts): TokenRefresh => {
  const { store, prepare, clock, random, log, onRefused, onReplaced, budget, ticketWait } = parts
  const refused = createRefusedFetches({ store, ticketWait, clock, random, log, onRefused })

  /** Lets whoever reads the store know that the cached token was reported dead. */
  const storeDeath = async ({ key, record }: CachedToken): Promise<void> => {
    if (!record) return
    // In its own place: a fetch that is under way replaces it none the less.
    await store.endToken(key, record).catch((error: unknown) => {
      log.warn('the death of a token could not be stored', { ...key, reason: reasonOf(error) })
    })
  }

  const cacheStored = async (cached: CachedToken, record: TokenRecord | null): Promise<void> => {
    cached.loaded = true
    if (!record || !supersedes(record, cached)) return
    cacheRecord(cached, record, random)
    // Somebody else got one after we were refused.
    if (!isDead(record) && cached.refusal && record.fetchedAt > cached.refusal.refusedAt) {
      cached.refusal = null
    }
    if (!isDead(record) && cached.dead.has(record.value)) await storeDeath(cached)
  }

  const load = async (cached: CachedToken): Promise<void> =>
    cacheStored(cached, await store.loadToken(cached.key))

  /**
   * Writes a fetched token and caches it. A store that can't take it costs a fetch after the next
   * start, no more. Null if another process was faster, and its token is not good.
   */
  const saveAndCache = async (
    cached: CachedToken,
    fetched: TokenRecord,
    turn: Lease,
  ): Promise<TokenRecord | null> => {
    // Reported while it was on its way: no other process may take it for a good one.
    const record = cached.dead.has(fetched.value) ? ended(fetched) : fetched
    try {
      const outcome = await store.saveToken(cached.key, record, record.generation - 1, turn)
      if (outcome === 'superseded') {
        cached.record = null
        await load(cached)
        return goodRecord(cached, clock.now())
      }
    } catch (error) {
      log.warn('a token could not be stored and is kept in memory', {
        ...cached.key,
        reason: reasonOf(error),
      })
    }
    cacheRecord(cached, record, random)
    if (cached.record && isDead(cached.record) && !isDead(record)) await storeDeath(cached)
    return fetched
  }

  /**
   * @throws {ServiceError} too_many_requests — it is a ticket, and WeCom gives no more this hour
   */
  const assertAllowed = (pausedUntil: number | null, now: number): void => {
    if (pausedUntil === null) return
    throw new ServiceError('too_many_requests', 'The hourly limit of JS-SDK tickets is reached.', {
      retryAfterSeconds: Math.ceil((pausedUntil - now) / secondMs),
    })
  }

  /** Null if another process was faster, and its token is not good. */
  const fetchNow = async (cached: CachedToken, turn: Lease): Promise<TokenRecord | null> => {
    const fetch = await prepare(cached.key)
    const tickets = refused.ticketsOf(cached.key)
    const now = clock.now()
    if (isTicket(cached.key)) assertAllowed(budget.spend(cached.key, now), now)
    const before = cached.record
    // What is reported from here on is not settled by this fetch: it may have been on its way.
    const asked = new Set(cached.dead)
    const fetched = await fetch().catch(async (error: unknown) => {
      throw error instanceof WecomFailure ? await refused.note(cached, error, tickets, turn) : error
    })
    cached.refusal = null
    for (const settled of asked) cached.dead.delete(settled)
    if (asked.has(fetched.value)) noteReissued(cached, fetched.value, now)
    const generation = (before?.generation ?? 0) + 1
    const record = await saveAndCache(cached, { ...fetched, generation }, turn)
    if (before && asked.has(before.value) && record && record.value !== before.value) {
      onReplaced(cached.key, before)
    }
    return record
  }

  /**
   * Whoever finds the turn taken looks again, until a token is there, or a refusal, or the turn.
   */
  const refreshInTurn = async (cached: CachedToken): Promise<TokenRecord> => {
    const before = cached.record?.generation ?? 0
    for (;;) {
      const taken = await store.takeTokenTurn(cached.key, turnMs)
      if (taken === null) {
        const { suiteId, corpid } = cached.key
        // It knows why a company can't be served.
        if (corpid !== null) await prepare({ suiteId, corpid, kind: 'access_token' })
        throw hasLeft()
      }
      try {
        await cacheStored(cached, taken.stored)
        const stored = goodRecord(cached, clock.now())
        if (stored && stored.generation > before) return stored
        await refused.learn(cached, taken.refusal)
        const now = clock.now()
        if (holdsOff(cached.refusal, now)) throw holdOffError(cached.refusal, now)
        const fetched = taken.turn && (await fetchNow(cached, taken.turn))
        if (fetched) return fetched
      } finally {
        await taken.turn?.release()
      }
      await clock.sleep(betweenTriesMs)
    }
  }

  return {
    load,
    refresh(cached) {
      cached.flight ??= refreshInTurn(cached).finally(() => {
        cached.flight = null
      })
      return cached.flight
    },
    async report(cached, dead) {
      if (!cached.loaded) await load(cached)
      const now = clock.now()
      if (wasReissued(cached, dead, now) || cached.dead.has(dead)) return
      const isCached = cached.record?.value === dead
      if (isCached && isTicket(cached.key)) assertAllowed(budget.pausedUntil(cached.key, now), now)
      invalidate(cached, dead)
      if (isCached) await storeDeath(cached)
    },
    countTicket: refused.countTicket,
  }
}
