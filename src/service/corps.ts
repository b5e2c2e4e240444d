/** What suited does about the companies themselves, put together: installs, changes, standing, licences. */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { Journal } from '../events/own-events'
import type { Work } from '../events/worker'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { CorpRecord, Store } from '../store/store'
import { createCancellation } from '../suite/authorization/cancellation'
import { createCorpStatusCheck } from '../suite/authorization/corp-status'
import { createRecheckSchedule } from '../suite/authorization/recheck-schedule'
import { createRevocationCheck } from '../suite/authorization/revocation-check'
import type { Corps } from '../suite/corps'
import { authCodeEventTypes } from '../suite/install/auth-code'
import { createCorpImport } from '../suite/install/import-corp'
import { createInstall } from '../suite/install/install'
import { createAdmins } from '../suite/profile/admins'
import { createChangeAuth } from '../suite/profile/change-auth'
import { createDailyRefresh } from '../suite/profile/daily-refresh'
import { createReadGrant } from '../suite/profile/grant'
import { createLicensing } from '../suite/profile/license'
import { createLearnOpenCorpid } from '../suite/profile/open-corpid'
import { createRetryReading } from '../suite/profile/retry-reading'
import type { Suites } from '../suite/suites'
import { createFetchCorpToken } from '../suite/tokens/token-source'
import type { Tokens } from '../suite/tokens/tokens'
import type { ProviderCalls } from '../wecom/api/provider-calls'
import type { WecomCalls } from '../wecom/api/suite-calls'
import type { Memory } from './process-state'

export interface CompanyCareParts {
  readonly suites: Suites
  readonly store: Store
  readonly eventLog: EventLog
  readonly corps: Corps
  readonly tokens: Tokens
  readonly calls: WecomCalls
  readonly providerCalls: ProviderCalls
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly memory: Pick<Memory, 'suspectedCorps' | 'heldCodes'>
}

export type CompanyCare = ReturnType<typeof createCompanyCare>

/** All of it, with the work on each type of event. */
export const createCompanyCare = (parts: CompanyCareParts) => {
  const { suites, log } = parts
  const { withToken } = parts.tokens
  const fetchCorpToken = createFetchCorpToken({ ...parts, withToken })
  const readGrant = createReadGrant(parts)
  const readDetails = async ({ suiteId, corpid }: CorpRecord): Promise<void> => {
    await readGrant(suiteId, corpid).catch((error) =>
      log.info('a company is served, but its details could not be read', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      }),
    )
  }
  const corpStatusCheck = createCorpStatusCheck({ ...parts, fetchCorpToken, readDetails })
  const revocationCheck = createRevocationCheck({
    ...parts,
    suspected: parts.memory.suspectedCorps,
    corpStatusCheck,
  })
  const recheckSchedule = createRecheckSchedule({ ...parts, corpStatusCheck, revocationCheck })
  const admins = createAdmins(parts)
  const licensing = createLicensing(parts)
  const learnOpenCorpid = createLearnOpenCorpid(parts)
  const { heldCodes } = parts.memory
  const cancellation = createCancellation({ ...parts, heldCodes })
  const onAuthorized = async (record: CorpRecord): Promise<void> => {
    await learnOpenCorpid(record)
    await licensing.read(record)
  }
  const retryReading = createRetryReading({
    clock: parts.clock,
    random: parts.random,
    onRefused: revocationCheck.noteRefusal,
  })
  const install = createInstall({
    ...parts,
    held: heldCodes,
    readGrant,
    retryReading,
    onAuthorized,
  })
  const changeAuth = createChangeAuth({ corps: parts.corps, readGrant, retryReading })
  const corpImport = createCorpImport({ ...parts, fetchCorpToken, onAuthorized })
  const refreshDue = createDailyRefresh({
    ...parts,
    async refresh(record) {
      // WeCom told none that could be understood: without it pages get no agent_config.
      if (record.agentid === null) await readDetails(record)
      if (suites.provider.secret === null) return
      await learnOpenCorpid(record)
      await licensing.readIfOld(record)
    },
  })

  const work: Record<string, Work> = {
    ...Object.fromEntries(authCodeEventTypes.map((type) => [type, install])),
    async change_auth(event) {
      const { suiteId, corpid } = event
      if (suiteId && corpid) await recheckSchedule.recheckIfUnserved(suiteId, corpid)
      return changeAuth(event)
    },
    cancel_auth: cancellation.cancel,
    'event.change_app_admin': admins.readAgain,
    'event.close_inactive_agent': recheckSchedule.recheckNow,
    'event.reopen_inactive_agent': recheckSchedule.recheckNow,
    'event.unlicensed_notify': licensing.count,
  }
  return {
    corpStatusCheck,
    revocationCheck,
    recheckSchedule,
    admins,
    cancellation,
    corpImport,
    refreshDue,
    work,
  }
}
