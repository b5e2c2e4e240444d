/**
 * Permanent codes that an exchange returned and that no company's document holds yet. WeCom gives
 * each only once, so they are kept beside their event and, where even that fails, in memory.
 */
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Clock, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { authCodeLifeMs } from '../../retry'
import type { EventLog } from '../../store/event-log'
import type { EventRecord } from '../../store/event-record'
import { CorpInstaller, type Store } from '../../store/store'

/** A permanent code on its way into its company's document. */
export interface HeldCode {
  readonly corpid: string
  readonly name: string
  readonly permanentCode: string
  /** Who installed the app; null or nothing where WeCom didn't say. */
  readonly installer?: CorpInstaller | null
  /** When the exchange began, epoch milliseconds. */
  readonly authorizedAt: number
}

export interface HeldCodeEntry {
  readonly suiteId: string | null
  readonly code: HeldCode
  /** Where it waits for its document; null while it is on its way there for the first time. */
  readonly place: 'beside its event' | 'in memory' | null
}

/** By the id of the event whose auth_code brought it. It outlives a change of settings. */
export type HeldCodes = Map<string, HeldCodeEntry>

const SavedCode = Type.Object({
  corpid: Type.String({ minLength: 1 }),
  name: Type.String(),
  permanentCode: Type.String({ minLength: 1 }),
  installer: Type.Optional(Type.Union([CorpInstaller, Type.Null()])),
  authorizedAt: Type.Integer({ minimum: 0 }),
})

/** An auth_code may wait for a place to put its code until it has this much left of its life. */
const lastChanceMs = minuteMs

export interface HeldCodeStore {
  /**
   * The code that this event's auth_code brought, and that has yet to land; null if there is none.
   *
   * @throws {Error} what is kept beside the event is no code: it must not be exchanged again
   */
  find(event: EventRecord): HeldCode | null
  /**
   * Before an exchange: whether what it brings could be put anywhere.
   *
   * @throws {ServiceError} store_unavailable — neither the companies' folder nor the event log can
   *   be written, and the auth_code lives long enough to wait for one of them
   */
  assertWritable(suiteId: string, event: EventRecord): Promise<void>
  /** After an exchange: remembers the code until it landed. */
  add(event: EventRecord, code: HeldCode): HeldCode
  /** When a code could not land: puts it beside its event, and logs why it waits. Never throws. */
  saveBesideEvent(event: EventRecord, code: HeldCode, failure: unknown): Promise<void>
  /**
   * When a code landed: nothing is held of it any more, in memory or beside its event. Never
   * throws: what can't be taken from beside its event now goes with the next try, at the latest
   * when the event is done.
   */
  remove(event: EventRecord): Promise<void>
}

const cureBesideEvent =
  'Mend or remove the document, or make its folder writable: the code lands in it by itself.'
const cureInMemory =
  'Make the data folder writable before suited is stopped: the code is in memory alone.'

export const createHeldCodeStore = (parts: {
  /** What this process holds already. */
  held: HeldCodes
  store: Pick<Store, 'checkWritable'>
  eventLog: Pick<EventLog, 'savePendingSecret' | 'checkWritable'>
  clock: Clock
  log: Logger
}): HeldCodeStore => {
  const { held, store, eventLog, clock, log } = parts

  const putBesideEvent = async (
    { id, pendingSecret }: EventRecord,
    code: HeldCode,
  ): Promise<boolean> => {
    if (pendingSecret !== null) return true
    try {
      // Under no claim: whoever has the code may have lost its own, and nobody else has the code.
      await eventLog.savePendingSecret(id, JSON.stringify(code), null)
      return true
    } catch {
      // Why nothing can be written is logged with the failure of the document.
      return false
    }
  }

  return {
    find({ id, pendingSecret }) {
      const code = held.get(id)?.code
      if (code || pendingSecret === null) return code ?? null
      return Value.Decode(SavedCode, JSON.parse(pendingSecret))
    },

    async assertWritable(suiteId, { receivedAt }) {
      try {
        await store.checkWritable(suiteId)
      } catch (failure) {
        if (clock.now() >= receivedAt + authCodeLifeMs - lastChanceMs) return
        await eventLog.checkWritable().catch(() => {
          throw failure
        })
      }
    },

    add({ id, suiteId }, code) {
      held.set(id, { suiteId, code, place: null })
      return code
    },

    async saveBesideEvent(event, code, failure) {
      const { id, suiteId } = event
      const place = (await putBesideEvent(event, code)) ? 'beside its event' : 'in memory'
      const before = held.get(id)?.place
      held.set(id, { suiteId, code, place })
      if (before === place) return
      log.error('a permanent code can’t be put into its company’s document yet', {
        suiteId,
        corpid: code.corpid,
        eventId: id,
        reason: reasonOf(failure),
        kept: place,
        cure: place === 'in memory' ? cureInMemory : cureBesideEvent,
      })
    },

    async remove({ id, pendingSecret }) {
      const isBeside = pendingSecret !== null || held.get(id)?.place === 'beside its event'
      held.delete(id)
      if (!isBeside) return
      try {
        await eventLog.savePendingSecret(id, null, null)
      } catch (error) {
        log.warn('a permanent code landed, and stays beside its event for now', {
          eventId: id,
          reason: reasonOf(error),
        })
      }
    },
  }
}
