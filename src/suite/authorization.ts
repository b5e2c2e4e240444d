/**
 * An installation: the auth_code of an event becomes a permanent code, and what suited needs to
 * know of the company is read. Every step may run twice.
 */
import { type Clock, minuteMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import { authCodeLifeMs, exchangeRetryMs, type Random } from '../retry'
import type { EventRecord, Settlement } from '../store/event-log'
import type { CorpRecord, Store } from '../store/store'
import type { PermanentCode, WecomCalls } from '../wecom/calls'
import { WecomFailure } from '../wecom/client'
import { reactionTo } from '../wecom/errcode'
import { parseMessage } from '../wecom/message'
import { textOf } from '../wecom/xml'
import { wordOf } from './authorization-word'
import type { Companies } from './companies'
import type { ReadGrant } from './grant'
import type { Journal } from './journal'
import { laterOrDead } from './later-or-dead'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

export interface AuthorizationParts {
  readonly store: Pick<Store, 'findCorpByInstallEvent'>
  readonly companies: Companies
  readonly tokens: Tokens
  readonly calls: WecomCalls
  readonly readGrant: ReadGrant
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told when WeCom refuses to tell of a company. */
  onRefused(suiteId: string, corpid: string, failure: unknown): void
  /** Told when a company's code is stored and its details are read; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}

export interface Authorization {
  /** Works on create_auth and reset_permanent_code. */
  install(event: EventRecord): Promise<Settlement>
  /** Works on change_auth: reads again what the company granted. */
  readAgain(event: EventRecord): Promise<Settlement>
}

/** How a refused authorisation really stands is found out elsewhere; asking sooner would cost calls. */
const untilSettledMs = 5 * minuteMs

const elementOf = (event: EventRecord, name: string): string | null => {
  const parsed = parseMessage(event.body)
  return parsed.ok ? textOf(parsed.value.payload, name) : null
}

/** Whether WeCom says that an auth_code is used or unknown. */
const codeSpent = (error: unknown): boolean =>
  error instanceof WecomFailure &&
  error.errcode !== null &&
  reactionTo(error.errcode) === 'code_spent'

export const createAuthorization = (parts: AuthorizationParts): Authorization => {
  const { store, companies, tokens, calls, readGrant, journal, clock, random, log } = parts
  /** Codes that an exchange returned and the store could not take yet: WeCom gives each only once. */
  const unsaved = new Map<string, { readonly authorizedAt: number; readonly code: PermanentCode }>()

  /**
   * The permanent code is saved before anything else is done with it. What a former authorisation
   * left is replaced, but for what belongs to the company itself.
   */
  const save = (
    suiteId: string,
    eventId: string,
    authorizedAt: number,
    { corpid, name, permanentCode }: PermanentCode,
  ) =>
    companies.change(suiteId, corpid, (current) => {
      // A disk that was full may have held this code up while the company installed the app anew.
      if (current?.permanentCode && current.authorizedAt > authorizedAt) return null
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

  const exchange = async (suiteId: string, event: EventRecord, authCode: string) => {
    const began = clock.now()
    const exchanged = unsaved.get(event.id) ?? {
      authorizedAt: began,
      code: await tokens.withToken(suiteTokenKey(suiteId), (token) =>
        calls.fetchPermanentCode(token, authCode),
      ),
    }
    unsaved.set(event.id, exchanged)
    const { code, authorizedAt } = exchanged
    const record = await save(suiteId, event.id, authorizedAt, code)
    unsaved.delete(event.id)
    tokens.forget(suiteId, code.corpid)
    log.info('a company authorised the app', { suiteId, corpid: code.corpid, eventId: event.id })
    await journal.note('suited.corp_authorized', suiteId, code.corpid, { by: event.type })
    return record
  }

  /** Whether the code was exchanged before, and what it brought was replaced or erased meanwhile. */
  const isHistory = async (suiteId: string, { corpid, receivedAt }: EventRecord) => {
    const record = corpid === null ? null : await companies.find(suiteId, corpid)
    return record !== null && (record.permanentCode === null || record.authorizedAt >= receivedAt)
  }

  /** Reading the details goes on for a day: the company is authorised meanwhile. */
  const readLater = (event: EventRecord, error: unknown, corpid: string): Settlement => {
    if (event.suiteId) parts.onRefused(event.suiteId, corpid, error)
    const leastMs = wordOf(error) === null ? 0 : untilSettledMs
    return { ...laterOrDead(event, error, clock.now(), random, leastMs), corpid }
  }

  const finish = async (event: EventRecord, record: CorpRecord): Promise<Settlement> => {
    const { suiteId, corpid } = record
    try {
      const read = await readGrant(suiteId, corpid)
      await tokens.get({ suiteId, corpid, kind: 'access_token' })
      if (read) await parts.onAuthorized(read)
      return { status: 'done', corpid }
    } catch (error) {
      log.warn('a company is authorised, but its details could not be read yet', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
      return readLater(event, error, corpid)
    }
  }

  const exchangeAgain = (event: EventRecord, error: unknown): Settlement => {
    const now = clock.now()
    const deadline = unsaved.has(event.id) ? Infinity : event.receivedAt + authCodeLifeMs
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

  return {
    async install(event) {
      const authCode = elementOf(event, 'AuthCode')
      const { suiteId } = event
      if (!authCode || !suiteId) return { status: 'dead', lastError: 'It carries no AuthCode.' }
      try {
        const before = await store.findCorpByInstallEvent(suiteId, event.id)
        if (!before && (await isHistory(suiteId, event))) return { status: 'done' }
        const record = before ?? (await exchange(suiteId, event, authCode))
        return record ? await finish(event, record) : { status: 'done' }
      } catch (error) {
        if (!codeSpent(error)) return exchangeAgain(event, error)
        const lastError =
          'WeCom says that this auth_code is used or unknown, and no permanent code of it is stored here. The company has to install the app again, or its code be imported.'
        log.error('an install is lost: its auth_code is spent', { suiteId, eventId: event.id })
        return { status: 'dead', lastError }
      }
    },

    async readAgain(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
      const record = await companies.find(suiteId, corpid)
      if (record?.status !== 'authorized') return { status: 'done' }
      try {
        await readGrant(suiteId, record.corpid)
        return { status: 'done' }
      } catch (error) {
        return readLater(event, error, record.corpid)
      }
    },
  }
}
