/** What this process knows of one token, and what follows from it. No I/O. No clock. */
import { minuteMs } from '../clock'
import type { Random } from '../retry'
import type { TokenKey, TokenRecord } from '../store/store'
import { type Refusal, stillHeld } from './refusal'

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
  /** A token that WeCom handed out again although it was reported dead. */
  undying: { readonly value: string; readonly until: number } | null
}

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
  undying: null,
})

/** A token fetched later than now was fetched before the clock was put back: nobody knows when. */
const slackMs = minuteMs

/** The record, unless it has ended or is the one called dead. */
export const goodRecord = (
  { record }: HeldToken,
  now: number,
  dead: string | null = null,
): TokenRecord | null =>
  record && record.expiresAt > now && record.fetchedAt <= now + slackMs && record.value !== dead
    ? record
    : null

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
}

/** Lets a token count as ended before its time; the one after it follows its generation. */
export const bury = (held: HeldToken, dead: string): void => {
  if (held.record?.value === dead) held.record = { ...held.record, expiresAt: 0 }
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

/** Whether it can be dropped from memory: ended, and nobody used it while it lived. */
export const droppable = (held: HeldToken, now: number): boolean =>
  held.record !== null && held.flight === null && held.record.expiresAt <= now && !inUse(held)
