/** One fetch of one token: locked, read again, asked for, written; and what its refusal means. */
import { type Clock, secondMs } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Store } from '../../store/store'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import {
  adopt,
  bury,
  goodRecord,
  type HeldToken,
  insistedOn,
  isDead,
  nameOfToken,
  noteUndying,
  tellsMore,
} from './cached-token'
import { afterNewTicket, heldError, refusalAfter } from './hold-off'
import type { TicketBudget } from './ticket-budget'
import type { TokenSource } from './token-source'

export interface TokenRefresh {
  /** Takes what the store has in hand, if that is newer. */
  load(held: HeldToken): Promise<void>
  /**
   * A token in place of the one in hand, for all who ask meanwhile. It may have been reported dead
   * while it was on its way.
   *
   * @throws {ServiceError} what the fetch met
   */
  refresh(held: HeldToken): Promise<TokenRecord>
  /**
   * Takes the report of a dead token: from now on it is good for nobody, here and for whoever reads
   * the store, unless WeCom insists on it.
   *
   * @throws {ServiceError} too_many_requests — it is a ticket and may not be fetched now; the report
   * changes nothing then, for others may still be well served by it
   */
  report(held: HeldToken, dead: string): Promise<void>
  /** A new ticket came: refusals of fetches that began before it say nothing about it. */
  countTicket(suiteId: string): void
}

export interface TokenRefreshParts {
  readonly store: Pick<Store, 'loadToken' | 'saveToken' | 'acquireLease'>
  readonly source: TokenSource
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told of every fetch that WeCom refused. */
  onRefused(key: TokenKey, failure: WecomFailure): void
  /** Told of every token that was reported dead and has a successor by now. */
  onReplaced(key: TokenKey, dead: TokenRecord): void
  readonly budget: TicketBudget
}

/** Longer than any fetch with its three tries. */
const leaseMs = 30 * secondMs
const leaseWaitMs = 200

const isTicket = ({ kind }: TokenKey): boolean => kind.endsWith('_ticket')

export const createTokenRefresh = (parts: TokenRefreshParts): TokenRefresh => {
  const { store, source, clock, random, log, onRefused, onReplaced, budget } = parts
  const ticketCounts = new Map<string, number>()
  const ticketsOf = (suiteId: string) => ticketCounts.get(suiteId) ?? 0

  /** Lets whoever reads the store know that the token in hand was reported dead. */
  const storeDeath = async ({ key, record }: HeldToken): Promise<void> => {
    if (!record) return
    // In its own place: a fetch that is under way replaces it none the less.
    await store.saveToken(key, record, record.generation).catch((error: unknown) => {
      log.warn('the death of a token could not be stored', { ...key, reason: reasonOf(error) })
    })
  }

  const load = async (held: HeldToken): Promise<void> => {
    const record = await store.loadToken(held.key)
    held.loaded = true
    if (!record || !tellsMore(record, held)) return
    adopt(held, record, random)
    if (!isDead(record) && held.dead.has(record.value)) await storeDeath(held)
  }

  /**
   * Writes a fetched token and takes it in hand. A store that can't take it costs a fetch after the
   * next start, no more. Null if somebody was faster, and what stands there is not good.
   */
  const keep = async (held: HeldToken, fetched: TokenRecord): Promise<TokenRecord | null> => {
    try {
      const outcome = await store.saveToken(held.key, fetched, fetched.generation - 1)
      if (outcome === 'superseded') {
        held.record = null
        await load(held)
        return goodRecord(held, clock.now())
      }
    } catch (error) {
      log.warn('a token could not be stored and is kept in memory', {
        ...held.key,
        reason: reasonOf(error),
      })
    }
    adopt(held, fetched, random)
    if (held.record && isDead(held.record)) await storeDeath(held)
    return fetched
  }

  /** Notes what a refusal means for the next fetch; gives it back with the wait that it asks for. */
  const note = (held: HeldToken, failure: WecomFailure, tickets: number): unknown => {
    const { path, errcode, errmsg, message } = failure
    const refusal = refusalAfter(failure, held.refusal, clock.now(), random)
    const outdated = ticketsOf(held.key.suiteId) !== tickets
    held.refusal = outdated ? afterNewTicket(refusal) : refusal
    const { attempts, heldUntil } = refusal
    log[failure.unasked ? 'debug' : 'warn']('a token could not be fetched', {
      ...held.key,
      path,
      errcode,
      errmsg,
      reason: message,
      cure: errcode === null ? failure.fault?.cure : explain(errcode, 'en')?.cure,
      attempts,
      heldUntil: heldUntil === 'new ticket' ? heldUntil : new Date(heldUntil).toISOString(),
    })
    onRefused(held.key, failure)
    return heldError(refusal, clock.now())
  }

  /** @throws {ServiceError} too_many_requests — it is a ticket, and WeCom gives no more this hour */
  const assertAllowed = (pausedUntil: number | null, now: number): void => {
    if (pausedUntil === null) return
    throw new ServiceError('too_many_requests', 'The hourly limit of JS-SDK tickets is reached.', {
      retryAfterSeconds: Math.ceil((pausedUntil - now) / secondMs),
    })
  }

  /** Null if another process was faster, and its token is not good. */
  const fetchNow = async (held: HeldToken): Promise<TokenRecord | null> => {
    const fetch = await source.prepare(held.key)
    const tickets = ticketsOf(held.key.suiteId)
    const now = clock.now()
    if (isTicket(held.key)) assertAllowed(budget.spend(held.key, now), now)
    const before = held.record
    // What is reported from here on is not settled by this fetch: it may have been on its way.
    const asked = new Set(held.dead)
    const fetched = await fetch().catch((error: unknown) => {
      throw error instanceof WecomFailure ? note(held, error, tickets) : error
    })
    held.refusal = null
    for (const settled of asked) held.dead.delete(settled)
    if (asked.has(fetched.value)) noteUndying(held, fetched.value, now)
    const record = await keep(held, { ...fetched, generation: (before?.generation ?? 0) + 1 })
    if (!record && !held.record) {
      throw new ServiceError('corp_not_authorized', 'This company has left meanwhile.', {
        extra: { reason: 'It left while its token was being fetched.' },
      })
    }
    if (before && asked.has(before.value) && record && record.value !== before.value) {
      onReplaced(held.key, before)
    }
    return record
  }

  /** Lock, read again, fetch, write. Whoever finds the lock taken reads again until it is free. */
  const refreshAlone = async (held: HeldToken): Promise<TokenRecord> => {
    const before = held.record?.generation ?? 0
    for (;;) {
      const lease = await store.acquireLease(nameOfToken(held.key), leaseMs)
      try {
        await load(held)
        const stored = goodRecord(held, clock.now())
        if (stored && stored.generation > before) return stored
        const fetched = lease && (await fetchNow(held))
        if (fetched) return fetched
      } finally {
        await lease?.release()
      }
      await clock.sleep(leaseWaitMs)
    }
  }

  return {
    load,
    refresh(held) {
      held.flight ??= refreshAlone(held).finally(() => {
        held.flight = null
      })
      return held.flight
    },
    async report(held, dead) {
      if (!held.loaded) await load(held)
      const now = clock.now()
      if (insistedOn(held, dead, now) || held.dead.has(dead)) return
      const isInHand = held.record?.value === dead
      if (isInHand && isTicket(held.key)) assertAllowed(budget.pausedUntil(held.key, now), now)
      bury(held, dead)
      if (isInHand) await storeDeath(held)
    },
    countTicket(suiteId) {
      ticketCounts.set(suiteId, ticketsOf(suiteId) + 1)
    },
  }
}
