/** One token as this process has it cached, and what follows from it. No I/O. No clock. */
import { hourMs, minuteMs } from '../../clock'
import type { Random } from '../../retry'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import { holdsOff, type Refusal } from './hold-off'

export interface CachedToken {
  readonly key: TokenKey
  record: TokenRecord | null
  /** Whether the store was asked for it. */
  loaded: boolean
  /** When somebody last used it. */
  usedAt: number
  /** When its renewal may begin. */
  renewAt: number
  /** The one fetch that is going on. */
  flight: Promise<TokenRecord> | null
  refusal: Refusal | null
  /** Tokens reported dead, until a fetch that began after the report has succeeded. */
  readonly dead: Set<string>
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

export const nameOfToken = ({ suiteId, corpid, kind }: TokenKey): string =>
  `${suiteId} ${corpid ?? ''} ${kind}`

/**
 * @param refusalsVoidUntil as a rule when this process began: what was wrong before may be mended
 */
export const uncachedToken = (key: TokenKey, refusalsVoidUntil: number): CachedToken => ({
  key,
  record: null,
  loaded: false,
  usedAt: 0,
  renewAt: 0,
  flight: null,
  refusal: null,
  refusalsVoidUntil,
  dead: new Set(),
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

/** Whether the store's record says more than the cached one: it is newer, or was reported dead. */
export const supersedes = (stored: TokenRecord, { record }: CachedToken): boolean =>
  stored.generation > (record?.generation ?? 0) ||
  (stored.generation === record?.generation &&
    stored.value === record.value &&
    isDead(stored) &&
    !isDead(record))

/**
 * A token was reported dead: it counts as ended for everybody, also if it comes again from a fetch
 * that was under way, here or in another process.
 */
export const invalidate = (cached: CachedToken, dead: string): void => {
  cached.dead.add(dead)
  for (const oldest of cached.dead) {
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
export const noteReissued = (cached: CachedToken, value: string, now: number): void => {
  cached.reissued = { value, until: now + reissuedForMs }
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
