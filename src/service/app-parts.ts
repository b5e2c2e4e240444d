/** The arguments of the routes, each by the name that a route has for it. */
import type { AppParts } from '../app'
import { type Clock, secondMs } from '../clock'
import type { Settings } from '../config/settings'
import { createSharedCheck } from '../http/operations/shared-check'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { ReadDomainFile } from '../http/wecom/domain-files'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { Store } from '../store/store'
import { createCorpCallbackPairs } from '../suite/callback/corp-callback-pair'
import { createReportUnknownPath } from '../suite/callback/refused/unknown-paths'
import type { Corps } from '../suite/corps'
import { createFetchAuthorizationUrl } from '../suite/install/customised-app-url'
import type { Awaited } from '../suite/operations/awaited'
import type { ReadStatus } from '../suite/operations/status'
import type { Signing } from '../suite/pages/signing'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { ThrottledLog } from '../throttled-log'
import type { ProviderCalls } from '../wecom/api/provider-calls'
import type { Callbacks } from './callbacks'
import { createClientLimits } from './client-limits'
import type { CorpServices } from './corps'
import { refuseWhileObserving } from './observe-only'
import type { ProcessState } from './process-state'
import type { Transfer } from './transfer'

export const createAppParts = (parts: {
  settings: Settings
  version: string
  suites: Suites
  store: Store
  eventLog: EventLog
  facts: Facts
  corps: Corps
  tokens: Tokens
  providerCalls: ProviderCalls
  callbacks: Pick<Callbacks, 'receiving' | 'reportRefused' | 'evidence' | 'space'>
  signing: Signing
  corpServices: Pick<CorpServices, 'corpStatusCheck' | 'admins'>
  transfer: Pick<Transfer, 'exporting' | 'importing'>
  awaited: Awaited
  readStatus: ReadStatus
  processState: Pick<ProcessState, 'refusedCallbacks' | 'unknownPaths' | 'clockCheck'>
  readDomainFile: ReadDomainFile
  remoteAddressOf: RemoteAddressOf
  throttledLog: ThrottledLog
  clock: Clock
  random: Random
  log: Logger
  leaving(): boolean
  onWork(): void
}): AppParts => {
  const { settings, suites, store, eventLog, corps, tokens, providerCalls, callbacks } = parts
  const { corpServices, transfer, processState, remoteAddressOf, throttledLog, clock, log } = parts
  const limits = createClientLimits({ settings, remoteAddressOf, clock, log, throttledLog })
  const checkWritable = async () => {
    await store.checkWritable()
    await eventLog.checkWritable()
  }
  return {
    // Who asks, and how much of it is let in.
    clientOf: limits.clientOf,
    bodyBudget: limits.bodyBudget,
    pageLimit: limits.pageLimit,
    refusalLimit: limits.refusalLimit,
    adminTokenCheck: limits.adminTokenCheck,
    throttledLog,

    // For WeCom.
    receiving: callbacks.receiving,
    reportRefused: callbacks.reportRefused,
    corpCallbackPairs: createCorpCallbackPairs(corps),
    reportUnknownPath: createReportUnknownPath({ unknownPaths: processState.unknownPaths, log }),
    readDomainFile: parts.readDomainFile,

    // For pages.
    signing: parts.signing,

    // For the provider's own programs.
    suites,
    store,
    eventLog,
    facts: parts.facts,
    corps,
    corpStatusCheck: corpServices.corpStatusCheck,
    admins: corpServices.admins,
    tokens,
    assertServing: () => settings.SUITED_OBSERVE && refuseWhileObserving(),
    fetchAuthorizationUrl: createFetchAuthorizationUrl({ suites, tokens, providerCalls }),
    exporting: transfer.exporting,
    exportKey: settings.SUITED_ENCRYPTION_KEY,
    importing: transfer.importing,
    onWork: parts.onWork,

    // For operators.
    readStatus: parts.readStatus,
    awaited: parts.awaited,
    evidence: callbacks.evidence,
    refusedCallbacks: processState.refusedCallbacks,
    clockCheck: processState.clockCheck,
    publicUrl: settings.SUITED_PUBLIC_URL,
    version: parts.version,
    leaving: parts.leaving,
    assertRoom: callbacks.space.assertEnough,
    checkWritable: createSharedCheck({ check: checkWritable, keptForMs: secondMs, clock }),

    clock,
    random: parts.random,
    log,
  }
}
