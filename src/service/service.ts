/** The service wired once from given drivers: the same for `serve`, `demo` and the tests. */
import { type App, createApp } from '../app'
import { createRereading } from '../suite/callback/reread'
import { createAppParts } from './app-parts'
import { createBackgroundJobs } from './background-jobs'
import { createCallbacks } from './callbacks'
import { createCorpServices } from './corps'
import { createDelivery } from './delivery'
import { createEventActions } from './event-actions'
import { createEventWork } from './event-work'
import { createProcessState } from './ground/process-state'
import { createOperations } from './operations'
import { createPages } from './pages/pages'
import { createOwnReplica } from './replicas/own-replica'
import { createServiceBase } from './service-base'
import { partsOfProcess, type Service, type ServiceParts } from './service-parts'
import { createTransfer } from './transfer'
import { createWecomAccess } from './wecom-access'

export const createService = (parts: ServiceParts): Service => {
  const { config, store, apiKeys: keyStore, facts, auditLog, deliveries, freeBytes } = parts
  const { clock, random, newId, log, version, processState = createProcessState(clock) } = parts
  const ofProcess = partsOfProcess(parts)
  const { settings } = config
  const base = createServiceBase(parts, processState)
  const { throttledLog, jobs, suites, endpoints, eventLog, bell } = base
  const { notifiers, ownEvents, corps, apiKeys, installs, leaving } = base
  // WeCom, and what it lends.
  const wecom = createWecomAccess({
    settings,
    suites,
    store,
    sharing: base.sharing,
    corps,
    processState,
    fetch: parts.fetch,
    clock,
    random,
    log,
    notifiers,
  })
  const { calls, providerCalls, tokens, tickets } = wecom
  // Companies, and the work on events that is done for them.
  const corpServices = createCorpServices({
    suites,
    store,
    eventLog,
    facts,
    onceValues: parts.onceValues,
    installStates: installs.installStates,
    corps,
    tokens,
    calls,
    providerCalls,
    ownEvents,
    watch: parts.watch,
    processState,
    eraseAfterDays: settings.SUITED_ERASE_AFTER_DAYS,
    clock,
    random,
    log,
  })
  notifiers.corpRefused.subscribe(corpServices.revocationCheck.noteRefusal)
  const reread = createRereading({ suites, tickets, clock })
  const worker = createEventWork({
    suites,
    eventLog,
    actions: createEventActions(corpServices, reread),
    onSettled: corpServices.cancellation.blankIfCancelled,
    notifiers,
    processState,
    sharing: base.sharing,
    clock,
    random,
    log,
  })

  // Events on their way out.
  const delivery = createDelivery({
    endpoints,
    endpointStore: parts.endpoints,
    deliveries,
    eventLog,
    bell,
    ownEvents,
    sender: parts.sender,
    sharing: base.deliverySharing,
    suites,
    settings,
    freshBytes: parts.freshBytes,
    newId,
    clock,
    random,
    log,
  })

  // What comes in: from WeCom, from pages, from exports.
  const callbacks = createCallbacks({
    settings,
    suites,
    store,
    eventLog,
    deliveries,
    facts,
    ownEvents,
    tickets,
    processState,
    clock,
    random,
    log,
    throttledLog,
    newId,
    freeBytes,
    replies: delivery.passiveReplies,
    actsOn: worker.actsOn,
    onWork: notifiers.workDue.notify,
    onCorpMessage: corpServices.recheckSchedule.messageArrived,
  })
  const pages = createPages({
    settings,
    suites,
    store,
    onceValues: parts.onceValues,
    corps,
    installs,
    wecom,
    freshBytes: parts.freshBytes,
    clock,
    random,
    throttledLog,
  })
  const transfer = createTransfer({
    settings,
    store,
    apiKeys: keyStore,
    endpoints: parts.endpoints,
    deliveries,
    eventLog,
    facts,
    auditLog,
    corps,
    tokens,
    corpImport: corpServices.corpImport,
    backupFolder: ofProcess.backupFolder,
    clock,
    log,
    version,
    startedAt: processState.startedAt,
    leaving: leaving.isLeaving,
    sharing: base.sharing,
    notifiers,
  })

  // What operators are told.
  const operations = createOperations({
    version,
    suites,
    store,
    eventLog,
    facts,
    ownEvents,
    tokens,
    callbacks,
    backups: transfer.backups,
    jobs,
    delivery,
    ofProcess,
    processState,
    clock,
    configWarnings: config.warnings,
    revocationCheck: corpServices.revocationCheck,
    wecom,
    others: base.others,
  })

  // What goes on by itself.
  const background = createBackgroundJobs({
    jobs,
    observingSince: processState.observingSince,
    suites,
    eventLog,
    tokens,
    corpServices,
    worker,
    delivery,
    reread,
    space: callbacks.space,
    backups: transfer.backups,
    purge: base.purge,
    makeReserve: ofProcess.makeReserve,
    watchConditions: operations.watchConditions,
    flushKeyUses: apiKeys.flushUses,
    clock,
    log,
  })
  const appParts = createAppParts({
    settings,
    delivery,
    deliveries,
    apiKeys,
    auditLog,
    newId,
    version,
    suites,
    store,
    eventLog,
    bell,
    facts,
    corps,
    wecom,
    callbacks,
    pages,
    corpServices,
    transfer,
    operations,
    processState,
    domainFiles: parts.domainFiles,
    remoteAddressOf: ofProcess.remoteAddressOf,
    processUsage: ofProcess.processUsage,
    throttledLog,
    clock,
    random,
    log,
    leaving,
    others: base.others,
    onWork: notifiers.workDue.notify,
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
    installs,
    readStatus: operations.readStatus,
    stateExport: transfer.stateExport,
    stateImport: transfer.stateImport,
    start: background.start,
    lookForWork: notifiers.workDue.notify,
    ...createOwnReplica({ config, base, processState, tokens, worker, delivery }),
    leave: leaving.leave,
    stop() {
      base.beforeStop()
      return background.stop()
    },
  }
}
