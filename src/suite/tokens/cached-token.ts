/** One token as this process has it cached, and what follows from it. No I/O. No clock. */
import { hourMs, minuteMs } from '../../clock'
import type { Random } from '../../retry'
import type { TokenKey, TokenKind, TokenRecord } from '../../store/token-record'
import { holdsOff, type Refusal } from './hold-off'

/** A `TokenKey` before anybody knows which kinds go with a company. */
export interface TokenName {
  readonly suiteId: string
  readonly corpid: string | null
  readonly kind: TokenKind
}

export interface CachedToken {
  readonly key: TokenKey
  record: TokenRecord | null
  /** Whether the store was asked for it. */
  loaded: boolean
  /** How often it was dropped: what was read before the last time counts no more. */
  drops: number
  /** The one reading of the store that is going on. */
  loading: Promise<void> | null
  /** When somebody last used it. */
  usedAt: number
  /** When its renewal may begin. */
  renewAt: number
  /** The one fetch that is going on. */
  flight: Promise<TokenRecord> | null
  refusal: Refusal | null
  /**
   * Tokens reported dead and when, until a fetch that began after the report has succeeded. Epoch
   * milliseconds.
   */
  readonly dead: Map<string, number>
  /** Refusals that the store has from up to this moment no longer hold. Epoch milliseconds. */
  refusalsVoidUntil: number
  /** A token that WeCom handed out again although it was reported dead. */
  reissued: { readonly value: string; readonly until: number } | null
}

/** Reports name a token or two between two fetches: only nonsense comes near this. */
const mostDead = 100

/** A renewal begins in the last sixth of a life, at a moment of its own for each token. */
const lastPart = 1 / 6

/** How long a token that WeCom insists on is not fetched again. */
const reissuedForMs = minuteMs

/** Whose token it is, as a name in a cache. */
export const nameOfToken = ({ suiteId, corpid, kind }: TokenName): string =>
  `${suiteId} ${corpid ?? ''} ${kind}`

/**
 * @param refusalsVoidUntil as a rule when this process began: what was wrong before may be mended
 */
export const uncachedToken = (key: TokenKey, refusalsVoidUntil: number): CachedToken => ({
  key,
  record: null,
  loaded: false,
  drops: 0,
  loading: null,
  usedAt: 0,
  renewAt: 0,
  flight: null,
  refusal: null,
  refusalsVoidUntil,
  dead: new Map(),
  reissued: null,
})

/** A token fetched later than now was fetched before the clock was put back: nobody knows when. */
const slackMs = minuteMs

/** The record, unless it has ended. */
export const goodRecord = ({ record }: CachedToken, now: number): TokenRecord | null =>
  record && record.expiresAt > now && record.fetchedAt <= now + slackMs ? record : null

/**
 * A token that was reported dead has ended at the beginning of time, in memory and in the store.
 */
const deadSince = 0

/** The record of a token that was reported dead. */
export const ended = (record: TokenRecord): TokenRecord => ({ ...record, expiresAt: deadSince })

/** Whether the token was reported dead. */
export const isDead = ({ expiresAt }: TokenRecord): boolean => expiresAt <= deadSince

/** The clock was put back by so much: the token's end and its renewal come no later for it. */
export const applyClockSkew = (cached: CachedToken, byMs: number): void => {
  const { record } = cached
  cached.renewAt -= byMs
  cached.usedAt -= byMs
  if (!record) return
  const { fetchedAt, expiresAt } = record
  cached.record = { ...record, fetchedAt: fetchedAt - byMs, expiresAt: expiresAt - byMs }
}

/** Caches a record and decides when to renew it. */
export const cacheRecord = (cached: CachedToken, record: TokenRecord, random: Random): void => {
  const lifeMs = record.expiresAt - record.fetchedAt
  cached.record = record
  cached.renewAt = record.expiresAt - lifeMs * lastPart * (0.75 + random() / 4)
  if (isDead(record) || cached.dead.has(record.value)) end(cached)
}

/**
 * A suite's is fetched again by itself; a company's by who needs it, since it may well be refused.
 */
const end = (cached: CachedToken): void => {
  cached.record = cached.record && ended(cached.record)
  cached.renewAt = cached.key.corpid === null ? 0 : Number.POSITIVE_INFINITY
}

/**
 * Whether a token stands in the place of another one. Two can be of one generation: a store that
 * lost its last second has begun anew behind what this process saw.
 */
const isNewer = (stored: TokenRecord, than: TokenRecord | null): boolean =>
  stored.generation > (than?.generation ?? 0) ||
  (stored.generation === than?.generation &&
    stored.value !== than.value &&
    stored.fetchedAt > than.fetchedAt)

/** The store's token, if it is good and newer than this one. */
export const goodSuccessor = (
  cached: CachedToken,
  before: TokenRecord | null,
  now: number,
): TokenRecord | null => {
  const record = goodRecord(cached, now)
  return record && isNewer(record, before) ? record : null
}

/** Whether the store's record says more than the cached one: it is newer, or was reported dead. */
export const supersedes = (stored: TokenRecord, { record }: CachedToken): boolean =>
  isNewer(stored, record) ||
  (stored.generation === record?.generation &&
    stored.value === record.value &&
    isDead(stored) &&
    !isDead(record))

/** What is cached may be good no longer: the store is asked before anybody gets it again. */
export const dropRecord = (cached: CachedToken): void => {
  cached.record = null
  cached.loaded = false
  cached.loading = null
  cached.drops += 1
}

/**
 * A token was reported dead: it counts as ended for everybody, also if it comes again from a fetch
 * that was under way, here or in another process.
 */
export const invalidate = (cached: CachedToken, dead: string, now: number): void => {
  cached.dead.set(dead, now)
  for (const oldest of cached.dead.keys()) {
    if (cached.dead.size <= mostDead) break
    cached.dead.delete(oldest)
  }
  if (cached.record?.value === dead) end(cached)
}

/** The cached token is due for renewal now, good as it is. */
export const renewEarly = (cached: CachedToken, now: number): void => {
  cached.renewAt = Math.min(cached.renewAt, now)
}

/** Notes that WeCom gave the dead token out again: it has nothing better for now. */
export const noteReissued = (cached: CachedToken, value: string, at: number): void => {
  cached.reissued = { value, until: at + reissuedForMs }
}

/**
 * Another process asked WeCom after tokens were reported dead here: that settles the reports. If it
 * was given the very one again, there is nothing better for now.
 */
export const settleReports = (cached: CachedToken, stored: TokenRecord, now: number): void => {
  const { value, fetchedAt } = stored
  if (isDead(stored)) return
  for (const [dead, reportedAt] of cached.dead) {
    if (reportedAt >= fetchedAt) continue
    cached.dead.delete(dead)
    if (dead === value && now - fetchedAt < reissuedForMs) noteReissued(cached, value, fetchedAt)
  }
}

/** Whether a report of this dead token asks for what WeCom would not give a moment ago. */
export const wasReissued = ({ reissued }: CachedToken, dead: string, now: number): boolean =>
  reissued?.value === dead && reissued.until > now && reissued.until <= now + reissuedForMs

/** Suites' tokens always count as used, companies' if somebody asked during this life. */
const inUse = ({ key, usedAt, record }: CachedToken): boolean =>
  key.corpid === null || (record !== null && usedAt >= record.fetchedAt)

/** Whether its renewal should begin now. */
export const renewalDue = (cached: CachedToken, now: number): boolean => {
  if (cached.flight !== null || holdsOff(cached.refusal, now)) return false
  // A suite that was refused is tried again by itself: what was wrong may have been mended.
  if (cached.record === null) return cached.key.corpid === null && cached.refusal !== null
  return now >= cached.renewAt && inUse(cached)
}

/**
 * Of a company, and nothing is known of it but which refusals no longer count: none holds so long.
 */
const isEmpty = ({ key, record, refusal, refusalsVoidUntil }: CachedToken, now: number): boolean =>
  key.corpid !== null && record === null && refusal === null && now > refusalsVoidUntil + hourMs

const endedUnused = (cached: CachedToken, now: number): boolean =>
  cached.record !== null && cached.record.expiresAt <= now && !inUse(cached)

/** Whether it can be dropped from memory: empty, or ended unused, and no report is unsettled. */
export const droppable = (cached: CachedToken, now: number): boolean =>
  cached.flight === null &&
  cached.dead.size === 0 &&
  (isEmpty(cached, now) || endedUnused(cached, now))
