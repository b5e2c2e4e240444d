/**
 * The service put together from given drivers: everything inside, wired once, the same for
 * `serve`, `demo` and the tests.
 */
import { type App, type AppParts, createApp } from '../app'
import type { Clock } from '../clock'
import type { Config } from '../config/config'
import { reasonOf } from '../errors'
import type { ReadDomainFile } from '../http/domain-files'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { createFetchAuthorizationUrl } from '../suite/authorization-url'
import type { BackupFolder } from '../suite/backup'
import { createCompanies } from '../suite/companies'
import { createCompanyCallbacks } from '../suite/company-callback'
import { createEvidence } from '../suite/evidence'
import type { Exporting } from '../suite/exporting'
import { createFreeSpace, withRoom } from '../suite/free-space'
import type { Importing } from '../suite/importing'
import { createInbox } from '../suite/inbox'
import { createJournal } from '../suite/journal'
import { observingAwaited, observingSigning, refuseWhileObserving } from '../suite/observing'
import { createReception } from '../suite/reception'
import { createPurge } from '../suite/retention'
import { createSigning } from '../suite/signing'
import { createStatus, type ReadStatus } from '../suite/status'
import { createSuites, type Suites } from '../suite/suites'
import { createTickets } from '../suite/ticket'
import type { Tokens } from '../suite/tokens'
import { createAwaited } from '../suite/waiting'
import { createWorker } from '../suite/worker'
import { createBackground } from './background'
import { type CompanyCare, createCompanyCare } from './company-care'
import { createMoving } from './moving'
import { createWecomAccess } from './wecom-access'

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
  /** Where snapshots go, if anywhere. */
  readonly backupFolder?: BackupFolder | null
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
  readonly exporting: Exporting
  readonly importing: Importing
  /** Begins the work in the background: the event log, renewals, retention. */
  start(): void
  /** Callbacks are refused from here on. */
  leave(): void
  /** Ends the work in the background; the drivers stay open. */
  stop(): Promise<void>
}

export const createService = (parts: ServiceParts): Service => {
  const { config, store, eventLog, clock, random, newId, log, version } = parts
  const { settings } = config
  const maxAgeSeconds = settings.SUITED_CALLBACK_MAX_AGE_SECONDS
  let leaving = false

  const observing = settings.SUITED_OBSERVE
  const suites = createSuites(config.suites, config.provider, config.defaultKey)
  const journal = createJournal({ eventLog, clock, log, newId })

  const companies = createCompanies({
    store,
    clock,
    messagesArrive: async (suiteId, corpid) =>
      (await eventLog.list({ suiteId, corpid, limit: 1 })).items.length > 0,
  })
  const { calls, providerCalls, tokens, refusals, refusedAddress } = createWecomAccess({
    ...parts,
    settings,
    suites,
    companies,
    onRefused({ suiteId, corpid }, failure) {
      if (corpid !== null) care.doubts.notice(suiteId, corpid, failure)
    },
  })
  const care: CompanyCare = createCompanyCare({
    ...parts,
    suites,
    companies,
    tokens,
    calls,
    providerCalls,
    journal,
  })
  const worker = createWorker({
    eventLog,
    work: care.work,
    first: ['create_auth', 'reset_permanent_code'],
    clock,
    random,
    log,
    onSettled: care.departure.blankIfGone,
  })

  const onNewTicket = (suiteId: string) => {
    tokens.wake(suiteId)
    eventLog
      .hasten(Object.keys(care.exchanges), suiteId, clock.now())
      .then(worker.wake)
      .catch((error) => log.error('exchanges could not be hastened', { reason: reasonOf(error) }))
  }
  const tickets = createTickets({ store, clock, log, maxAgeSeconds, onNewTicket })
  const { actsOn, wake: onWork } = worker
  const leastBytes = settings.SUITED_MIN_FREE_MB * 2 ** 20
  const space = createFreeSpace({ eventLog, clock, log, freeBytes: parts.freeBytes, leastBytes })
  const onHeard = care.looks.heard
  const inbox = createInbox({ eventLog, tickets, clock, log, newId, actsOn, onWork, onHeard })
  const awaitedOfAll = createAwaited({ suites, store, tokens, refusedAddress, clock })
  const awaited = observing ? observingAwaited(awaitedOfAll) : awaitedOfAll
  const evidence = createEvidence({
    suites,
    store,
    eventLog,
    refusedAddress,
    journal,
    clock,
    log,
  })
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
  const signing = observing ? observingSigning : createSigning({ companies, tokens, clock, random })
  const moving = createMoving({
    ...parts,
    settings,
    companies,
    tokens,
    adoption: care.adoption,
    backupFolder: parts.backupFolder ?? null,
    leaving: () => leaving,
    onNewTicket,
    onWork,
  })
  const readStatus = createStatus({
    suites,
    store,
    eventLog,
    awaited,
    refusals,
    backups: moving.backups,
    previousPairUsedAt: evidence.previousPairUsedAt,
    clock,
    version,
    warnings: () => [...config.warnings, ...space.warnings(), ...care.doubts.warnings()],
  })

  const appParts: AppParts = {
    suites,
    reception,
    signing,
    companies,
    companyCallbacks: createCompanyCallbacks(companies),
    evidence,
    standing: care.standing,
    admins: care.admins,
    tokens,
    exporting: moving.exporting,
    importing: moving.importing,
    exportKey: moving.exportKey,
    random,
    assertServing: () => observing && refuseWhileObserving(),
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

  const retentionDays = settings.SUITED_EVENT_RETENTION_DAYS
  const purge = createPurge({ eventLog, clock, log, retentionDays, maxAgeSeconds })
  const background = createBackground({
    ...parts,
    observing,
    suites,
    tokens,
    care,
    worker,
    space,
    backups: moving.backups,
    purge,
  })

  return {
    app: createApp(appParts),
    appParts,
    suites,
    tokens,
    readStatus,
    exporting: moving.exporting,
    importing: moving.importing,
    start: background.start,
    leave() {
      leaving = true
    },
    stop: background.stop,
  }
}
