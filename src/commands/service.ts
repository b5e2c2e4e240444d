/**
 * The service put together from given drivers: everything inside, wired once, the same for
 * `serve`, `demo` and the tests.
 */
import { type App, type AppParts, createApp } from '../app'
import { type Clock, hourMs, minuteMs, secondMs } from '../clock'
import type { Config } from '../config/config'
import { reasonOf } from '../errors'
import type { ReadDomainFile } from '../http/domain-files'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { createAdmins } from '../suite/admins'
import { createAuthorization } from '../suite/authorization'
import { createFetchAuthorizationUrl } from '../suite/authorization-url'
import { createCompanies } from '../suite/companies'
import { createCompanyCallbacks } from '../suite/company-callback'
import { createDeparture } from '../suite/departure'
import { createDoubts } from '../suite/doubts'
import { createEvidence } from '../suite/evidence'
import { createFreeSpace, withRoom } from '../suite/free-space'
import { createInbox } from '../suite/inbox'
import { createJournal } from '../suite/journal'
import { createLicensing } from '../suite/license'
import { createLooks } from '../suite/looks'
import { createLearnOpenCorpid } from '../suite/open-corpid'
import { createReception } from '../suite/reception'
import { createPurge } from '../suite/retention'
import { createRounds } from '../suite/rounds'
import { createSigning } from '../suite/signing'
import { createStanding } from '../suite/standing'
import { createStatus, type ReadStatus } from '../suite/status'
import { createSuites, type Suites } from '../suite/suites'
import { createTickets } from '../suite/ticket'
import { createTokenSource } from '../suite/token-source'
import { createTokens, type Tokens } from '../suite/tokens'
import { createAwaited } from '../suite/waiting'
import { createWorker } from '../suite/worker'
import { createWecomCalls } from '../wecom/calls'
import { createWecomClient } from '../wecom/client'
import { createProviderCalls } from '../wecom/provider-calls'

export interface ServiceParts {
  readonly config: Config
  readonly store: Store
  readonly eventLog: EventLog
  readonly clock: Clock
  readonly random: Random
  /** A fresh id that sorts behind those before it. */
  readonly newId: () => string
  /** The way to WeCom. */
  readonly fetch: typeof globalThis.fetch
  readonly log: Logger
  readonly version: string
  readonly readDomainFile: ReadDomainFile
  /** Of the disk that holds the state; null where that can't be told. */
  readonly freeBytes: () => Promise<number | null>
}

export interface Service {
  /** Everything on one listener. */
  readonly app: App
  /** For apps of other shapes over the same service. */
  readonly appParts: AppParts
  readonly suites: Suites
  readonly tokens: Tokens
  readonly readStatus: ReadStatus
  /** Begins the work in the background: the event log, renewals, retention. */
  start(): void
  /** Callbacks are refused from here on. */
  leave(): void
  /** Ends the work in the background; the drivers stay open. */
  stop(): Promise<void>
}

const lookForRenewalsEveryMs = 10 * secondMs
const lookForDoubtsEveryMs = 15 * secondMs
const lookAtCompaniesEveryMs = minuteMs
const lookAtDiskEveryMs = minuteMs
const purgeEveryMs = hourMs

export const createService = (parts: ServiceParts): Service => {
  const { config, store, eventLog, clock, random, newId, log, version } = parts
  const { settings } = config
  const maxAgeSeconds = settings.SUITED_CALLBACK_MAX_AGE_SECONDS
  let leaving = false

  const suites = createSuites(config.suites, config.provider, config.defaultKey)
  const apiUrl = settings.WECOM_API_URL
  const client = createWecomClient({ apiUrl, fetch: parts.fetch, clock, random, log })
  const calls = createWecomCalls(client, clock)
  const providerCalls = createProviderCalls(client, clock)
  const journal = createJournal({ eventLog, clock, log, newId })

  const companies = createCompanies({
    store,
    clock,
    messagesArrive: async (suiteId, corpid) =>
      (await eventLog.list({ suiteId, corpid, limit: 1 })).items.length > 0,
  })
  const tokens: Tokens = createTokens({
    store,
    clock,
    random,
    log,
    sourceWith: (withToken) =>
      createTokenSource({ suites, store, companies, calls, providerCalls, withToken }),
    onRefused({ suiteId, corpid, kind }, failure) {
      if (corpid !== null && kind === 'access_token') doubts.notice(suiteId, corpid, failure)
    },
  })
  const standing = createStanding({ suites, companies, tokens, calls, journal, clock, log })
  const doubts = createDoubts({ store, companies, tokens, standing, journal, clock, log })
  const looks = createLooks({ store, companies, standing, clock, random, log })
  const admins = createAdmins({ companies, tokens, providerCalls, journal })
  const licensing = createLicensing({ suites, store, companies, tokens, providerCalls, clock, log })
  const learnOpenCorpid = createLearnOpenCorpid({ suites, companies, tokens, providerCalls, log })
  const workParts = { store, eventLog, companies, tokens, calls, journal, clock, random, log }
  const authorization = createAuthorization({
    ...workParts,
    onRefused: doubts.notice,
    async onAuthorized(record) {
      await learnOpenCorpid(record)
      await licensing.read(record)
    },
  })
  const departure = createDeparture(workParts)
  const exchanges = {
    create_auth: authorization.install,
    reset_permanent_code: authorization.install,
  }
  const worker = createWorker({
    eventLog,
    work: {
      ...exchanges,
      change_auth: authorization.readAgain,
      cancel_auth: departure.cancel,
      'event.change_app_admin': admins.readAgain,
      'event.unlicensed_notify': licensing.count,
    },
    clock,
    random,
    log,
    onSettled: departure.blankIfGone,
  })

  const onNewTicket = (suiteId: string) => {
    tokens.wake(suiteId)
    eventLog
      .hasten(Object.keys(exchanges), suiteId, clock.now())
      .then(worker.wake)
      .catch((error) => log.error('exchanges could not be hastened', { reason: reasonOf(error) }))
  }
  const tickets = createTickets({ store, clock, log, maxAgeSeconds, onNewTicket })
  const { actsOn, wake: onWork } = worker
  const leastBytes = settings.SUITED_MIN_FREE_MB * 2 ** 20
  const space = createFreeSpace({ eventLog, clock, log, freeBytes: parts.freeBytes, leastBytes })
  const onHeard = looks.heard
  const inbox = createInbox({ eventLog, tickets, clock, log, newId, actsOn, onWork, onHeard })
  const awaited = createAwaited({ suites, store, tokens, clock })
  const evidence = createEvidence({ suites, store, eventLog, tokens, clock, log })
  const reception = createReception({
    onReached: evidence.reached,
    onPreviousPair: evidence.usedPreviousPair,
    suites,
    inbox: withRoom(inbox, space),
    clock,
    log,
    maxAgeSeconds,
    onLearnt(suite, ids) {
      for (const learnt of ids) {
        if (!awaited.learn(suite, learnt)) continue
        const { setting, id } = learnt
        log.warn('a message names an id that is not configured yet', {
          setting,
          id,
          suite: suite?.key,
        })
      }
    },
  })
  const signing = createSigning({ companies, tokens, clock, random })
  const readStatus = createStatus({
    suites,
    store,
    eventLog,
    awaited,
    previousPairUsedAt: evidence.previousPairUsedAt,
    clock,
    version,
    warnings: () => [...config.warnings, ...space.warnings()],
  })

  const appParts: AppParts = {
    suites,
    reception,
    signing,
    companies,
    companyCallbacks: createCompanyCallbacks(companies),
    evidence,
    standing,
    admins,
    tokens,
    fetchAuthorizationUrl: createFetchAuthorizationUrl({ suites, tokens, providerCalls }),
    store,
    eventLog,
    awaited,
    readStatus,
    clock,
    log,
    onWork,
    version,
    publicUrl: settings.SUITED_PUBLIC_URL,
    adminToken: settings.SUITED_ADMIN_TOKEN,
    leaving: () => leaving,
    assertRoom: space.assertEnough,
    readDomainFile: parts.readDomainFile,
  }

  const rounds = createRounds({ clock, log })
  const retentionDays = settings.SUITED_EVENT_RETENTION_DAYS
  const purge = createPurge({ eventLog, clock, log, retentionDays, maxAgeSeconds })

  return {
    app: createApp(appParts),
    appParts,
    suites,
    tokens,
    readStatus,
    start() {
      worker.start()
      for (const { suiteId } of suites.all) if (suiteId !== null) tokens.wake(suiteId)
      rounds.every(lookForRenewalsEveryMs, tokens.renewDue)
      rounds.every(lookForDoubtsEveryMs, doubts.confirmDue)
      rounds.every(lookAtCompaniesEveryMs, looks.lookDue)
      rounds.every(lookAtCompaniesEveryMs, licensing.readDue)
      rounds.every(lookAtDiskEveryMs, space.look)
      rounds.every(purgeEveryMs, purge)
    },
    leave() {
      leaving = true
    },
    async stop() {
      await Promise.all([worker.stop(), rounds.stop()])
    },
  }
}
