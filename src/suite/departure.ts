/**
 * A company that left: its secrets are erased and a tombstone stays. An old cancel_auth, pushed
 * late, must not erase what a reinstallation brought: unless it is clearly newer than the last
 * exchange, WeCom is asked first.
 */
import { type Clock, dayMs, minuteMs, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import { backoffMs, type Random } from '../retry'
import type { EventLog, EventRecord, Settlement } from '../store/event-log'
import type { CorpRecord, Store } from '../store/store'
import type { WecomCalls } from '../wecom/calls'
import { WecomFailure } from '../wecom/client'
import { reactionTo } from '../wecom/errcode'
import { parseMessage } from '../wecom/message'
import type { Companies } from './companies'
import type { Journal } from './journal'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

/** WeCom's clock and ours may differ by this much and more: nearer than this is not clearly newer. */
const clearlyNewerMs = 5 * minuteMs

const askAgain = { firstMs: 15 * secondMs, ceilingMs: 15 * minuteMs }

/** Whether an event of this TimeStamp can't be about an authorisation before the last exchange. */
export const clearlyNewer = (timeStampSeconds: number | null, authorizedAt: number): boolean =>
  timeStampSeconds !== null && timeStampSeconds * secondMs > authorizedAt + clearlyNewerMs

/** What stays of a company that left: no secret, enough to say when and who it was. */
export const tombstone = (
  { admins: _, callbackPair: __, ...record }: CorpRecord,
  at: number,
): CorpRecord => ({
  ...record,
  status: 'cancelled',
  statusReason: 'The company removed the app.',
  statusAt: at,
  permanentCode: null,
  installEventId: null,
  authInfo: null,
})

export interface Departure {
  /** Works on cancel_auth. */
  cancel(event: EventRecord): Promise<Settlement>
  /** What was still being worked on when a company left is blanked when that has ended. */
  blankIfGone(suiteId: string | null, corpid: string | null): Promise<void>
}

export const createDeparture = (parts: {
  store: Pick<Store, 'loadCorp'>
  eventLog: Pick<EventLog, 'blankBodies'>
  companies: Companies
  tokens: Tokens
  calls: WecomCalls
  journal: Journal
  clock: Clock
  random: Random
  log: Logger
}): Departure => {
  const { store, eventLog, companies, tokens, calls, journal, clock, random, log } = parts

  const stillAuthorized = async (record: CorpRecord, permanentCode: string): Promise<boolean> => {
    try {
      await tokens.withToken(suiteTokenKey(record.suiteId), (token) =>
        calls.fetchAuthInfo(token, record.corpid, permanentCode),
      )
      return true
    } catch (error) {
      const gone =
        error instanceof WecomFailure &&
        error.errcode !== null &&
        reactionTo(error.errcode) === 'authorization_gone'
      if (gone) return false
      throw error
    }
  }

  const erase = async ({ suiteId, corpid, authorizedAt }: CorpRecord): Promise<void> => {
    // A reinstallation that came in between is another authorisation: it stays.
    await companies.change(suiteId, corpid, (current) =>
      current?.permanentCode && current.authorizedAt === authorizedAt
        ? tombstone(current, clock.now())
        : null,
    )
    tokens.forget(suiteId, corpid)
    await eventLog.blankBodies(suiteId, corpid)
  }

  return {
    async cancel(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
      const record = await store.loadCorp(suiteId, corpid)
      if (!record?.permanentCode) {
        await eventLog.blankBodies(suiteId, corpid)
        return { status: 'done' }
      }
      const message = parseMessage(event.body)
      const told = message.ok && message.value.kind === 'command' ? message.value : null
      try {
        const newer = clearlyNewer(told?.timeStampSeconds ?? null, record.authorizedAt)
        if (!newer && (await stillAuthorized(record, record.permanentCode))) {
          log.info('a cancel_auth is older than the authorisation that WeCom confirms', {
            suiteId,
            corpid,
            eventId: event.id,
          })
          return { status: 'done' }
        }
        await erase(record)
        log.info('a company removed the app: its secrets are erased', { suiteId, corpid })
        await journal.note('suited.corp_cancelled', suiteId, corpid)
        return { status: 'done' }
      } catch (error) {
        const now = clock.now()
        const lastError = reasonOf(error)
        if (now - event.receivedAt > dayMs) return { status: 'dead', lastError }
        const waitMs = backoffMs(event.attempts + 1, askAgain, random)
        return { status: 'pending', lastError, nextAttemptAt: now + waitMs }
      }
    },

    async blankIfGone(suiteId, corpid) {
      if (suiteId === null || corpid === null) return
      const record = await companies.find(suiteId, corpid)
      if (record?.status === 'cancelled') await eventLog.blankBodies(suiteId, corpid)
    },
  }
}
