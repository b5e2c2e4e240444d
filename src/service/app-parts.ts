/** The arguments of the routes: what each group of them is given. */
import type { AppParts } from '../app'
import { type Clock, secondMs } from '../clock'
import type { Settings } from '../config/settings'
import type { EventBell } from '../events/event-bell'
import { createAuditEntries } from '../http/access/audit-entries'
import type { ProcessUsage } from '../http/operations/metrics-registry'
import { createSharedCheck } from '../http/operations/shared-check'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { DomainFiles } from '../http/wecom/domain-files'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { AuditLog } from '../store/audit-log'
import type { Deliveries } from '../store/deliveries'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { Store } from '../store/store'
import type { ApiKeys } from '../suite/access/api-keys'
import { createCorpCallbackPairs } from '../suite/callback/corp-callback-pair'
import { createReportUnknownPath } from '../suite/callback/refused/unknown-paths'
import type { Corps } from '../suite/corps'
import type { Awaited } from '../suite/operations/awaited'
import type { ReadStatus } from '../suite/operations/status'

import { createSuiteIdFor } from '../suite/suite-of-corp'
import type { Suites } from '../suite/suites'
import type { ThrottledLog } from '../throttled-log'
import type { Callbacks } from './callbacks'
import { createClientLimits } from './client-limits'
import type { CorpServices } from './corps'
import type { Delivery } from './delivery'
import type { Leaving } from './ground/leaving'
import type { ProcessState } from './ground/process-state'
import type { Pages } from './pages/pages'
import type { Others } from './replicas/others'
import type { Transfer } from './transfer'
import type { WecomAccess } from './wecom-access'

export const createAppParts = (parts: {
  settings: Settings
  apiKeys: ApiKeys
  auditLog: AuditLog
  newId(): string
  version: string
  suites: Suites
  store: Store
  eventLog: EventLog
  bell: EventBell
  facts: Facts
  corps: Corps
  wecom: Pick<WecomAccess, 'tokens' | 'forward'>
  callbacks: Pick<Callbacks, 'callbackReceiver' | 'reportRefused' | 'setupProgress' | 'space'>
  pages: Pages
  corpServices: Pick<CorpServices, 'corpStatusCheck' | 'finalErasure' | 'admins'>
  transfer: Pick<Transfer, 'stateExport' | 'stateImport'>
  operations: { readonly awaited: Awaited; readonly readStatus: ReadStatus }
  processState: Pick<
    ProcessState,
    'startedAt' | 'requestCounts' | 'refusedCallbacks' | 'unknownPaths' | 'clockCheck'
  >
  delivery: Pick<Delivery, 'admin' | 'standing' | 'holding'>
  deliveries: Deliveries
  domainFiles: DomainFiles
  remoteAddressOf: RemoteAddressOf
  processUsage(): ProcessUsage
  throttledLog: ThrottledLog
  clock: Clock
  random: Random
  log: Logger
  leaving: Pick<Leaving, 'isLeaving' | 'signal'>
  others: Pick<Others, 'assertFit'>
  onWork(): void
}): AppParts => {
  const { settings, version, suites, store, eventLog, facts, corps } = parts
  const { tokens, forward } = parts.wecom
  const { delivery, deliveries } = parts
  const { callbacks, pages, corpServices, transfer, operations, processState } = parts
  const { awaited, readStatus } = operations
  const { domainFiles, remoteAddressOf, throttledLog, clock, random, log } = parts
  const { leaving, bell, onWork, apiKeys, auditLog, newId } = parts
  const { SUITED_PUBLIC_URL: publicUrl, SUITED_ENCRYPTION_KEY: exportKey } = settings
  const limits = createClientLimits({
    settings,
    apiKeys,
    remoteAddressOf,
    clock,
    log,
    throttledLog,
  })
  const { clientOf, bodyBudget, pageLimit, refusalLimit, refusedCodeLimit, access } = limits
  const auditEntries = createAuditEntries({ auditLog, clientOf, throttledLog, clock, newId })
  const { callbackReceiver, reportRefused, setupProgress, space } = callbacks
  const { refusedCallbacks, unknownPaths, clockCheck } = processState
  const corpCallbackPairs = createCorpCallbackPairs(corps, clock)
  const suiteIdFor = createSuiteIdFor({ suites, store, corps })
  const checkWritable = async () => {
    await store.checkWritable()
    await eventLog.checkWritable()
  }

  return {
    callbacks: {
      suites,
      corpCallbackPairs,
      handler: { callbackReceiver, clientOf, bodyBudget, refusalLimit, reportRefused, clock },
    },
    domainFiles,
    sign: { access, suites, signing: pages.signing, clientOf, pageLimit, bodyBudget, clock },
    install: {
      suites,
      beginInstall: pages.beginInstall,
      finishInstall: pages.finishInstall,
      pageLimit,
      installLimit: limits.installLimit,
      strangerCodes: limits.strangerCodes,
      refusedCodeLimit,
      clientOf,
      tellFailure: pages.tellFailure,
    },
    login: {
      suites,
      beginLogin: pages.beginLogin,
      finishLogin: pages.finishLogin,
      pageLimit,
      refusedCodeLimit,
      clientOf,
      tellFailure: pages.tellFailure,
    },
    api: {
      door: { access, suites },
      audit: { auditEntries, access, suites },
      keys: { apiKeys, clock },
      auditLog: { auditLog },
      status: { readStatus },
      corps: {
        suites,
        store,
        facts,
        corps,
        corpStatusCheck: corpServices.corpStatusCheck,
        finalErasure: corpServices.finalErasure,
        admins: corpServices.admins,
        tokens,
        clock,
      },
      corpCallback: { suites, store, corps, corpCallbackPairs, publicUrl, clock },
      corpSite: { suiteIdFor: createSuiteIdFor({ suites, store, corps }), corps, clock },
      events: {
        access,
        suites,
        eventLog,
        deliveries,
        holding: delivery.holding,
        bell,
        clock,
        leaving: leaving.signal,
        onWork,
      },
      endpoints: { endpointAdmin: delivery.admin, standing: delivery.standing, clock },
      eventStream: {
        access,
        suites,
        eventLog,
        holding: delivery.holding,
        bell,
        clock,
        log,
        leaving: leaving.signal,
      },
      setup: { suites, setupProgress, publicUrl, domainFileNames: domainFiles.names },
      refusedCallbacks: { suites, refusedCallbacks, clockCheck },
      provider: { suites, tokens, fetchAuthorizationUrl: pages.fetchAuthorizationUrl, clock },
      login: { access, suites, oneTimeCodes: pages.oneTimeCodes, clock },
      export: { stateExport: transfer.stateExport, exportKey, random, clock, log },
      import: { stateImport: transfer.stateImport, clock, log },
    },
    proxy: {
      access,
      suites,
      corps,
      suiteIdFor,
      forward,
      bodyBudget,
      clock,
    },
    sdk: {
      access,
      auditEntries,
      apiKeys,
      store,
      suites,
      corps,
      suiteIdFor,
      tokens,
      forward,
      bodyBudget,
      clock,
      log,
    },
    readiness: {
      access,
      checkWritable: createSharedCheck({ check: checkWritable, keptForMs: secondMs, clock }),
      awaited,
      assertFit() {
        parts.others.assertFit()
        space.assertEnough()
      },
      leaving: leaving.isLeaving,
      clock,
    },
    metrics: {
      access,
      requestCounts: processState.requestCounts,
      version,
      startedAt: processState.startedAt,
      processUsage: parts.processUsage,
    },
    document: { version, publicUrl },
    failures: {
      reportUnknownPath: createReportUnknownPath({ unknownPaths, log }),
      clientOf,
      log,
      throttledLog,
    },
  }
}
