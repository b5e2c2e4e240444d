/**
 * The work on cancel_auth: the secrets of a company that left are erased. An old cancel_auth,
 * pushed late, must not erase what a reinstallation brought: unless it is clearly newer than the
 * last exchange, WeCom is asked first. And one that came behind an install is worked on again when
 * the company of that install is known.
 */
import { type Clock, dayMs, minuteMs, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import { backoffMs, type Random } from '../../retry'
import type { EventLog } from '../../store/event-log'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { CorpRecord, Store } from '../../store/store'
import { verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { idsOf } from '../corp-cache'
import type { Corps } from '../corps'
import type { HeldCodes } from '../install/held-codes'
import { fetchAuthInfo } from '../profile/auth-info'
import type { Tokens } from '../tokens/tokens'
import { cancelsLastInstall } from './cancellation-precedence'
import { createFollowsOpenInstall } from './earlier-install'
import { createErasure } from './erasure'

export interface Cancellation {
  /** Works on cancel_auth. */
  cancel(event: EventRecord): Promise<Settlement>
  /** What was still being worked on when a company left is blanked when that has ended. */
  blankIfCancelled(suiteId: string | null, corpid: string | null): Promise<void>
}

const askAgain = { firstMs: 15 * secondMs, ceilingMs: 15 * minuteMs }
const awaitInstall = { firstMs: 2 * secondMs, ceilingMs: 15 * secondMs }

export const createCancellation = (parts: {
  store: Pick<Store, 'loadCorp'>
  eventLog: Pick<EventLog, 'blankBodies' | 'get' | 'list' | 'settle'>
  corps: Corps
  tokens: Tokens
  calls: Pick<WecomCalls, 'fetchAuthInfo'>
  ownEvents: OwnEvents
  heldCodes: HeldCodes
  clock: Clock
  random: Random
  log: Logger
}): Cancellation => {
  const { store, eventLog, corps, tokens, calls, ownEvents, heldCodes, clock, random, log } = parts
  const { erase, blankEvents } = createErasure({ eventLog, corps, tokens, clock })
  const followsOpenInstall = createFollowsOpenInstall({ eventLog, heldCodes })

  const stillAuthorized = async (record: CorpRecord, permanentCode: string): Promise<boolean> => {
    try {
      await fetchAuthInfo({ tokens, calls }, record.suiteId, record.corpid, permanentCode)
      return true
    } catch (error) {
      if (verdictOf(error) === 'gone') return false
      throw error
    }
  }

  const cancelAuthorized = async (
    event: EventRecord,
    record: CorpRecord,
    permanentCode: string,
  ): Promise<void> => {
    const { suiteId, corpid, authorizedAt, installEventId } = record
    const install = installEventId === null ? null : await eventLog.get(installEventId)
    const newer = cancelsLastInstall(event, authorizedAt, install)
    if (!newer && (await stillAuthorized(record, permanentCode))) {
      log.info('a cancel_auth is older than the authorisation that WeCom confirms', {
        suiteId,
        corpid,
        eventId: event.id,
      })
      return
    }
    if (!(await erase(record))) return
    log.info('a company removed the app: its secrets are erased', { suiteId, corpid })
    await ownEvents.add('suited.corp_cancelled', suiteId, corpid)
  }

  const tryAgain = (event: EventRecord, error: unknown): Settlement => {
    const now = clock.now()
    const lastError = reasonOf(error)
    if (now - event.receivedAt > dayMs) return { status: 'dead', lastError }
    const waitMs = backoffMs(event.attempts + 1, askAgain, random)
    return { status: 'pending', lastError, nextAttemptAt: now + waitMs }
  }

  const cancelNow = async (
    event: EventRecord,
    suiteId: string,
    named: string,
  ): Promise<Settlement> => {
    const record = (await store.loadCorp(suiteId, named)) ?? (await corps.find(suiteId, named))
    if (!record?.permanentCode) {
      await blankEvents(suiteId, record ? idsOf(record) : [named])
      return { status: 'done' }
    }
    try {
      await cancelAuthorized(event, record, record.permanentCode)
      return { status: 'done' }
    } catch (error) {
      return tryAgain(event, error)
    }
  }

  return {
    async cancel(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
      // Asked first: an install that ends meanwhile must not be missed.
      const again = await followsOpenInstall(event)
      const settlement = await cancelNow(event, suiteId, corpid)
      if (!again || settlement.status !== 'done') return settlement
      const waitMs = backoffMs(event.attempts + 1, awaitInstall, random)
      const lastError = 'An install that came before it is not exchanged yet.'
      return { status: 'pending', lastError, nextAttemptAt: clock.now() + waitMs }
    },

    async blankIfCancelled(suiteId, corpid) {
      if (suiteId === null || corpid === null) return
      const record = await corps.find(suiteId, corpid)
      if (record?.status === 'cancelled') await eventLog.blankBodies(suiteId, corpid)
    },
  }
}
