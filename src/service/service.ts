/**
 * The service put together from given drivers: everything inside, wired once, the same for
 * `serve`, `demo` and the tests.
 */
import { type App, type AppParts, createApp } from '../app'
import { secondMs } from '../clock'
import { createJournal } from '../events/own-events'
import { createPurge } from '../events/retention'
import { createSharedCheck } from '../http/operations/shared-check'
import { createRepeatedLines } from '../log-throttle'
import { createCorpCallbackPairs } from '../suite/callback/corp-callback-pair'
import { createUnknownCallbackPaths } from '../suite/callback/refused/unknown-paths'
import { createFetchAuthorizationUrl } from '../suite/install/customised-app-url'
import { heldCodeWarnings } from '../suite/install/held-code-warnings'
import { createAwaited } from '../suite/operations/awaited'
import { createStatus, type ReadStatus } from '../suite/operations/status'
import { createSigning } from '../suite/pages/signing'
import { createSuites, type Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { Exporting } from '../suite/transfer/export'
import type { Importing } from '../suite/transfer/import'
import { createBackground } from './background-jobs'
import { createTaking } from './callbacks'
import { createClientLimits } from './client-limits'
import { createWorking } from './event-work'
import { observingAwaited, observingSigning, refuseWhileObserving } from './observe-only'
import { createMemory } from './process-state'
import type { ServiceParts } from './service-parts'
import { createMoving } from './transfer'

export interface Service {
  /** Everything on one listener; built when it is first asked for, since not everybody does. */
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
  const { config, store, eventLog, clock, random, version } = parts
  const { memory = createMemory(clock), moreWarnings = () => [] } = parts
  const { settings } = config
  const observing = settings.SUITED_OBSERVE
  memory.observingSince = observing ? (memory.observingSince ?? clock.now()) : null
  let leaving = false

  const suites = createSuites(config.suites, config.provider, config.defaultKey)
  const journal = createJournal(parts)
  const repeated = createRepeatedLines(parts)
  const working = createWorking({ ...parts, suites, journal, memory })
  const { corps, tokens, providerCalls, care, worker, onNewTicket } = working
  const taking = createTaking({ ...parts, settings, suites, journal, working, memory })
  const { space, previousPairs } = taking
  const signing = observing ? observingSigning : createSigning({ corps, tokens, clock, random })
  const moving = createMoving({
    ...parts,
    settings,
    corps,
    tokens,
    corpImport: care.corpImport,
    backupFolder: parts.backupFolder ?? null,
    startedAt: memory.startedAt,
    leaving: () => leaving,
    onNewTicket,
    onWork: worker.wake,
  })

  const unknownCallbackPaths = createUnknownCallbackPaths(parts)
  const { refusals, refusedAddress, startedAt } = memory
  const { discoveredIds, complaints } = taking
  const awaitedOfAll = createAwaited({
    suites,
    discoveredIds,
    store,
    tokens,
    refusedAddress,
    complaints,
    clock,
  })
  const awaited = observing ? observingAwaited(awaitedOfAll) : awaitedOfAll
  const readStatus = createStatus({
    suites,
    store,
    eventLog,
    awaited,
    refusals,
    backups: moving.backups,
    previousPairUsedAt: previousPairs.lastUsedAt,
    clock,
    version,
    startedAt,
    warnings: () => [
      ...config.warnings,
      ...heldCodeWarnings(memory.heldCodes),
      ...space.warnings(),
      ...care.revocationCheck.warnings(),
      ...working.outages(),
      ...memory.clockCheck.warnings(),
      ...background.warnings(),
      ...moreWarnings(),
      ...unknownCallbackPaths.warnings(),
    ],
  })

  const appParts: AppParts = {
    ...parts,
    ...moving,
    ...createClientLimits({ ...parts, settings, repeated }),
    repeated,
    suites,
    receiving: taking.receiving,
    reportRefusal: taking.reportRefusal,
    refusedCallbacks: memory.refusedCallbacks,
    clockCheck: memory.clockCheck,
    signing,
    corps,
    corpCallbackPairs: createCorpCallbackPairs(corps),
    evidence: taking.evidence,
    corpStatusCheck: care.corpStatusCheck,
    admins: care.admins,
    tokens,
    assertServing: () => observing && refuseWhileObserving(),
    fetchAuthorizationUrl: createFetchAuthorizationUrl({ suites, tokens, providerCalls }),
    awaited,
    readStatus,
    unknownCallbackPaths,
    checkWritable: createSharedCheck({
      check: async () => {
        await store.checkWritable()
        await eventLog.checkWritable()
      },
      keptForMs: secondMs,
      clock,
    }),
    onWork: worker.wake,
    publicUrl: settings.SUITED_PUBLIC_URL,
    leaving: () => leaving,
    assertRoom: space.assertEnough,
  }

  const purge = createPurge({
    ...parts,
    clockCheck: memory.clockCheck,
    retentionDays: settings.SUITED_EVENT_RETENTION_DAYS,
    maxAgeSeconds: settings.SUITED_CALLBACK_MAX_AGE_SECONDS,
  })
  const background = createBackground({
    ...parts,
    observingSince: memory.observingSince,
    suites,
    tokens,
    care,
    worker,
    space,
    backups: moving.backups,
    purge,
  })

  let app: App | null = null

  return {
    get app() {
      app ??= createApp(appParts)
      return app
    },
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
    stop() {
      repeated.end()
      return background.stop()
    },
  }
}
