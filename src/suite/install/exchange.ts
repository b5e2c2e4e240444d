/** The exchange: WeCom gives the permanent code for an auth_code. */
import { type Clock, hourMs, minuteMs } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import { claimLeaseMs } from '../../events/worker'
import type { Logger } from '../../log'
import { authCodeLifeMs, exchangeRetryMs } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-record'
import { WecomFailure } from '../../wecom/api/failure'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { reactionTo } from '../../wecom/errcode/errcode'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { HeldCodeStore } from './held-codes'
import {
  type BeforeCode,
  type FindStage,
  type InstallStage,
  type TryEnded,
  tryEnded,
} from './install-stage'

/** Any stage but that before the exchange. */
type AfterExchange = Exclude<InstallStage, BeforeCode>

export interface Exchange {
  /**
   * Whether there is a token to exchange it with. Nothing else is begun without one: the failure
   * ends the try.
   */
  assertToken(start: BeforeCode): Promise<BeforeCode | TryEnded>
  /**
   * Exchanges the auth_code, or finds that it was exchanged under an earlier claim. A failure ends
   * the try and never throws.
   */
  exchange(start: BeforeCode): Promise<AfterExchange>
  /** Ends a try that failed while there was no permanent code: again later, or dead. */
  fail(start: BeforeCode, error: unknown): TryEnded
}

const settingLacks: readonly string[] = ['suite_ticket_missing', 'suite_not_configured']
const tokenLacks: readonly string[] = ['wait_for_ticket', 'wrong_secret']

/** Whether WeCom says that an auth_code is used or unknown. */
const isCodeSpent = (error: unknown): boolean =>
  error instanceof WecomFailure &&
  error.errcode !== null &&
  reactionTo(error.errcode) === 'code_spent'

/** Whether nothing is changed by asking again: a ticket has to come, or a setting. */
const isLackOfToken = (error: unknown): boolean =>
  error instanceof WecomFailure
    ? error.errcode !== null && tokenLacks.includes(reactionTo(error.errcode))
    : error instanceof ServiceError && settingLacks.includes(error.code)

/**
 * Anybody may bring codes without a state of ours, so those cost little while none can be
 * exchanged. A ticket makes them due at once, whichever process it comes to; this is for one that
 * fails to.
 */
const strangersWaitMs = authCodeLifeMs / 2

/** How often it is looked for what another process does with an auth_code that is used. */
const recheckAfterMs = minuteMs

/** What a stranger sent is kept so long that its answer can be seen, and goes within a day. */
const strangersKeptMs = 12 * hourMs

/** Until when a process that exchanged the auth_code may still bring what it got. */
export const bringsUntil = ({ receivedAt }: EventRecord): number =>
  receivedAt + authCodeLifeMs + claimLeaseMs

export const createExchange = (parts: {
  tokens: Pick<Tokens, 'get' | 'withToken'>
  calls: Pick<WecomCalls, 'fetchPermanentCode'>
  heldCodes: Pick<HeldCodeStore, 'assertWritable' | 'add'>
  findStage: FindStage
  clock: Clock
  log: Logger
}): Exchange => {
  const { tokens, calls, heldCodes, findStage, clock, log } = parts

  /** Anybody may send us a code: one that WeCom doesn't know is no loss. */
  const strangers = ({ id, suiteId }: EventRecord): Settlement => {
    log.warn('WeCom refused an auth_code that a browser brought without a good state', {
      suiteId,
      eventId: id,
    })
    return {
      status: 'dead',
      lastError:
        'WeCom says that this auth_code is used or unknown. A browser brought it without a good state.',
      purgeAt: clock.now() + strangersKeptMs,
    }
  }

  const lost = ({ event, isVouchedFor }: BeforeCode): Settlement => {
    const { id, suiteId } = event
    if (!isVouchedFor) return strangers(event)
    log.error('an install is lost: its auth_code is spent', { suiteId, eventId: id })
    return {
      status: 'dead',
      lastError:
        'WeCom says that this auth_code is used or unknown, and no permanent code of it is stored here. The company has to install the app again, or its code be imported.',
    }
  }

  const tooLate = ({ id, suiteId }: EventRecord, reason: string): Settlement => {
    log.error('an install is lost: its auth_code outlived its ten minutes', {
      suiteId,
      eventId: id,
      reason,
      cure: 'Mend the reason, then let the company install the app again.',
    })
    return { status: 'dead', lastError: `The auth_code's ten minutes are over: ${reason}` }
  }

  const tryAgain = (start: BeforeCode, error: unknown, deadline: number): Settlement => {
    const { event, isVouchedFor } = start
    const attempt = event.attempts + 1
    const lastError = reasonOf(error)
    const waitMs =
      isVouchedFor || !isLackOfToken(error) ? exchangeRetryMs(attempt) : strangersWaitMs
    const nextAttemptAt = Math.min(clock.now() + waitMs, deadline)
    log.warn('an auth_code could not be exchanged yet', {
      suiteId: event.suiteId,
      eventId: event.id,
      attempt,
      reason: lastError,
      ...(error instanceof WecomFailure && { errmsg: error.errmsg }),
      retryAt: new Date(nextAttemptAt).toISOString(),
    })
    return { status: 'pending', lastError, nextAttemptAt }
  }

  const recheckLater = (event: EventRecord): Settlement => {
    const { id, suiteId } = event
    log.warn('an auth_code is used, perhaps by another process whose claim was lost', {
      suiteId,
      eventId: id,
    })
    return {
      status: 'pending',
      lastError:
        'WeCom says that this auth_code is used or unknown. Another process had begun its exchange, and may still store the permanent code.',
      nextAttemptAt: clock.now() + recheckAfterMs,
    }
  }

  /**
   * What a used auth_code means. Where no claim was lost nobody else can have used
   * it. Else another process may have, which was slow, or thought dead: what it stored is looked
   * for, and the install is lost only once it can't bring it any more.
   */
  const resolveSpent = async (start: BeforeCode): Promise<AfterExchange> => {
    const { event } = start
    if (event.lostClaims === 0) return tryEnded(lost(start))
    const found = await findStage(start).catch(() => null)
    if (found !== null && found.stage !== 'before_code') return found
    const isOver = found !== null && clock.now() >= bringsUntil(event)
    return tryEnded(isOver ? lost(start) : recheckLater(event))
  }

  const fail: Exchange['fail'] = (start, error) => {
    const { event } = start
    const deadline = event.receivedAt + authCodeLifeMs
    if (clock.now() >= deadline) return tryEnded(tooLate(event, reasonOf(error)))
    return tryEnded(tryAgain(start, error, deadline))
  }

  return {
    async assertToken(start) {
      try {
        await tokens.get(suiteTokenKey(start.suiteId))
        return start
      } catch (error) {
        return fail(start, error)
      }
    },
    async exchange(start) {
      const { event, suiteId, authCode } = start
      try {
        await heldCodes.assertWritable(suiteId, event)
        const authorizedAt = clock.now()
        const granted = await tokens.withToken(suiteTokenKey(suiteId), (token) =>
          calls.fetchPermanentCode(token, authCode),
        )
        const code = heldCodes.add(event, { ...granted, authorizedAt })
        return { stage: 'code_held', event, suiteId, code }
      } catch (error) {
        return isCodeSpent(error) ? resolveSpent(start) : fail(start, error)
      }
    },
    fail,
  }
}
