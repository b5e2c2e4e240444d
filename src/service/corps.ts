/** The services for companies: installs, changes, authorization, licences. */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { OwnEvents } from '../events/own-events'
import { createDoWhenDue } from '../events/shared-work'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { OnceValues } from '../store/once-values'
import type { CorpRecord, Store } from '../store/store'
import { createCancellation } from '../suite/authorization/cancellation'
import { createCorpStatusCheck } from '../suite/authorization/corp-status'
import { createFinalErasure } from '../suite/authorization/final-erasure'
import { createRecheckSchedule } from '../suite/authorization/recheck-schedule'
import { createRevocationCheck } from '../suite/authorization/revocation-check'
import type { Corps } from '../suite/corps'
import { createCorpImport } from '../suite/install/import-corp'
import { createInstall } from '../suite/install/install'
import type { InstallStates } from '../suite/install/install-states'
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
import type { ProcessState } from './ground/process-state'
import type { Watch } from './service-parts'

export type CorpServices = ReturnType<typeof createCorpServices>

/** Everything that is done about companies, whatever sets it going. */
export const createCorpServices = (parts: {
  suites: Suites
  store: Store
  eventLog: EventLog
  facts: Facts
  onceValues: OnceValues
  installStates: InstallStates
  corps: Corps
  tokens: Tokens
  calls: WecomCalls
  providerCalls: ProviderCalls
  ownEvents: OwnEvents
  watch: Watch
  processState: Pick<ProcessState, 'heldCodes' | 'clockCheck'>
  /** SUITED_ERASE_AFTER_DAYS. */
  eraseAfterDays: number
  clock: Clock
  random: Random
  log: Logger
}) => {
  const { suites, store, eventLog, facts, onceValues, installStates, corps } = parts
  const { tokens, calls, providerCalls, ownEvents, clock, random, log } = parts
  const { corpVisits, suspectedCorps, sharedWork } = parts.watch
  const { heldCodes } = parts.processState

  // What WeCom tells of a company.
  const fetchCorpToken = createFetchCorpToken({ suites, calls, withToken: tokens.withToken })
  const readGrant = createReadGrant({ corps, tokens, calls, ownEvents, clock })
  const readDetails = async ({ suiteId, corpid }: CorpRecord): Promise<void> => {
    await readGrant(suiteId, corpid).catch((error) =>
      log.info('a company is served, but its details could not be read', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      }),
    )
  }
  const admins = createAdmins({ corps, tokens, providerCalls, ownEvents, clock, random })
  const licensing = createLicensing({ suites, corps, tokens, providerCalls, clock, log })
  const learnOpenCorpid = createLearnOpenCorpid({ suites, corps, tokens, providerCalls, log })

  // Whether it still authorises us.
  const corpStatusCheck = createCorpStatusCheck({
    corps,
    tokens,
    calls,
    fetchCorpToken,
    ownEvents,
    clock,
    log,
    readDetails,
  })
  const revocationCheck = createRevocationCheck({
    suspectedCorps,
    suites,
    store,
    tokens,
    corpStatusCheck,
    ownEvents,
    clock,
    log,
  })
  const recheckSchedule = createRecheckSchedule({
    suites,
    store,
    corpVisits,
    corps,
    corpStatusCheck,
    revocationCheck,
    clock,
    random,
    log,
  })
  const cancellation = createCancellation({
    store,
    eventLog,
    corps,
    tokens,
    calls,
    ownEvents,
    heldCodes,
    clock,
    random,
    log,
  })

  const finalErasure = createFinalErasure({
    store,
    eventLog,
    facts,
    corps,
    tokens,
    ownEvents,
    clockCheck: parts.processState.clockCheck,
    doWhenDue: createDoWhenDue({ store, sharedWork, clock }),
    afterDays: parts.eraseAfterDays,
    clock,
    log,
  })

  // How it arrives, and what changes later.
  const onAuthorized = async (record: CorpRecord): Promise<void> => {
    await learnOpenCorpid(record)
    await licensing.read(record)
  }
  const retryReading = createRetryReading({
    clock,
    random,
    onRefused: revocationCheck.noteRefusal,
  })
  const install = createInstall({
    store,
    eventLog,
    onceValues,
    installStates,
    corps,
    tokens,
    calls,
    held: heldCodes,
    readGrant,
    retryReading,
    ownEvents,
    clock,
    log,
    onAuthorized,
  })
  const changeAuth = createChangeAuth({ corps, readGrant, retryReading })
  const corpImport = createCorpImport({
    suites,
    corps,
    tokens,
    calls,
    fetchCorpToken,
    ownEvents,
    clock,
    log,
    onAuthorized,
  })
  const refreshDue = createDailyRefresh({
    suites,
    store,
    corpVisits,
    clock,
    async refresh(record) {
      // WeCom told none that could be understood: without it pages get no agent_config.
      if (record.agentid === null) await readDetails(record)
      const asksProvider = suites.provider.corpid !== null && suites.provider.secret !== null
      if (asksProvider) {
        await learnOpenCorpid(record)
        await licensing.readIfOld(record)
      }
      const now = await corps.find(record.suiteId, record.corpid)
      if (now === null || now.agentid === null) return now === null
      return !asksProvider || (now.openCorpid !== undefined && !licensing.isOld(now))
    },
  })

  return {
    admins,
    licensing,
    corpStatusCheck,
    revocationCheck,
    recheckSchedule,
    cancellation,
    finalErasure,
    install,
    changeAuth,
    corpImport,
    refreshDue,
  }
}
