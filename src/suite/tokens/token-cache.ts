/** The cache of all tokens: who asks gets what is good, and what is due is renewed. */
import { type Clock, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Budgets } from '../../store/replicas/budgets'
import type { Store } from '../../store/store'
import {
  corpTokenKinds,
  type TokenKey,
  type TokenKind,
  type TokenRecord,
} from '../../store/token-record'
import { WecomFailure } from '../../wecom/api/failure'
import { type Reaction, reactionTo } from '../../wecom/errcode/errcode'
import {
  applyClockSkew,
  type CachedToken,
  droppable,
  goodRecord,
  nameOfToken,
  renewalDue,
  renewEarly,
  uncachedToken,
} from './cached-token'
import { corpRenewalsIn } from './corp-renewals'
import { afterNewTicket, holdOffError, holdsOff } from './hold-off'
import { createTokenRefresh } from './refresh'
import { createRenewal } from './renewal'
import { createTicketBudget } from './ticket-budget'
import { createTicketWait, isHelpedBy } from './ticket-wait'
import { createTokenHearing } from './token-hearing'
import { suiteTokenKey, type TokenSource, type WithToken } from './token-source'
import type { Tokens } from './tokens'

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

export const createTokenCache = (parts: {
  readonly source: TokenSource
  readonly store: Store
  readonly budgets: Budgets
  /** How many processes share the store, this one included. */
  livingReplicas(): number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  onRefused(key: TokenKey, failure: WecomFailure): void
}): Tokens => {
  const { source, store, budgets, livingReplicas, clock, random, log, onRefused } = parts
  const startedAt = clock.now()
  const cache = new Map<string, CachedToken>()
  let lastRoundAt = startedAt

  const cachedOf = (key: TokenKey): CachedToken => {
    const name = nameOfToken(key)
    const cached = cache.get(name) ?? uncachedToken(key, startedAt)
    cache.set(name, cached)
    return cached
  }

  const obtain = async (cached: CachedToken): Promise<TokenRecord> => {
    if (!cached.loaded) await load(cached)
    let record = goodRecord(cached, clock.now())
    while (!record) {
      record = await fetchUnlessRefused(cached)
      // Reported while it was on its way: one more fetch, for all who wait, tells what it is worth.
      if (cached.dead.has(record.value)) record = goodRecord(cached, clock.now())
    }
    cached.usedAt = clock.now()
    return record
  }

  const fetchUnlessRefused = (cached: CachedToken): Promise<TokenRecord> => {
    if (holdsOff(cached.refusal, clock.now())) throw holdOffError(cached.refusal, clock.now())
    return refresh(cached)
  }

  const peek: Tokens['peek'] = (key) => {
    const cached = cache.get(nameOfToken(key))
    if (!cached) return null
    cached.usedAt = clock.now()
    return goodRecord(cached, cached.usedAt)
  }

  const get: Tokens['get'] = async (key) => peek(key) ?? obtain(cachedOf(key))

  const replace: Tokens['replace'] = async (key, dead) => {
    const cached = cachedOf(key)
    await report(cached, dead)
    return obtain(cached)
  }

  const getFresh: Tokens['getFresh'] = async (key, since) => {
    const cached = cachedOf(key)
    let record = await obtain(cached)
    // What is on its way may have been asked for too early, and another process's as well.
    while (record.fetchedAt < since) {
      await fetchUnlessRefused(cached)
      record = await obtain(cached)
    }
    return record
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
  const renewTicketsEarly = async (
    { suiteId, corpid, kind }: TokenKey,
    dead: TokenRecord,
  ): Promise<void> => {
    if (kind !== 'access_token') return
    for (const ticket of ticketKinds) {
      const cached = cache.get(nameOfToken({ suiteId, corpid, kind: ticket }))
      const isItsOwn = cached?.record && cached.record.fetchedAt >= dead.fetchedAt
      if (isItsOwn && !(await budget.isScarce(cached.key))) renewEarly(cached, clock.now())
    }
  }

  const budget = createTicketBudget(budgets)
  const ticketWait = createTicketWait(store)
  const { load, refresh, renew, report, countTicket } = createTokenRefresh({
    store,
    prepare: (key) => source.prepare(key, withToken),
    budget,
    ticketWait,
    livingReplicas,
    clock,
    random,
    log,
    onRefused,
    onReplaced: (key, dead) => void inBackground(renewTicketsEarly(key, dead)),
  })

  /** A failure is noted where it happens; the cached token serves on. */
  const inBackground = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error) => log.debug('a token is not renewed yet', { reason: reasonOf(error) }),
    )

  /** While a company's token is refused, renewing its tickets would only cost calls. */
  const isRefused = ({ suiteId, corpid }: TokenKey, now: number): boolean =>
    corpid !== null &&
    holdsOff(
      cache.get(nameOfToken({ suiteId, corpid, kind: 'access_token' }))?.refusal ?? null,
      now,
    )

  const isDue = (cached: CachedToken): boolean => {
    const now = clock.now()
    return renewalDue(cached, now) && !isRefused(cached.key, now)
  }

  const renewDueOne = (cached: CachedToken) => inBackground(renew(cached))
  const renewal = createRenewal({ isDue, renew: renewDueOne, livingReplicas, clock })
  const hear = createTokenHearing({
    cache,
    ticketWait,
    clock,
    fetchSuiteToken: (suiteId) => get(suiteTokenKey(suiteId)),
    inBackground,
  })

  return {
    get,
    peek,
    replace,
    getFresh,
    withToken,
    wake(suiteId) {
      countTicket(suiteId)
      const helped = [...cache.values()].filter(({ key }) => isHelpedBy(key, suiteId))
      const key = suiteTokenKey(suiteId)
      const underWay = cache.get(nameOfToken(key))?.flight
      const fetch = () => get(key)
      // A ticket that was shown already may come again, here or to another process.
      const released = ticketWait.release(helped).catch(() => {
        for (const cached of helped) cached.refusal = afterNewTicket(cached.refusal)
      })
      inBackground(released.then(() => (underWay ? underWay.then(fetch, fetch) : fetch())))
    },
    forget(suiteId, corpid) {
      for (const kind of corpTokenKinds) {
        const key = { suiteId, corpid, kind }
        cache.set(nameOfToken(key), uncachedToken(key, clock.now()))
      }
    },
    reconsider(suiteId, corpid) {
      for (const kind of corpTokenKinds) {
        const cached = cachedOf({ suiteId, corpid, kind })
        cached.refusal = null
        cached.refusalsVoidUntil = clock.now()
      }
    },
    renewDue(stopping) {
      const now = clock.now()
      if (now < lastRoundAt - clockSlackMs) {
        log.warn('the clock was put back', { byMs: lastRoundAt - now })
        for (const cached of cache.values()) applyClockSkew(cached, lastRoundAt - now)
      }
      lastRoundAt = now
      for (const [name, cached] of cache) {
        if (droppable(cached, now)) cache.delete(name)
        // They are few, and companies' tokens come from them: they wait behind nothing.
        else if (cached.key.corpid === null && isDue(cached)) renewDueOne(cached)
      }
      renewal.begin(cache.values(), stopping)
      inBackground(ticketWait.release(cache.values()))
    },
    hear,
    refusalOf: (key) => cache.get(nameOfToken(key))?.refusal ?? null,
    corpRenewals: () => corpRenewalsIn(cache.values()),
  }
}
