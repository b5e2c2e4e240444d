/**
 * The import of permanent codes, of companies that installed the app before suited was there. Each
 * is shown to WeCom before it is stored, one after another and at a bounded rate, whoever asks: a
 * list may be long, and WeCom counts calls.
 */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { CorpRecord, CorpStatus } from '../../store/store'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import { requireSuiteId, type Suite, type SuiteKind, type Suites } from '../suites'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import { type CheckedCode, createCheckCode } from './code-check'
import {
  hasMissing,
  keptDetails,
  type ListedDetail,
  type ListedDetails,
  missingDetails,
} from './listed-details'

/** A company that installed the app before suited, as an operator lists it. */
export interface ListedCorp extends ListedDetails {
  readonly corpid: string
  readonly permanentCode: string
  /** Key or id of the suite; the default one without it. */
  readonly suite: string | undefined
  readonly agentid: number | undefined
  readonly name: string | undefined
}

export interface ImportedCorp {
  readonly outcome: 'imported' | 'already_there' | 'newer_kept'
  readonly suiteId: string
  /** Of the company, as it is now. */
  readonly status: CorpStatus
  /** What the list has and what was left as it stands here, since it is another. */
  readonly kept: readonly ListedDetail[]
}

export interface CorpImport {
  /**
   * Stores a company's permanent code if WeCom knows it, with what WeCom tells of the company.
   *
   * Of two codes of one company WeCom knows one: a code that it takes is newer than the one that
   * is stored here, and one that it refuses never replaces a code. A callback pair and a site are
   * taken where none stands; others that stand here were entered later than the list was made.
   *
   * @throws {ServiceError} wecom_error, wecom_timeout — WeCom refuses the code or can't be asked;
   * suite_not_found, suite_not_configured, suite_ticket_missing, store_unavailable; forbidden — a
   * callback pair for a suite that has none of its companies
   */
  importCorp(listed: ListedCorp): Promise<ImportedCorp>
}

const noPairsOf = ({ key }: Suite): ServiceError =>
  new ServiceError(
    'forbidden',
    `The suite "${key}" is no customised app (kind = "customised"): its companies have no callback pairs. Leave callbackToken and callbackEncodingAesKey empty.`,
  )

/** At most ten companies a second. */
const betweenChecksMs = 100

/** Whether the code of a company is good. */
const isGood = ({ status }: CorpRecord): boolean =>
  status === 'authorized' || status === 'suspended'

/** Whether this very code serves already, and nothing has to be asked. */
const serves = (current: CorpRecord, { permanentCode }: ListedCorp): boolean =>
  current.permanentCode === permanentCode && isGood(current)

/** Whether WeCom refuses the code, and another one that is good is stored here. */
const losesToStored = (
  error: unknown,
  current: CorpRecord | null,
  { permanentCode }: ListedCorp,
): current is CorpRecord => {
  const refused = verdictOf(error) === 'gone' || refusesCode(error)
  return refused && current !== null && current.permanentCode !== permanentCode && isGood(current)
}

export const createCorpImport = (parts: {
  suites: Suites
  corps: Corps
  tokens: Tokens
  calls: Pick<WecomCalls, 'fetchAuthInfo'>
  fetchCorpToken: FetchCorpToken
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
  /** Told when a company's code is stored; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}): CorpImport => {
  const { suites, corps, tokens, calls, fetchCorpToken, ownEvents, clock, log, onAuthorized } =
    parts
  const checkCode = createCheckCode({ tokens, calls, fetchCorpToken, log })

  let last: Promise<unknown> = Promise.resolve()
  /** One after another, with a pause behind each. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work)
    const pause = () => clock.sleep(betweenChecksMs)
    last = own.then(pause, pause)
    return own
  }

  /**
   * Stores the code, and gives the record; null if what an install brought meanwhile is newer
   * still.
   */
  const save = async (
    suiteId: string,
    corpid: string,
    listed: ListedCorp,
    checked: CheckedCode,
    began: number,
  ): Promise<CorpRecord | null> => {
    const { permanentCode } = listed
    const mayReplace = (current: CorpRecord | null) =>
      !current || current.permanentCode === permanentCode || current.authorizedAt < began
    const { before, after } = await corps.change(suiteId, corpid, (current) => {
      if (!mayReplace(current)) return null
      const same = current?.permanentCode === permanentCode
      return {
        ...current,
        ...missingDetails(current, listed),
        version: 1,
        suiteId,
        corpid,
        name: checked.name || listed.name || (current?.name ?? ''),
        agentid: checked.agentid ?? listed.agentid ?? (same ? current.agentid : null),
        status: checked.status,
        statusReason: checked.reason,
        statusAt: began,
        permanentCode,
        authorizedAt: same ? current.authorizedAt : began,
        installEventId: same ? current.installEventId : null,
        authMode: checked.authMode ?? null,
        authInfo: checked.agent ?? null,
      }
    })
    return mayReplace(before) ? after : null
  }

  /** The code of the list serves already: what else it has is added. */
  const addDetails = async (record: CorpRecord, listed: ListedCorp): Promise<ImportedCorp> => {
    const { suiteId, corpid, status } = record
    const { before } = await corps.change(suiteId, corpid, (current) =>
      current && hasMissing(current, listed)
        ? { ...current, ...missingDetails(current, listed) }
        : null,
    )
    const outcome = hasMissing(before, listed) ? 'imported' : 'already_there'
    return { outcome, suiteId, status, kept: keptDetails(before, listed) }
  }

  const importNow = async (
    kind: SuiteKind,
    suiteId: string,
    listed: ListedCorp,
  ): Promise<ImportedCorp> => {
    const current = await corps.find(suiteId, listed.corpid)
    if (current && serves(current, listed)) return addDetails(current, listed)
    const began = clock.now()
    let checked: CheckedCode
    try {
      checked = await checkCode(kind, suiteId, listed)
    } catch (error) {
      if (!losesToStored(error, current, listed)) throw error
      return { outcome: 'newer_kept', suiteId, status: current.status, kept: [] }
    }
    const corpid = current?.corpid ?? listed.corpid
    const record = await save(suiteId, corpid, listed, checked, began)
    if (!record) {
      const { status } = (await corps.find(suiteId, corpid)) ?? checked
      return { outcome: 'newer_kept', suiteId, status, kept: [] }
    }
    tokens.forget(suiteId, corpid)
    log.info('a company was imported', { suiteId, corpid, status: record.status })
    await ownEvents.add('suited.corp_imported', suiteId, corpid)
    await onAuthorized(record)
    const kept = keptDetails(current, listed)
    return { outcome: 'imported', suiteId, status: record.status, kept }
  }

  return {
    async importCorp(listed) {
      const suite = suites.find(listed.suite)
      const suiteId = requireSuiteId(suite)
      if (listed.callbackPair && suite.kind !== 'customised') throw noPairsOf(suite)
      const current = await corps.find(suiteId, listed.corpid)
      return current && serves(current, listed)
        ? addDetails(current, listed)
        : inTurn(() => importNow(suite.kind, suiteId, listed))
    },
  }
}
