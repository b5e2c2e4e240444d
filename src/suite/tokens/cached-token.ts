/** What this process knows of one token, and what follows from it. No I/O. No clock. */
import { minuteMs } from '../../clock'
import type { Random } from '../../retry'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import { type Refusal, stillHeld } from './hold-off'

export interface HeldToken {
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
  /** A token that WeCom handed out again although it was reported dead. */
  undying: { readonly value: string; readonly until: number } | null
}

/** Reports name a token or two between two fetches: only nonsense comes near this. */
const mostDead = 100

/** A renewal begins in the last sixth of a life, at a moment of its own for each token. */
const lastPart = 1 / 6

/** How long a token that WeCom insists on is not fetched again. */
const undyingForMs = minuteMs

export const nameOfToken = ({ suiteId, corpid, kind }: TokenKey): string =>
  `${suiteId} ${corpid ?? ''} ${kind}`

export const emptyHand = (key: TokenKey): HeldToken => ({
  key,
  record: null,
  loaded: false,
  usedAt: 0,
  renewAt: 0,
  flight: null,
  refusal: null,
  dead: new Set(),
  undying: null,
})

/** A token fetched later than now was fetched before the clock was put back: nobody knows when. */
const slackMs = minuteMs

/** The record, unless it has ended. */
export const goodRecord = ({ record }: HeldToken, now: number): TokenRecord | null =>
  record && record.expiresAt > now && record.fetchedAt <= now + slackMs ? record : null

/** A token that was reported dead has ended at the beginning of time, in memory and in the store. */
const deadSince = 0

const ended = (record: TokenRecord): TokenRecord => ({ ...record, expiresAt: deadSince })

/** Whether the token was reported dead. */
export const isDead = ({ expiresAt }: TokenRecord): boolean => expiresAt <= deadSince

/** The clock was put back by so much: the token's end and its renewal come no later for it. */
export const putBack = (held: HeldToken, byMs: number): void => {
  const { record } = held
  held.renewAt -= byMs
  held.usedAt -= byMs
  if (!record) return
  const { fetchedAt, expiresAt } = record
  held.record = { ...record, fetchedAt: fetchedAt - byMs, expiresAt: expiresAt - byMs }
}

/** Takes a record in hand and decides when to renew it. */
export const adopt = (held: HeldToken, record: TokenRecord, random: Random): void => {
  const lifeMs = record.expiresAt - record.fetchedAt
  held.record = record
  held.renewAt = record.expiresAt - lifeMs * lastPart * (0.75 + random() / 4)
  if (isDead(record) || held.dead.has(record.value)) end(held)
}

/** A suite's is fetched again by itself; a company's by who needs it, since it may well be refused. */
const end = (held: HeldToken): void => {
  held.record = held.record && ended(held.record)
  held.renewAt = held.key.corpid === null ? 0 : Number.POSITIVE_INFINITY
}

/** Whether the store's record says more than the one in hand: it is newer, or was reported dead. */
export const tellsMore = (stored: TokenRecord, { record }: HeldToken): boolean =>
  stored.generation > (record?.generation ?? 0) ||
  (stored.generation === record?.generation &&
    stored.value === record.value &&
    isDead(stored) &&
    !isDead(record))

/**
 * A token was reported dead: it counts as ended for everybody, also if it comes again from a fetch
 * that was under way, here or in another process.
 */
export const bury = (held: HeldToken, dead: string): void => {
  held.dead.add(dead)
  for (const oldest of held.dead) {
    if (held.dead.size <= mostDead) break
    held.dead.delete(oldest)
  }
  if (held.record?.value === dead) end(held)
}

/** The last token in hand is due for renewal now, good as it is. */
export const renewEarly = (held: HeldToken, now: number): void => {
  held.renewAt = Math.min(held.renewAt, now)
}

/** Notes that WeCom gave the dead token out again: it has nothing better for now. */
export const noteUndying = (held: HeldToken, value: string, now: number): void => {
  held.undying = { value, until: now + undyingForMs }
}

/** Whether a report of this dead token asks for what WeCom would not give a moment ago. */
export const insistedOn = ({ undying }: HeldToken, dead: string, now: number): boolean =>
  undying?.value === dead && undying.until > now && undying.until <= now + undyingForMs

/** Suites' tokens always count as used, companies' if somebody asked during this life. */
const inUse = ({ key, usedAt, record }: HeldToken): boolean =>
  key.corpid === null || (record !== null && usedAt >= record.fetchedAt)

/** Whether its renewal should begin now. */
export const renewalDue = (held: HeldToken, now: number): boolean => {
  if (held.flight !== null || stillHeld(held.refusal, now)) return false
  // A suite that was refused is tried again by itself: what was wrong may have been mended.
  if (held.record === null) return held.key.corpid === null && held.refusal !== null
  return now >= held.renewAt && inUse(held)
}

/** Whether it can be dropped from memory: ended, unused while it lived, and no report is unsettled. */
export const droppable = (held: HeldToken, now: number): boolean =>
  held.record !== null &&
  held.flight === null &&
  held.dead.size === 0 &&
  held.record.expiresAt <= now &&
  !inUse(held)
