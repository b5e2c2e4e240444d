/** The exchange: the auth_code of an event becomes a permanent code in its company's document. */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Journal } from '../../events/own-events'
import type { Logger } from '../../log'
import { authCodeLifeMs, exchangeRetryMs } from '../../retry'
import type { EventLog, EventRecord, Settlement } from '../../store/event-log'
import type { CorpRecord, Store } from '../../store/store'
import { WecomFailure } from '../../wecom/api/failure'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { reactionTo } from '../../wecom/errcode/errcode'
import type { Corps } from '../corps'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { HeldCode, HeldCodes } from './held-codes'
import { createHeldCodeStore } from './held-codes'

/** The events that carry an auth_code. */
export const exchangeTypes: readonly string[] = ['create_auth', 'reset_permanent_code']

export interface ExchangeParts {
  readonly store: Pick<Store, 'checkWritable'>
  readonly eventLog: Pick<EventLog, 'keep' | 'checkWritable'>
  readonly corps: Corps
  readonly tokens: Tokens
  readonly calls: WecomCalls
  readonly journal: Journal
  readonly book: HeldCodes
  readonly clock: Clock
  readonly log: Logger
}

export interface Exchange {
  /** Whether the auth_code of this event was exchanged, and what it brought has yet to land. */
  holdsCode(event: EventRecord): boolean
  /**
   * Exchanges the auth_code, unless that was done, and puts the code into the company's document.
   * Gives the company's record, or null if that is of a later authorisation, or of one that ended.
   * Throws what went wrong, for `failed`.
   */
  complete(suiteId: string, event: EventRecord, authCode: string): Promise<CorpRecord | null>
  /** The code of this event is in its document already: what may still be held of it goes. */
  landed(event: EventRecord): Promise<void>
  /** How a try ends that went wrong. */
  failed(event: EventRecord, error: unknown): Promise<Settlement>
}

/** Whether WeCom says that an auth_code is used or unknown. */
const codeSpent = (error: unknown): boolean =>
  error instanceof WecomFailure &&
  error.errcode !== null &&
  reactionTo(error.errcode) === 'code_spent'

export const createExchange = (parts: ExchangeParts): Exchange => {
  const { corps, tokens, calls, journal, clock, log } = parts
  const codes = createHeldCodeStore(parts)

  /**
   * The permanent code is saved before anything else is done with it. What a former authorisation
   * left is replaced, but for what belongs to the company itself.
   */
  const save = (
    suiteId: string,
    eventId: string,
    { corpid, name, permanentCode, authorizedAt }: HeldCode,
  ) =>
    corps.change(suiteId, corpid, (current) => {
      // This code may have been held up while the company installed the app anew.
      if (current && current.authorizedAt > authorizedAt) return null
      // Or it landed before, and the company left since.
      if (current?.authorizedAt === authorizedAt && !current.permanentCode) return null
      return {
        ...current,
        version: 1,
        suiteId,
        corpid,
        name: name || (current?.name ?? ''),
        agentid: null,
        status: 'authorized',
        statusReason: null,
        statusAt: authorizedAt,
        permanentCode,
        authorizedAt,
        installEventId: eventId,
        authMode: null,
        authInfo: null,
      }
    })

  const fetchCode = async (suiteId: string, event: EventRecord, authCode: string) => {
    await codes.assertPlace(suiteId, event)
    const authorizedAt = clock.now()
    const code = await tokens.withToken(suiteTokenKey(suiteId), (token) =>
      calls.fetchPermanentCode(token, authCode),
    )
    return codes.hold(event, { ...code, authorizedAt })
  }

  const land = async (suiteId: string, event: EventRecord, code: HeldCode) => {
    const { corpid } = code
    const { after: record } = await save(suiteId, event.id, code)
    await codes.release(event)
    if (record?.installEventId !== event.id) return null
    tokens.forget(suiteId, corpid)
    log.info('a company authorised the app', { suiteId, corpid, eventId: event.id })
    await journal.note('suited.corp_authorized', suiteId, corpid, { by: event.type })
    return record
  }

  /** Nothing makes an install dead whose code is here: it lands when its document can be written. */
  const landLater = async (event: EventRecord, code: HeldCode, error: unknown) => {
    await codes.keep(event, code, error)
    return {
      status: 'pending' as const,
      lastError: `Its permanent code waits for its company’s document: ${reasonOf(error)}`,
      nextAttemptAt: clock.now() + exchangeRetryMs(event.attempts + 1),
      corpid: code.corpid,
    }
  }

  const tryAgain = (event: EventRecord, error: unknown): Settlement => {
    const now = clock.now()
    const deadline = event.receivedAt + authCodeLifeMs
    const lastError = reasonOf(error)
    if (now >= deadline) {
      log.error('an install is lost: its auth_code outlived its ten minutes', {
        suiteId: event.suiteId,
        eventId: event.id,
        reason: lastError,
        cure: 'Mend the reason, then let the company install the app again.',
      })
      return { status: 'dead', lastError: `The auth_code's ten minutes are over: ${lastError}` }
    }
    const nextAttemptAt = Math.min(now + exchangeRetryMs(event.attempts + 1), deadline)
    log.warn('an auth_code could not be exchanged yet', {
      suiteId: event.suiteId,
      eventId: event.id,
      attempt: event.attempts + 1,
      reason: lastError,
      ...(error instanceof WecomFailure && { errmsg: error.errmsg }),
      retryAt: new Date(nextAttemptAt).toISOString(),
    })
    return { status: 'pending', lastError, nextAttemptAt }
  }

  const lost = (event: EventRecord): Settlement => {
    const lastError =
      'WeCom says that this auth_code is used or unknown, and no permanent code of it is stored here. The company has to install the app again, or its code be imported.'
    log.error('an install is lost: its auth_code is spent', {
      suiteId: event.suiteId,
      eventId: event.id,
    })
    return { status: 'dead', lastError }
  }

  return {
    holdsCode: (event) => codes.of(event) !== null,
    async complete(suiteId, event, authCode) {
      const code = codes.of(event) ?? (await fetchCode(suiteId, event, authCode))
      return land(suiteId, event, code)
    },
    landed: codes.release,
    async failed(event, error) {
      const code = codes.of(event)
      if (code) return landLater(event, code, error)
      return codeSpent(error) ? lost(event) : tryAgain(event, error)
    },
  }
}
