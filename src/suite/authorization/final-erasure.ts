/**
 * The final erasure of a company that left: events, attempts, its history and its record go, and a
 * receipt with ids and dates stays. WeCom wants it of providers.
 */
import { type Clock, dayMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { OwnEvents, OwnEventType } from '../../events/own-events'
import type { DoWhenDue } from '../../events/shared-work'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { Facts } from '../../store/facts'
import type { CorpRecord, Store } from '../../store/store'
import type { ClockCheck } from '../../wecom/clock-check'
import { idsOf } from '../corp-cache'
import type { Corps } from '../corps'
import type { Tokens } from '../tokens/tokens'

export interface FinalErasure {
  /**
   * Erases what is left of a company that is gone: it removed the app, or WeCom no longer takes its
   * permanent code.
   *
   * @throws {ServiceError} corp_not_authorized — nothing is kept of it; conflict — it isn't gone
   */
  erase(suiteId: string, corpid: string): Promise<void>
  /**
   * Erases those that left longer ago than the days of the settings; one process looks, once a day.
   */
  eraseDue(stopping?: AbortSignal): Promise<void>
}

const receiptType: OwnEventType = 'suited.corp_erased'
const everyMs = dayMs
const pageSize = 200

export const createFinalErasure = (parts: {
  store: Pick<Store, 'listCorps' | 'loadCorp'>
  eventLog: Pick<EventLog, 'eraseCorp'>
  facts: Pick<Facts, 'listFacts'>
  corps: Pick<Corps, 'require' | 'find' | 'remove'>
  tokens: Pick<Tokens, 'forget'>
  ownEvents: OwnEvents
  clockCheck: Pick<ClockCheck, 'agrees'>
  doWhenDue: DoWhenDue
  /** SUITED_ERASE_AFTER_DAYS; 0: only when somebody asks for it. */
  afterDays: number
  clock: Clock
  log: Logger
}): FinalErasure => {
  const { store, eventLog, facts, corps, tokens, ownEvents } = parts
  const { clockCheck, doWhenDue, afterDays, clock, log } = parts

  /** Without a receipt the record stays, so that the erasure is done again. */
  const leaveReceipt = async (record: CorpRecord, events: number): Promise<void> => {
    const { suiteId, corpid, statusAt } = record
    const erasedAt = clock.now()
    await ownEvents.add(receiptType, suiteId, corpid, {
      leftAt: new Date(statusAt).toISOString(),
      erasedAt: new Date(erasedAt).toISOString(),
      events,
    })
    const { items } = await facts.listFacts({
      types: [receiptType],
      suiteId,
      corpids: [corpid],
      limit: 1,
    })
    if (items[0] && items[0].at >= erasedAt) return
    throw new ServiceError(
      'store_unavailable',
      'The receipt of an erasure could not be written: it is done again.',
    )
  }

  /** @param goneAt when it was seen that it is gone: what comes later is of one that came back */
  const eraseRecord = async (record: CorpRecord, goneAt: number): Promise<void> => {
    const { suiteId, corpid, status, statusAt } = record
    let events = 0
    for (const id of idsOf(record)) events += await eventLog.eraseCorp(suiteId, id, goneAt)
    await leaveReceipt(record, events)
    // Last, for whatever was cut off before begins anew. One that came back meanwhile stays.
    const removed = await corps.remove(
      suiteId,
      corpid,
      (current) => current.status === status && current.statusAt === statusAt,
    )
    if (!removed) return
    tokens.forget(suiteId, corpid)
    log.info('a company that left is erased', { suiteId, corpid, events })
  }

  /**
   * Of an invalid one WeCom has said twice that its code is none any more. Since it may change its
   * mind, such a company is erased only when somebody asks for it.
   */
  const isGone = ({ status }: CorpRecord): boolean => status === 'cancelled' || status === 'invalid'

  const isDue = (record: CorpRecord | null, now: number): record is CorpRecord =>
    record?.status === 'cancelled' && record.statusAt <= now - afterDays * dayMs

  /** False if it was broken off. */
  const eraseAllDue = async (now: number, stopping?: AbortSignal): Promise<boolean> => {
    let cursor: string | undefined
    do {
      const page = await store.listCorps({ status: 'cancelled', limit: pageSize, cursor })
      for (const { suiteId, corpid } of page.items) {
        if (stopping?.aborted) return false
        // Lists may be older than the record, which decides.
        const goneAt = clock.now()
        const record = await store.loadCorp(suiteId, corpid)
        if (isDue(record, now)) await eraseRecord(record, goneAt)
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return true
  }

  return {
    async erase(suiteId, corpid) {
      const found = await corps.find(suiteId, corpid)
      const goneAt = clock.now()
      // What is cached may be a minute old.
      const record = found && (await store.loadCorp(suiteId, found.corpid))
      if (!record) {
        await corps.require(suiteId, corpid)
        return
      }
      if (!isGone(record)) {
        throw new ServiceError(
          'conflict',
          'This company isn’t gone, and only one that removed the app, or whose permanent code WeCom no longer takes, is erased: let it remove the app first.',
        )
      }
      await eraseRecord(record, goneAt)
    },

    async eraseDue(stopping) {
      // By a clock that runs ahead all of them would have left long ago.
      if (afterDays === 0 || !clockCheck.agrees()) return
      await doWhenDue('erasure', everyMs, () => eraseAllDue(clock.now(), stopping))
    },
  }
}
