/**
 * Every token and ticket that WeCom lends us: one refresh at a time, ahead of need, and never
 * twice for the same dead token.
 *
 * A token at hand is served from memory until it really ends. Renewal runs in the background; a
 * caller waits only when there is no good token at all.
 */
import { minuteMs } from '../clock'
import { reasonOf } from '../errors'
import type { TokenKey, TokenKind, TokenRecord } from '../store/store'
import { WecomFailure } from '../wecom/client'
import { type Reaction, reactionTo } from '../wecom/errcode'
import { wordOf } from './authorization-word'
import {
  bury,
  droppable,
  emptyHand,
  goodRecord,
  type HeldToken,
  insistedOn,
  nameOfToken,
  putBack,
  renewalDue,
} from './held-token'
import { afterNewTicket, heldError, type Refusal, stillHeld } from './refusal'
import { createRenewal } from './renewal'
import { createTokenRefresh, type TokenRefreshParts } from './token-refresh'
import { suiteTokenKey, type TokenSource, type WithToken } from './token-source'

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
  /** A company's standing was settled: refusals of its tokens no longer hold. */
  reconsider(suiteId: string, corpid: string): void
  /**
   * Begins the renewals that are due: suites' and the provider's at once, companies' one after
   * another until none is left.
   *
   * @param stopping keeps companies' from being begun after it
   */
  renewDue(stopping?: AbortSignal): void
  /** The last refusal of a token, for operators. */
  refusalOf(key: TokenKey): Refusal | null
}

export type TokensParts = Omit<TokenRefreshParts, 'source'> & {
  /** Receives the new object's own `withToken`: some tokens are fetched with another token. */
  sourceWith(withToken: WithToken): TokenSource
}

const healing: Record<TokenKind, readonly Reaction[]> = {
  suite_access_token: ['refresh_suite_token'],
  provider_access_token: ['refresh_suite_token'],
  access_token: ['refresh_corp_token'],
  jsapi_ticket: [],
  agent_ticket: [],
}

/** Clocks that are kept right are put back by less. */
const clockSlackMs = minuteMs

const companyKinds = ['access_token', 'jsapi_ticket', 'agent_ticket'] as const

export const createTokens = ({ sourceWith, ...parts }: TokensParts): Tokens => {
  const { clock, log } = parts
  const inHand = new Map<string, HeldToken>()
  let lookedAt = clock.now()

  const hold = (key: TokenKey): HeldToken => {
    const name = nameOfToken(key)
    const held = inHand.get(name) ?? emptyHand(key)
    inHand.set(name, held)
    return held
  }

  const obtain = async (held: HeldToken, dead: string | null): Promise<TokenRecord> => {
    if (!held.loaded) await load(held)
    let record = goodRecord(held, clock.now(), dead)
    if (!record) {
      if (stillHeld(held.refusal, clock.now())) throw heldError(held.refusal, clock.now())
      record = await refresh(held, dead)
    }
    held.usedAt = clock.now()
    return record
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
    try {
      return await obtain(held, insistedOn(held, dead, clock.now()) ? null : dead)
    } catch (error) {
      // Both the token and the authorisation are said to be void: trying the token would only cost calls.
      if (wordOf(error) !== null) bury(held, dead)
      throw error
    }
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

  const source = sourceWith(withToken)
  const { load, refresh, countTicket } = createTokenRefresh({ ...parts, source })

  /** A failure is noted where it happens; the token at hand serves on. */
  const inBackground = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error) => log.debug('a token is not renewed yet', { reason: reasonOf(error) }),
    )

  /** While a company's token is refused, renewing its tickets would only cost calls. */
  const isRefused = ({ suiteId, corpid }: TokenKey, now: number): boolean =>
    corpid !== null &&
    stillHeld(
      inHand.get(nameOfToken({ suiteId, corpid, kind: 'access_token' }))?.refusal ?? null,
      now,
    )

  const isDue = (held: HeldToken): boolean => {
    const now = clock.now()
    return renewalDue(held, now) && !isRefused(held.key, now)
  }

  const renew = (held: HeldToken) => inBackground(refresh(held, null))
  const renewal = createRenewal({ isDue, renew, clock })

  return {
    get,
    peek,
    replace,
    withToken,
    wake(suiteId) {
      countTicket(suiteId)
      for (const held of inHand.values()) {
        // The provider has no tickets of its own: any suite's gives it another try.
        const waits = held.key.suiteId === suiteId || held.key.kind === 'provider_access_token'
        if (waits) held.refusal = afterNewTicket(held.refusal)
      }
      const key = suiteTokenKey(suiteId)
      const underWay = inHand.get(nameOfToken(key))?.flight
      const fetch = () => get(key)
      inBackground(underWay ? underWay.then(fetch, fetch) : fetch())
    },
    forget(suiteId, corpid) {
      for (const kind of companyKinds) inHand.delete(nameOfToken({ suiteId, corpid, kind }))
    },
    reconsider(suiteId, corpid) {
      for (const kind of companyKinds) {
        const held = inHand.get(nameOfToken({ suiteId, corpid, kind }))
        if (held) held.refusal = null
      }
    },
    renewDue(stopping) {
      const now = clock.now()
      if (now < lookedAt - clockSlackMs) {
        log.warn('the clock was put back', { byMs: lookedAt - now })
        for (const held of inHand.values()) putBack(held, lookedAt - now)
      }
      lookedAt = now
      for (const [name, held] of inHand) {
        if (droppable(held, now)) inHand.delete(name)
        // They are few, and companies' tokens come from them: they wait behind nothing.
        else if (held.key.corpid === null && isDue(held)) renew(held)
      }
      renewal.begin(inHand.values(), stopping)
    },
    refusalOf: (key) => inHand.get(nameOfToken(key))?.refusal ?? null,
  }
}
