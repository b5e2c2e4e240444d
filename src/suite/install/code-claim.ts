/**
 * The claim on an auth_code. It may come twice, pushed by WeCom and with a browser that comes back
 * from the install page, and works once: it is exchanged under the event that claims it first.
 */
import { hash } from 'node:crypto'
import { type Clock, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { exchangeRetryMs } from '../../retry'
import type { EventLog } from '../../store/event-log'
import type { Settlement } from '../../store/event-record'
import type { OnceValues } from '../../store/once-values'
import type { Store } from '../../store/store'
import { bringsUntil } from './exchange'
import { type BeforeCode, type TryEnded, tryEnded } from './install-stage'

/** Longer than an auth_code lives and what it brought may be on its way. */
const claimedForMs = 30 * minuteMs

const keyOf = (suiteId: string, authCode: string): string =>
  hash('sha256', `${suiteId}\n${authCode}`)

/** The id of the event that has claimed an auth_code; null if none has, or not lately. */
export type FindClaim = (suiteId: string, authCode: string) => Promise<string | null>

export const createFindClaim =
  (onceValues: Pick<OnceValues, 'findOnce'>): FindClaim =>
  (suiteId, authCode) =>
    onceValues.findOnce('auth_code', keyOf(suiteId, authCode))

/** Claims the auth_code; the try ends if another event had it first. */
export type ClaimCode = (start: BeforeCode) => Promise<BeforeCode | TryEnded>

export const createClaimCode = (parts: {
  onceValues: Pick<OnceValues, 'putOnce'>
  eventLog: Pick<EventLog, 'get'>
  store: Pick<Store, 'findCorpByInstallEvent'>
  clock: Clock
  log: Logger
}): ClaimCode => {
  const { onceValues, eventLog, store, clock, log } = parts

  /** A claim that can't be written holds up no exchange: the code lives ten minutes. */
  const holderOf = async ({ event: { id }, suiteId, authCode }: BeforeCode): Promise<string> => {
    try {
      const key = keyOf(suiteId, authCode)
      const outcome = await onceValues.putOnce('auth_code', key, id, claimedForMs)
      return outcome.put ? id : outcome.standing
    } catch (error) {
      log.warn('an auth_code is exchanged without a claim, which can’t be written', {
        suiteId,
        eventId: id,
        reason: reasonOf(error),
      })
      return id
    }
  }

  /** Ends with the other one: then it is known whose event this is. */
  const settleBehind = async (
    { event, suiteId }: BeforeCode,
    otherId: string,
  ): Promise<Settlement> => {
    const lastError = `Its auth_code came twice, and is exchanged under the event ${otherId}.`
    const record = await store.findCorpByInstallEvent(suiteId, otherId)
    const other = await eventLog.get(otherId)
    const corpid = record?.corpid ?? other?.corpid
    if (corpid) return { status: 'done', lastError, corpid }
    if (other?.status !== 'pending' || clock.now() >= bringsUntil(event)) {
      return { status: 'done', lastError }
    }
    const nextAttemptAt = clock.now() + exchangeRetryMs(event.attempts + 1)
    return { status: 'pending', lastError, nextAttemptAt }
  }

  return async (start) => {
    const holder = await holderOf(start)
    if (holder === start.event.id) return start
    log.info('an auth_code came twice', {
      suiteId: start.suiteId,
      eventId: start.event.id,
      exchangedUnder: holder,
    })
    return tryEnded(await settleBehind(start, holder))
  }
}
