/** One fetch of one token: locked, read again, asked for, written; and what its refusal means. */
import { type Clock, secondMs } from '../clock'
import { reasonOf, ServiceError } from '../errors'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store, TokenKey, TokenRecord } from '../store/store'
import { WecomFailure } from '../wecom/client'
import { explain } from '../wecom/errcode'
import { adopt, goodRecord, type HeldToken, nameOfToken, noteUndying } from './held-token'
import { afterNewTicket, heldError, refusalAfter } from './refusal'
import { createTicketBudget } from './ticket-budget'
import type { TokenSource } from './token-source'

export interface TokenRefresh {
  /** Takes what the store has in hand, if that is newer. */
  load(held: HeldToken): Promise<void>
  /**
   * A token in place of the one in hand, for all who ask meanwhile.
   *
   * @param dead a token that doesn't count as good, even if the store has it
   * @throws {ServiceError} what the fetch met
   */
  refresh(held: HeldToken, dead: string | null): Promise<TokenRecord>
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
}

/** Longer than any fetch with its three tries. */
const leaseMs = 30 * secondMs
const leaseWaitMs = 200

export const createTokenRefresh = (parts: TokenRefreshParts): TokenRefresh => {
  const { store, source, clock, random, log, onRefused } = parts
  const budget = createTicketBudget()
  const ticketCounts = new Map<string, number>()
  const ticketsOf = (suiteId: string) => ticketCounts.get(suiteId) ?? 0

  const load = async (held: HeldToken): Promise<void> => {
    const record = await store.loadToken(held.key)
    held.loaded = true
    if (record && record.generation > (held.record?.generation ?? 0)) adopt(held, record, random)
  }

  /**
   * Writes a fetched token and takes it in hand. A store that can't take it costs a fetch after the
   * next start, no more. Null if somebody was faster and there is no token now: the company left.
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
      cure: errcode === null ? null : explain(errcode, 'en')?.cure,
      attempts,
      heldUntil: heldUntil === 'new ticket' ? heldUntil : new Date(heldUntil).toISOString(),
    })
    onRefused(held.key, failure)
    return heldError(refusal, clock.now())
  }

  const fetchNow = async (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    const fetch = await source.prepare(held.key)
    const tickets = ticketsOf(held.key.suiteId)
    const now = clock.now()
    const pausedUntil = held.key.kind.endsWith('_ticket') ? budget.spend(held.key, now) : null
    if (pausedUntil !== null) {
      throw new ServiceError(
        'too_many_requests',
        'The hourly limit of JS-SDK tickets is reached.',
        {
          retryAfterSeconds: Math.ceil((pausedUntil - now) / secondMs),
        },
      )
    }
    const generation = (held.record?.generation ?? 0) + 1
    const fetched = await fetch().catch((error: unknown) => {
      throw error instanceof WecomFailure ? note(held, error, tickets) : error
    })
    held.refusal = null
    if (fetched.value === dead) noteUndying(held, dead, now)
    const record = await keep(held, { ...fetched, generation })
    if (record) return record
    throw new ServiceError('corp_not_authorized', 'This company has left meanwhile.', {
      extra: { reason: 'It left while its token was being fetched.' },
    })
  }

  /** Lock, read again, fetch, write. Whoever finds the lock taken reads again until it is free. */
  const refreshAlone = async (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    const before = held.record?.generation ?? 0
    for (;;) {
      const lease = await store.acquireLease(nameOfToken(held.key), leaseMs)
      try {
        await load(held)
        const record = goodRecord(held, clock.now(), dead)
        if (record && record.generation > before) return record
        if (lease) return await fetchNow(held, dead)
      } finally {
        await lease?.release()
      }
      await clock.sleep(leaseWaitMs)
    }
  }

  return {
    load,
    refresh(held, dead) {
      held.flight ??= refreshAlone(held, dead).finally(() => {
        held.flight = null
      })
      return held.flight
    },
    countTicket(suiteId) {
      ticketCounts.set(suiteId, ticketsOf(suiteId) + 1)
    },
  }
}
