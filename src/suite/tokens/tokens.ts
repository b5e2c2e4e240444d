/**
 * Every token and ticket that WeCom lends us: one refresh at a time, ahead of need, and never
 * twice for the same dead token.
 *
 * A token at hand is served from memory until it really ends. Renewal runs in the background; a
 * caller waits only when there is no good token at all.
 */
import { minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { TokenKey, TokenKind, TokenRecord } from '../../store/token-record'
import { WecomFailure } from '../../wecom/api/failure'
import { type Reaction, reactionTo } from '../../wecom/errcode/errcode'
import {
  droppable,
  emptyHand,
  goodRecord,
  type HeldToken,
  nameOfToken,
  putBack,
  renewalDue,
  renewEarly,
} from './cached-token'
import { afterNewTicket, heldError, type Refusal, stillHeld } from './hold-off'
import { createTokenRefresh, type TokenRefreshParts } from './refresh'
import { createRenewal } from './renewal'
import { createTicketBudget } from './ticket-budget'
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
  /**
   * Reports a token dead: it is replaced once, however many report it, and good for nobody
   * meanwhile. Returns the good one; that is the reported one only if WeCom, asked after a report
   * of it, handed it out again within the last minute.
   *
   * @throws {ServiceError} what the fetch met; too_many_requests — it is a ticket, and WeCom gives
   * no more this hour
   */
  replace(key: TokenKey, dead: string): Promise<TokenRecord>
  /**
   * A good token that was fetched at `since` (epoch milliseconds) or later. The one at hand serves
   * others on meanwhile, and if none can be had.
   *
   * @throws {ServiceError} what the fetch met
   */
  getFresh(key: TokenKey, since: number): Promise<TokenRecord>
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

export type TokensParts = Omit<TokenRefreshParts, 'source' | 'budget' | 'onReplaced'> & {
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

const ticketKinds = ['jsapi_ticket', 'agent_ticket'] as const
const companyKinds = ['access_token', ...ticketKinds] as const

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

  const obtain = async (held: HeldToken): Promise<TokenRecord> => {
    if (!held.loaded) await load(held)
    let record = goodRecord(held, clock.now())
    while (!record) {
      record = await fetchUnlessRefused(held)
      // Reported while it was on its way: one more fetch, for all who wait, tells what it is worth.
      if (held.dead.has(record.value)) record = goodRecord(held, clock.now())
    }
    held.usedAt = clock.now()
    return record
  }

  const fetchUnlessRefused = (held: HeldToken): Promise<TokenRecord> => {
    if (stillHeld(held.refusal, clock.now())) throw heldError(held.refusal, clock.now())
    return refresh(held)
  }

  const peek: Tokens['peek'] = (key) => {
    const held = inHand.get(nameOfToken(key))
    if (!held) return null
    held.usedAt = clock.now()
    return goodRecord(held, held.usedAt)
  }

  const get: Tokens['get'] = async (key) => peek(key) ?? obtain(hold(key))

  const replace: Tokens['replace'] = async (key, dead) => {
    const held = hold(key)
    await report(held, dead)
    return obtain(held)
  }

  const getFresh: Tokens['getFresh'] = async (key, since) => {
    const held = hold(key)
    const { flight } = held
    const record = await obtain(held)
    if (record.fetchedAt >= since) return record
    // What is on its way may have been asked for too early.
    const next = flight && (await flight)
    if (!next || next.fetchedAt < since) await fetchUnlessRefused(held)
    return obtain(held)
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

  /** Whether WeCom's tickets die with the token that fetched them, it says nowhere. */
  const renewTicketsEarly = ({ suiteId, corpid, kind }: TokenKey, dead: TokenRecord): void => {
    if (kind !== 'access_token') return
    const now = clock.now()
    for (const ticket of ticketKinds) {
      const held = inHand.get(nameOfToken({ suiteId, corpid, kind: ticket }))
      const isItsOwn = held?.record && held.record.fetchedAt >= dead.fetchedAt
      if (isItsOwn && !budget.isScarce(held.key, now)) renewEarly(held, now)
    }
  }

  const budget = createTicketBudget()
  const source = sourceWith(withToken)
  const { load, refresh, report, countTicket } = createTokenRefresh({
    ...parts,
    source,
    budget,
    onReplaced: renewTicketsEarly,
  })

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

  const renew = (held: HeldToken) => inBackground(refresh(held))
  const renewal = createRenewal({ isDue, renew, clock })

  return {
    get,
    peek,
    replace,
    getFresh,
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
