/**
 * Every token and ticket that WeCom lends us: one refresh at a time, ahead of need, and never
 * twice for the same dead token.
 *
 * A token at hand is served from memory until it really ends. Renewal runs in the background; a
 * caller waits only when there is no good token at all.
 */
import { type Clock, secondMs } from '../clock'
import { reasonOf, ServiceError } from '../errors'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store, TokenKey, TokenKind, TokenRecord } from '../store/store'
import { WecomFailure } from '../wecom/client'
import { type Reaction, reactionTo } from '../wecom/errcode'
import {
  adopt,
  droppable,
  emptyHand,
  goodRecord,
  type HeldToken,
  insistedOn,
  nameOfToken,
  noteUndying,
  renewalDue,
} from './held-token'
import { afterNewTicket, heldError, type Refusal, refusalAfter, stillHeld } from './refusal'
import { createRenewal } from './renewal'
import { createTicketBudget } from './ticket-budget'
import type { TokenSource, WithToken } from './token-source'

export interface Tokens {
  /**
   * A token that is good now.
   *
   * @throws {ServiceError} what the fetch met; a refusal that still holds is thrown without a call
   */
  get(key: TokenKey): Promise<TokenRecord>
  /** The token in memory if it is good now, without any waiting; null otherwise. */
  peek(key: TokenKey): TokenRecord | null
  /** Reports a token dead: it is replaced once, however many report it. Returns the good one. */
  replace(key: TokenKey, dead: string): Promise<TokenRecord>
  withToken: WithToken
  /** A new ticket came: what waited for it may go on, and the suite's token is fetched if none is good. */
  wake(suiteId: string): void
  /** Drops what is known of a company; its tokens in the store go with its permanent code. */
  forget(suiteId: string, corpid: string): void
  /** Begins the renewals that are due, a few at a time until none is left. */
  renewDue(): void
  /** The last refusal of a token, for operators. */
  refusalOf(key: TokenKey): Refusal | null
}

export interface TokensParts {
  readonly store: Pick<Store, 'loadToken' | 'saveToken' | 'acquireLease'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Receives the new object's own `withToken`: some tokens are fetched with another token. */
  sourceWith(withToken: WithToken): TokenSource
}

/** Longer than any fetch with its three tries. */
const leaseMs = 30 * secondMs
const leaseWaitMs = 200

const healing: Record<TokenKind, readonly Reaction[]> = {
  suite_access_token: ['refresh_suite_token'],
  access_token: ['refresh_corp_token'],
  jsapi_ticket: [],
  agent_ticket: [],
}

export const createTokens = (parts: TokensParts): Tokens => {
  const { store, clock, random, log } = parts
  const inHand = new Map<string, HeldToken>()
  const budget = createTicketBudget()

  const hold = (key: TokenKey): HeldToken => {
    const name = nameOfToken(key)
    const held = inHand.get(name) ?? emptyHand(key)
    inHand.set(name, held)
    return held
  }

  const load = async (held: HeldToken): Promise<void> => {
    const record = await store.loadToken(held.key)
    held.loaded = true
    if (record && record.generation > (held.record?.generation ?? 0)) adopt(held, record, random)
  }

  /** Writes a fetched token. A store that can't take it costs a fetch after the next start, no more. */
  const keep = async (held: HeldToken, record: TokenRecord, replaces: number): Promise<void> => {
    try {
      const outcome = await store.saveToken(held.key, record, replaces)
      if (outcome === 'superseded') return await load(held)
    } catch (error) {
      log.warn('a token could not be stored and is kept in memory', {
        ...held.key,
        reason: reasonOf(error),
      })
    }
    adopt(held, record, random)
  }

  /** Notes what a refusal means for the next fetch. */
  const note = (held: HeldToken, failure: WecomFailure): void => {
    const { path, errcode, errmsg, message } = failure
    held.refusal = refusalAfter(failure, held.refusal, clock.now(), random)
    const { attempts, heldUntil } = held.refusal
    log.warn('a token could not be fetched', {
      ...held.key,
      path,
      errcode,
      errmsg,
      reason: message,
      attempts,
      heldUntil: typeof heldUntil === 'number' ? new Date(heldUntil).toISOString() : heldUntil,
    })
  }

  const fetchNow = async (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    const fetch = await source.prepare(held.key)
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
    const replaces = held.record?.generation ?? 0
    const fetched = await fetch().catch((error: unknown) => {
      if (error instanceof WecomFailure) note(held, error)
      throw error
    })
    held.refusal = null
    if (fetched.value === dead) noteUndying(held, dead, now)
    await keep(held, { ...fetched, generation: replaces + 1 }, replaces)
    const record = goodRecord(held, clock.now())
    if (record) return record
    throw new ServiceError('corp_not_authorized', 'This company has left meanwhile.')
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

  const refresh = (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    held.flight ??= refreshAlone(held, dead).finally(() => {
      held.flight = null
    })
    return held.flight
  }

  const obtain = async (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    if (!held.loaded) await load(held)
    const record = goodRecord(held, clock.now(), dead)
    if (record) return record
    if (stillHeld(held.refusal, clock.now())) throw heldError(held.refusal, clock.now())
    const fresh = await refresh(held, dead)
    held.usedAt = clock.now()
    return fresh
  }

  const peek: Tokens['peek'] = (key) => {
    const held = inHand.get(nameOfToken(key))
    if (!held) return null
    held.usedAt = clock.now()
    return goodRecord(held, held.usedAt)
  }

  const get: Tokens['get'] = async (key) => peek(key) ?? obtain(hold(key), null)

  const replace: Tokens['replace'] = async (key, dead) => {
    const held = hold(key)
    return obtain(held, insistedOn(held, dead, clock.now()) ? null : dead)
  }

  const withToken: WithToken = async (key, use) => {
    const { value } = await get(key)
    try {
      return await use(value)
    } catch (error) {
      const errcode = error instanceof WecomFailure ? error.errcode : null
      if (errcode === null || !healing[key.kind].includes(reactionTo(errcode))) throw error
      log.info('WeCom calls a token dead: it is replaced', { ...key, errcode })
      return use((await replace(key, value)).value)
    }
  }

  const source = parts.sourceWith(withToken)

  /** A failure is noted where it happens; the token at hand serves on. */
  const inBackground = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error) => log.debug('a token is not renewed yet', { reason: reasonOf(error) }),
    )

  const renewal = createRenewal((held) => inBackground(refresh(held, null)))

  return {
    get,
    peek,
    replace,
    withToken,
    wake(suiteId) {
      for (const held of inHand.values()) {
        if (held.key.suiteId === suiteId) held.refusal = afterNewTicket(held.refusal)
      }
      inBackground(get({ suiteId, corpid: null, kind: 'suite_access_token' }))
    },
    forget(suiteId, corpid) {
      for (const kind of ['access_token', 'jsapi_ticket', 'agent_ticket'] as const) {
        inHand.delete(nameOfToken({ suiteId, corpid, kind }))
      }
    },
    renewDue() {
      const now = clock.now()
      for (const [name, held] of inHand) if (droppable(held, now)) inHand.delete(name)
      renewal.begin(() => [...inHand.values()].filter((held) => renewalDue(held, now)))
    },
    refusalOf: (key) => inHand.get(nameOfToken(key))?.refusal ?? null,
  }
}
