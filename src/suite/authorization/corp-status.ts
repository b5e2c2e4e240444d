/** The status of a company: changed by WeCom's verdict, written once, and told in its timeline. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { OwnEvents, OwnEventType } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Lease } from '../../store/lease'
import type { CorpRecord, CorpStatus } from '../../store/store'
import type { Verdict } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { unauthorizedReason } from '../authorized-corp'
import type { Corps } from '../corps'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import { type AskCorpVerdict, type CorpVerdict, createAskCorpVerdict } from './corp-verdict'

export interface CorpStatusCheck {
  readonly ask: AskCorpVerdict
  /**
   * Writes a status that differs from the one before, and tells it once.
   *
   * @param more.facts for the company's timeline
   * @param more.under the lease without which nothing is written
   * @throws {ServiceError} store_unavailable
   */
  set(
    record: CorpRecord,
    status: CorpStatus,
    reason: string | null,
    more?: { readonly facts?: Readonly<Record<string, unknown>>; readonly under?: Lease },
  ): Promise<CorpRecord>
  /**
   * Sets the status that WeCom's verdict means. A company that is served again has its details read
   * again.
   */
  apply(record: CorpRecord, verdict: CorpVerdict): Promise<CorpRecord>
  /**
   * Asks WeCom now, applies its verdict at once, and reads the details of a company that is served.
   *
   * @throws {ServiceError} as `ask`
   */
  recheck(suiteId: string, corpid: string): Promise<CorpRecord>
}

const statuses: Record<Verdict, CorpStatus> = {
  served: 'authorized',
  gone: 'invalid',
  suspended: 'suspended',
}

const statusEventTypes: Record<CorpStatus, OwnEventType> = {
  authorized: 'suited.corp_restored',
  suspended: 'suited.corp_suspended',
  invalid: 'suited.corp_invalid',
  cancelled: 'suited.corp_cancelled',
}

export const createCorpStatusCheck = (parts: {
  corps: Corps
  tokens: Tokens
  calls: WecomCalls
  fetchCorpToken: FetchCorpToken
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
  /** Reads a company's details; never throws. */
  readDetails(record: CorpRecord): Promise<void>
}): CorpStatusCheck => {
  const { corps, tokens, calls, fetchCorpToken, ownEvents, clock, log, readDetails } = parts
  const ask = createAskCorpVerdict({ tokens, calls, fetchCorpToken })

  const set: CorpStatusCheck['set'] = async (record, status, reason, { facts, under } = {}) => {
    const { suiteId, corpid, permanentCode, authorizedAt } = record
    const change = (current: CorpRecord | null): CorpRecord | null => {
      // A reinstallation that came in between is another authorisation: it stays as it is.
      const same = current?.permanentCode === permanentCode && current.authorizedAt === authorizedAt
      return same && current.status !== status
        ? { ...current, status, statusReason: reason, statusAt: clock.now() }
        : null
    }
    const { before, after } = await corps.change(suiteId, corpid, change, under)
    if (status === 'authorized') tokens.reconsider(suiteId, corpid)
    else if (after?.status === status) tokens.forget(suiteId, corpid)
    if (before?.status !== after?.status) {
      log.warn(`a company is ${status} now`, { suiteId, corpid, reason })
      await ownEvents.add(statusEventTypes[status], suiteId, corpid, { reason, ...facts })
    }
    return after ?? record
  }

  const apply: CorpStatusCheck['apply'] = async (record, { verdict, reason }) => {
    const written = await set(record, statuses[verdict], reason)
    // What it changed while it wasn't served was not read then.
    if (verdict === 'served' && record.status !== 'authorized') await readDetails(written)
    return written
  }

  return {
    ask,
    set,
    apply,
    async recheck(suiteId, corpid) {
      const record = await corps.find(suiteId, corpid)
      if (record) {
        const verdict = await ask(record)
        const written = await apply(record, verdict)
        const wasServed = verdict.verdict === 'served' && record.status === 'authorized'
        if (wasServed) await readDetails(written)
        return (await corps.find(suiteId, record.corpid)) ?? written
      }
      throw new ServiceError('corp_not_authorized', 'This company is not known here.', {
        extra: { reason: unauthorizedReason(null, false) },
      })
    },
  }
}
