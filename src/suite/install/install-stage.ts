/** The stages of an install, and the search for the one that an event has reached. */
import type { ClaimedEvent, EventRecord, Settlement } from '../../store/event-record'
import type { CorpRecord, Store } from '../../store/store'
import type { Corps } from '../corps'
import type { HeldCode, HeldCodeStore } from './held-codes'

/** The auth_code is not exchanged yet. */
export interface BeforeCode {
  readonly stage: 'before_code'
  readonly event: ClaimedEvent
  readonly suiteId: string
  readonly authCode: string
  /** Whether WeCom pushed it, or a browser came back with it and a good state of ours. */
  readonly isVouchedFor: boolean
}

/** WeCom gave the permanent code, and the company's document does not hold it yet. */
export interface CodeHeld {
  readonly stage: 'code_held'
  readonly event: EventRecord
  readonly suiteId: string
  readonly code: HeldCode
}

/** The permanent code is in the company's document; its details are to be read. */
export interface CodeLanded {
  readonly stage: 'code_landed'
  readonly event: EventRecord
  readonly record: CorpRecord
}

/** This try is over. */
export interface TryEnded {
  readonly stage: 'try_ended'
  readonly settlement: Settlement
}

export type InstallStage = BeforeCode | CodeHeld | CodeLanded | TryEnded

export const tryEnded = (settlement: Settlement): TryEnded => ({ stage: 'try_ended', settlement })

/**
 * Finds the stage that an earlier try has reached. Throws what the store or the held code throws.
 */
export type FindStage = (start: BeforeCode) => Promise<InstallStage>

export const createFindStage = (parts: {
  store: Pick<Store, 'findCorpByInstallEvent'>
  corps: Pick<Corps, 'find'>
  heldCodes: HeldCodeStore
}): FindStage => {
  const { store, corps, heldCodes } = parts

  /**
   * Whether the code was exchanged before, and what it brought was replaced or erased meanwhile.
   */
  const isHistory = async (suiteId: string, { corpid, receivedAt }: EventRecord) => {
    const record = corpid === null ? null : await corps.find(suiteId, corpid)
    return record !== null && (record.permanentCode === null || record.authorizedAt >= receivedAt)
  }

  return async (start) => {
    const { event, suiteId } = start
    const record = await store.findCorpByInstallEvent(suiteId, event.id)
    if (record) {
      await heldCodes.remove(event)
      return { stage: 'code_landed', event, record }
    }
    const code = heldCodes.find(event)
    if (code) return { stage: 'code_held', event, suiteId, code }
    return (await isHistory(suiteId, event)) ? tryEnded({ status: 'done' }) : start
  }
}
