/**
 * The import of permanent codes, of companies that installed the app before suited was there. Each
 * is shown to WeCom before it is stored, one after another and at a bounded rate, whoever asks: a
 * list may be long, and WeCom counts calls.
 */
import type { Clock } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { CorpRecord, CorpStatus } from '../../store/store'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import { requireSuiteId, type SuiteKind, type Suites } from '../suites'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import { type CheckedCode, createCheckCode } from './code-check'

/** A company that installed the app before suited, as an operator lists it. */
export interface ListedCorp {
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
}

export interface CorpImport {
  /**
   * Stores a company's permanent code if WeCom knows it, with what WeCom tells of the company.
   *
   * Of two codes of one company WeCom knows one: a code that it takes is newer than the one that
   * is stored here, and one that it refuses never replaces a code.
   *
   * @throws {ServiceError} wecom_error, wecom_timeout — WeCom refuses the code or can't be asked;
   * suite_not_found, suite_not_configured, suite_ticket_missing, store_unavailable
   */
  importCorp(listed: ListedCorp): Promise<ImportedCorp>
}

/** At most ten companies a second. */
const betweenChecksMs = 100

/** Whether the code of a company is good. */
const isGood = ({ status }: CorpRecord): boolean =>
  status === 'authorized' || status === 'suspended'

/** The outcome if this very code serves already, and nothing has to be asked. */
const alreadyThere = (
  current: CorpRecord | null,
  { permanentCode }: ListedCorp,
): ImportedCorp | null =>
  current?.permanentCode === permanentCode && isGood(current)
    ? { outcome: 'already_there', suiteId: current.suiteId, status: current.status }
    : null

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

  /** Stores the code, and gives the record; null if what an install brought meanwhile is newer still. */
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

  const importNow = async (
    kind: SuiteKind,
    suiteId: string,
    listed: ListedCorp,
  ): Promise<ImportedCorp> => {
    const current = await corps.find(suiteId, listed.corpid)
    const there = alreadyThere(current, listed)
    if (there) return there
    const began = clock.now()
    let checked: CheckedCode
    try {
      checked = await checkCode(kind, suiteId, listed)
    } catch (error) {
      if (!losesToStored(error, current, listed)) throw error
      return { outcome: 'newer_kept', suiteId, status: current.status }
    }
    const corpid = current?.corpid ?? listed.corpid
    const record = await save(suiteId, corpid, listed, checked, began)
    if (!record) {
      const { status } = (await corps.find(suiteId, corpid)) ?? checked
      return { outcome: 'newer_kept', suiteId, status }
    }
    tokens.forget(suiteId, corpid)
    log.info('a company was imported', { suiteId, corpid, status: record.status })
    await ownEvents.add('suited.corp_imported', suiteId, corpid)
    await onAuthorized(record)
    return { outcome: 'imported', suiteId, status: record.status }
  }

  return {
    async importCorp(listed) {
      const suite = suites.find(listed.suite)
      const suiteId = requireSuiteId(suite)
      const current = await corps.find(suiteId, listed.corpid)
      return alreadyThere(current, listed) ?? inTurn(() => importNow(suite.kind, suiteId, listed))
    },
  }
}
