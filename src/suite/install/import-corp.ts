/**
 * Companies that installed the app before suited was there: their permanent codes, each shown to
 * WeCom before it is kept. One after another and at a bounded rate, whoever asks, because a list
 * may be long and WeCom counts calls.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Journal } from '../../events/own-events'
import type { Logger } from '../../log'
import type { CorpRecord, CorpStatus } from '../../store/store'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import { WecomFailure } from '../../wecom/api/failure'
import type { AuthInfo, WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import { fetchAuthInfo } from '../profile/auth-info'
import { requireSuiteId, type Suite, type Suites } from '../suites'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

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
  /** How the company stands now. */
  readonly status: CorpStatus
}

export interface CorpImport {
  /**
   * Keeps a company's permanent code if WeCom knows it, with what WeCom tells of the company.
   *
   * Of two codes of one company WeCom knows one: a code that it takes is newer than the one that
   * stands here, and one that it refuses never replaces a code.
   *
   * @throws {ServiceError} wecom_error, wecom_timeout — WeCom refuses the code or can't be asked;
   * suite_not_found, suite_not_configured, suite_ticket_missing, store_unavailable
   */
  importCorp(company: ListedCorp): Promise<ImportedCorp>
}

/** At most ten companies a second. */
const betweenChecksMs = 100

interface Told extends Partial<AuthInfo> {
  readonly status: 'authorized' | 'suspended'
  readonly reason: string | null
}

/** Companies whose code is good. */
const isGood = ({ status }: CorpRecord): boolean =>
  status === 'authorized' || status === 'suspended'

/** Whether WeCom says that the app is switched off in the company whose code was shown to it. */
const saysSuspended = (error: unknown): boolean =>
  verdictOf(error) === 'suspended' &&
  error instanceof WecomFailure &&
  /\/(get_auth_info|gettoken)$/.test(error.path)

export const createCorpImport = (parts: {
  suites: Suites
  corps: Corps
  tokens: Tokens
  calls: WecomCalls
  fetchCorpToken: FetchCorpToken
  journal: Journal
  clock: Clock
  log: Logger
  /** Told when a company's code is stored; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}): CorpImport => {
  const { suites, corps, tokens, fetchCorpToken, journal, clock, log, onAuthorized } = parts
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    const rest = () => clock.sleep(betweenChecksMs)
    turn = mine.then(rest, rest)
    return mine
  }

  const fetchDetails = (suiteId: string, { corpid, permanentCode }: ListedCorp) =>
    fetchAuthInfo(parts, suiteId, corpid, permanentCode)

  /** A customised app's code is proved by its token: the details want the suite's token besides. */
  const fetchDetailsOfCustomised = async (
    suiteId: string,
    company: ListedCorp,
  ): Promise<Partial<AuthInfo>> => {
    await fetchCorpToken(suiteId, company.corpid, company.permanentCode)
    return fetchDetails(suiteId, company).catch((error) => {
      log.info('the details of an imported company could not be read', {
        suiteId,
        corpid: company.corpid,
        reason: reasonOf(error),
      })
      return {}
    })
  }

  const askWecom = async ({ kind }: Suite, suiteId: string, company: ListedCorp) => {
    try {
      const fetch = kind === 'customised' ? fetchDetailsOfCustomised : fetchDetails
      return { ...(await fetch(suiteId, company)), status: 'authorized', reason: null } as Told
    } catch (error) {
      if (!saysSuspended(error)) throw error
      return { status: 'suspended', reason: reasonOf(error) } as Told
    }
  }

  /** What there is to say if this very code serves already, and nothing has to be asked. */
  const alreadyThere = (
    current: CorpRecord | null,
    { permanentCode }: ListedCorp,
  ): ImportedCorp | null =>
    current?.permanentCode === permanentCode && isGood(current)
      ? { outcome: 'already_there', suiteId: current.suiteId, status: current.status }
      : null

  const keep = async (
    suiteId: string,
    corpid: string,
    company: ListedCorp,
    told: Told,
    began: number,
  ): Promise<CorpRecord | null> => {
    // What an install brought meanwhile is newer still.
    const mayReplace = (current: CorpRecord | null) =>
      !current || current.permanentCode === company.permanentCode || current.authorizedAt < began
    const { before, after } = await corps.change(suiteId, corpid, (current) => {
      if (!mayReplace(current)) return null
      const same = current?.permanentCode === company.permanentCode
      return {
        ...current,
        version: 1,
        suiteId,
        corpid,
        name: told.name || company.name || (current?.name ?? ''),
        agentid: told.agentid ?? company.agentid ?? (same ? current.agentid : null),
        status: told.status,
        statusReason: told.reason,
        statusAt: began,
        permanentCode: company.permanentCode,
        authorizedAt: same ? current.authorizedAt : began,
        installEventId: same ? current.installEventId : null,
        authMode: told.authMode ?? null,
        authInfo: told.agent ?? null,
      }
    })
    return mayReplace(before) ? after : null
  }

  const importNow = async (
    suite: Suite,
    suiteId: string,
    company: ListedCorp,
  ): Promise<ImportedCorp> => {
    const current = await corps.find(suiteId, company.corpid)
    const there = alreadyThere(current, company)
    if (there) return there
    const began = clock.now()
    let told: Told
    try {
      told = await askWecom(suite, suiteId, company)
    } catch (error) {
      const refused = verdictOf(error) === 'gone' || refusesCode(error)
      const hasAnother = current !== null && current.permanentCode !== company.permanentCode
      if (!refused || !hasAnother || !isGood(current)) throw error
      return { outcome: 'newer_kept', suiteId, status: current.status }
    }
    const corpid = current?.corpid ?? company.corpid
    const record = await keep(suiteId, corpid, company, told, began)
    if (!record) {
      const { status } = (await corps.find(suiteId, corpid)) ?? told
      return { outcome: 'newer_kept', suiteId, status }
    }
    tokens.forget(suiteId, corpid)
    log.info('a company was imported', { suiteId, corpid, status: record.status })
    await journal.note('suited.corp_imported', suiteId, corpid)
    await onAuthorized(record)
    return { outcome: 'imported', suiteId, status: record.status }
  }

  return {
    async importCorp(company) {
      const suite = suites.find(company.suite)
      const suiteId = requireSuiteId(suite)
      const current = await corps.find(suiteId, company.corpid)
      return alreadyThere(current, company) ?? inTurn(() => importNow(suite, suiteId, company))
    },
  }
}
