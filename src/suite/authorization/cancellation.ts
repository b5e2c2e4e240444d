/**
 * A company that left: its secrets are erased and a tombstone stays. An old cancel_auth, pushed
 * late, must not erase what a reinstallation brought: unless it is clearly newer than the last
 * exchange, WeCom is asked first. And one that came behind an install is looked at again when the
 * company of that install is known.
 */
import { type Clock, dayMs, minuteMs, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Journal } from '../../events/own-events'
import type { Logger } from '../../log'
import { backoffMs, type Random } from '../../retry'
import type { EventLog, EventRecord, Settlement } from '../../store/event-log'
import type { CorpRecord, Store } from '../../store/store'
import { verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { parseMessage } from '../../wecom/callback/message'
import { type Corps, idsOf } from '../corps'
import { authCodeEventTypes } from '../install/auth-code'
import type { HeldCodes } from '../install/held-codes'
import { fetchAuthInfo } from '../profile/auth-info'
import type { Tokens } from '../tokens/tokens'

/** Nearer than this is not clearly newer: WeCom's machines don't all have the same time. */
const marginMs = 5 * minuteMs
/** The margin where the install can't be told by WeCom's own clock, and that clock may differ from ours. */
const skewedMarginMs = 15 * minuteMs

/** A TimeStamp further ahead of our clock than this is a mistake, not a skew. */
const furthestAheadMs = 15 * minuteMs

const askAgain = { firstMs: 15 * secondMs, ceilingMs: 15 * minuteMs }
const lookAgain = { firstMs: 2 * secondMs, ceilingMs: 15 * secondMs }

const timeStampOf = (body: string): number | null => {
  const message = parseMessage(body)
  if (!message.ok || message.value.kind === 'data') return null
  const { timeStampSeconds } = message.value
  return timeStampSeconds === null ? null : timeStampSeconds * secondMs
}

/**
 * Whether an event can't be about an authorisation before the last one.
 *
 * @param toldAt its TimeStamp, epoch milliseconds by WeCom's clock; null if it has none
 * @param authorizedAt when the last exchange began, by our clock
 * @param installedAt the TimeStamp of that install, by WeCom's clock; null if it isn't known
 */
export const clearlyNewer = (
  toldAt: number | null,
  authorizedAt: number,
  installedAt: number | null,
): boolean => {
  if (toldAt === null) return false
  return installedAt === null
    ? toldAt > authorizedAt + skewedMarginMs
    : toldAt > Math.max(authorizedAt, installedAt) + marginMs
}

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

export interface Cancellation {
  /** Works on cancel_auth. */
  cancel(event: EventRecord): Promise<Settlement>
  /** What was still being worked on when a company left is blanked when that has ended. */
  blankIfCancelled(suiteId: string | null, corpid: string | null): Promise<void>
}

export const createCancellation = (parts: {
  store: Pick<Store, 'loadCorp'>
  eventLog: Pick<EventLog, 'blankBodies' | 'get' | 'list' | 'settle'>
  corps: Corps
  tokens: Tokens
  calls: WecomCalls
  journal: Journal
  heldCodes: HeldCodes
  clock: Clock
  random: Random
  log: Logger
}): Cancellation => {
  const { store, eventLog, corps, tokens, journal, heldCodes, clock, random, log } = parts

  const stillAuthorized = async (record: CorpRecord, permanentCode: string): Promise<boolean> => {
    try {
      await fetchAuthInfo(parts, record.suiteId, record.corpid, permanentCode)
      return true
    } catch (error) {
      if (verdictOf(error) === 'gone') return false
      throw error
    }
  }

  /** WeCom may name one company by either of its ids. */
  const blank = async (suiteId: string, corpids: readonly string[]): Promise<void> => {
    for (const corpid of corpids) await eventLog.blankBodies(suiteId, corpid)
  }

  /** Details of a company that left need not be read: their event ends, and can be blanked. */
  const endInstall = async ({ corpid, installEventId }: CorpRecord): Promise<void> => {
    const install = installEventId === null ? null : await eventLog.get(installEventId)
    if (install?.status !== 'pending') return
    await eventLog.settle(install.id, null, { status: 'done', corpid })
  }

  /** False if it stays: a reinstallation that came in between is another authorisation. */
  const erase = async (record: CorpRecord): Promise<boolean> => {
    const { suiteId, corpid, authorizedAt } = record
    // First: the tombstone does not say which event it was.
    await endInstall(record)
    const { after } = await corps.change(suiteId, corpid, (current) =>
      current?.permanentCode && current.authorizedAt === authorizedAt
        ? tombstone(current, clock.now())
        : null,
    )
    if (after?.permanentCode) return false
    tokens.forget(suiteId, corpid)
    await blank(suiteId, idsOf(record))
    return true
  }

  const installedAt = async ({ installEventId }: CorpRecord): Promise<number | null> => {
    const install = installEventId === null ? null : await eventLog.get(installEventId)
    return install && timeStampOf(install.body)
  }

  const isHeld = ({ id, kept }: EventRecord) => kept !== null || heldCodes.has(id)

  /**
   * Whether an install that came before is not exchanged yet, or its code has not landed: its
   * company may be the one that left.
   */
  const followsInstall = async ({ id, suiteId, corpid }: EventRecord): Promise<boolean> => {
    let cursor: string | undefined
    do {
      const query = { types: authCodeEventTypes, status: 'pending', limit: 200 } as const
      const page = await eventLog.list({ ...query, suiteId: suiteId ?? undefined, cursor })
      const mayBeIts = (install: EventRecord) =>
        install.id < id &&
        (install.corpid === null || (install.corpid === corpid && isHeld(install)))
      if (page.items.some(mayBeIts)) return true
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return false
  }

  const cancelKnown = async (
    event: EventRecord,
    suiteId: string,
    named: string,
  ): Promise<Settlement> => {
    const record = (await store.loadCorp(suiteId, named)) ?? (await corps.find(suiteId, named))
    if (!record?.permanentCode) {
      await blank(suiteId, record ? idsOf(record) : [named])
      return { status: 'done' }
    }
    const { corpid, authorizedAt } = record
    try {
      const toldAt = timeStampOf(event.body)
      // A time that can't be is no reason to believe that it is newer.
      const possible = toldAt !== null && toldAt <= event.receivedAt + furthestAheadMs
      const newer = possible && clearlyNewer(toldAt, authorizedAt, await installedAt(record))
      if (!newer && (await stillAuthorized(record, record.permanentCode))) {
        log.info('a cancel_auth is older than the authorisation that WeCom confirms', {
          suiteId,
          corpid,
          eventId: event.id,
        })
        return { status: 'done' }
      }
      if (!(await erase(record))) return { status: 'done' }
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
  }

  return {
    async cancel(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
      // Asked first: an install that ends meanwhile must not be missed.
      const again = await followsInstall(event)
      const settlement = await cancelKnown(event, suiteId, corpid)
      if (!again || settlement.status !== 'done') return settlement
      const waitMs = backoffMs(event.attempts + 1, lookAgain, random)
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
