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
import {
  type CachedToken,
  cacheRecord,
  ended,
  goodRecord,
  goodSuccessor,
  invalidate,
  isDead,
  noteReissued,
  wasReissued,
} from './cached-token'
import { holdOffError, holdsOff } from './hold-off'
import { createRefusedFetches } from './refused-fetches'
import { createStoredTokens } from './stored-tokens'
import type { TicketBudget } from './ticket-budget'
import type { TicketWait } from './ticket-wait'
import type { PreparedFetch } from './token-source'

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
   * The same ahead of need: no turn is taken where another process has renewed it by now.
   *
   * @throws {ServiceError} likewise
   */
  renew(cached: CachedToken): Promise<TokenRecord>
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
  prepare(key: TokenKey): Promise<PreparedFetch>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told of every fetch that WeCom refused. */
  onRefused(key: TokenKey, failure: WecomFailure): void
  /** Told of every token that was reported dead and has a successor by now. */
  onReplaced(key: TokenKey, dead: TokenRecord): void
  readonly budget: TicketBudget
  readonly ticketWait: TicketWait
  /** How many processes share the store, this one included. */
  livingReplicas(): number
}

/** Longer than any fetch with its three tries. */
const turnMs = 30 * secondMs
const betweenTriesMs = 200

/** A turn that was had, with the token that stood in the store then. */
interface TakenTurn {
  readonly stored: TokenRecord | null
  readonly turn: Lease
  /** Whether a token was saved under it, which ends it. */
  isOver: boolean
}

const isTicket = ({ kind }: TokenKey): boolean => kind.endsWith('_ticket')

const hasLeft = () =>
  new ServiceError('corp_not_authorized', 'This company has left meanwhile.', {
    extra: { reason: 'It left while its token was being fetched.' },
  })

export const createTokenRefresh = (parts: TokenRefreshParts): TokenRefresh => {
  const { store, prepare, clock, random, log, onRefused, onReplaced, budget, ticketWait } = parts
  const { livingReplicas } = parts
  const refused = createRefusedFetches({ store, ticketWait, clock, random, log, onRefused })
  const { load, cacheStored, storeDeath } = createStoredTokens({ store, clock, random, log })

  /**
   * Writes a fetched token and caches it. A store that can't take it costs a fetch after the next
   * start, no more. Null if another process was faster, and its token is not good.
   */
  const saveAndCache = async (
    cached: CachedToken,
    fetched: TokenRecord,
    taken: TakenTurn,
  ): Promise<TokenRecord | null> => {
    // Reported while it was on its way: no other process may take it for a good one.
    const record = cached.dead.has(fetched.value) ? ended(fetched) : fetched
    try {
      const replaces = taken.stored?.generation ?? 0
      const outcome = await store.saveToken(cached.key, record, replaces, taken.turn)
      taken.isOver = true
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
  const fetchNow = async (cached: CachedToken, taken: TakenTurn): Promise<TokenRecord | null> => {
    const { fetch, ticketSeconds } = await prepare(cached.key)
    const tickets = { count: refused.ticketsOf(cached.key), seconds: ticketSeconds }
    if (isTicket(cached.key)) assertAllowed(await budget.spend(cached.key), clock.now())
    const now = clock.now()
    const before = cached.record
    // What is reported from here on is not settled by this fetch: it may have been on its way.
    const asked = new Set(cached.dead.keys())
    const fetched = await fetch().catch(async (error: unknown) => {
      if (!(error instanceof WecomFailure)) throw error
      throw await refused.note(cached, error, tickets, taken.turn)
    })
    cached.refusal = null
    for (const settled of asked) cached.dead.delete(settled)
    if (asked.has(fetched.value)) noteReissued(cached, fetched.value, now)
    // A store that lost its last second stands behind what this process saw.
    const generation = Math.max(before?.generation ?? 0, taken.stored?.generation ?? 0) + 1
    const record = await saveAndCache(cached, { ...fetched, generation }, taken)
    if (before && asked.has(before.value) && record && record.value !== before.value) {
      onReplaced(cached.key, before)
    }
    return record
  }

  const giveBack = (turn: Lease): Promise<void> =>
    turn.release().catch((error: unknown) => {
      log.debug('a turn could not be given back; it runs out', { reason: reasonOf(error) })
    })

  /**
   * Whoever finds the turn taken looks again, until a token is there, or a refusal, or the turn.
   */
  const refreshInTurn = async (cached: CachedToken): Promise<TokenRecord> => {
    const before = cached.record
    for (;;) {
      const { drops } = cached
      const found = await store.takeTokenTurn(cached.key, turnMs)
      if (found === null) {
        const { suiteId, corpid } = cached.key
        // It knows why a company can't be served.
        if (corpid !== null) await prepare({ suiteId, corpid, kind: 'access_token' })
        throw hasLeft()
      }
      const taken = found.turn && { stored: found.stored, turn: found.turn, isOver: false }
      try {
        // Heard of another death while the turn was taken: what stands there is read anew.
        if (drops !== cached.drops) continue
        await cacheStored(cached, found.stored, drops)
        const successor = goodSuccessor(cached, before, clock.now())
        if (successor) return successor
        await refused.learn(cached, found.refusal)
        const now = clock.now()
        if (holdsOff(cached.refusal, now)) throw holdOffError(cached.refusal, now)
        const fetched = taken && (await fetchNow(cached, taken))
        if (fetched) return fetched
      } finally {
        if (taken && !taken.isOver) await giveBack(taken.turn)
      }
      await clock.sleep(betweenTriesMs)
    }
  }

  const renewUnlessRenewed = async (cached: CachedToken): Promise<TokenRecord> => {
    const before = cached.record
    if (livingReplicas() > 1) await load(cached)
    return goodSuccessor(cached, before, clock.now()) ?? refreshInTurn(cached)
  }

  const fly = (
    cached: CachedToken,
    begin: (cached: CachedToken) => Promise<TokenRecord>,
  ): Promise<TokenRecord> => {
    cached.flight ??= begin(cached).finally(() => {
      cached.flight = null
    })
    return cached.flight
  }

  return {
    load,
    refresh: (cached) => fly(cached, refreshInTurn),
    renew: (cached) => fly(cached, renewUnlessRenewed),
    async report(cached, dead) {
      if (!cached.loaded) await load(cached)
      const now = clock.now()
      if (wasReissued(cached, dead, now) || cached.dead.has(dead)) return
      const pausedUntil = isTicket(cached.key) ? await budget.pausedUntil(cached.key) : null
      const isCached = cached.record?.value === dead
      if (isCached) assertAllowed(pausedUntil, now)
      invalidate(cached, dead, now)
      if (isCached) await storeDeath(cached)
    },
    countTicket: refused.countTicket,
  }
}
