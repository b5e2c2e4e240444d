/**
 * One service on a storage, with what this process has: its clock, its random numbers, its network.
 */
import type { Config } from '../config/config'
import { resolveAddresses } from '../delivery/send/resolve'
import { createSender } from '../delivery/send/sender'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { Logger } from '../log'
import { createProcessState, type ProcessState } from '../service/ground/process-state'
import { createService } from '../service/service'
import type { Service } from '../service/service-parts'
import { version } from '../version'
import { createDomainFiles } from './domain-files'
import { createBackupFolder } from './folder/backup-folder'
import { fetchDirectly, fetchThrough } from './process/network'
import { processUsage } from './process/process-usage'
import { createRandom, newId, randomBytes } from './process/randomness'
import type { Storage } from './storage/storage'

export interface InstanceParts {
  readonly config: Config
  readonly storage: Storage
  readonly log: Logger
  /** What the process has seen so far, if it had a service before. */
  readonly processState?: ProcessState
  /** Where requests come from, if any come over a network. */
  readonly remoteAddressOf?: RemoteAddressOf
  /** What the process has to say besides. */
  readonly moreWarnings?: () => readonly string[]
  /** Where existing SDKs find WeCom's API. */
  readonly sdkOrigin?: () => string | null
}

export const createInstance = (parts: InstanceParts): Service => {
  const { config, storage, log, remoteAddressOf = () => null, moreWarnings = () => [] } = parts
  const { store, eventLog, clock, shared } = storage
  const { processState = createProcessState(clock), sdkOrigin = () => null } = parts
  const { settings } = config
  return createService({
    config,
    store,
    eventLog,
    facts: eventLog,
    auditLog: eventLog,
    onceValues: eventLog,
    apiKeys: store,
    endpoints: store,
    deliveries: eventLog,
    budgets: store,
    watch: { corpVisits: store, suspectedCorps: eventLog, sharedWork: eventLog },
    shared,
    livingReplicas: () => Math.max(shared?.life.living().length ?? 1, 1),
    sender: createSender({
      resolve: resolveAddresses,
      fetch: fetchDirectly(),
      clock,
      freshBytes: randomBytes,
      version,
    }),
    clock,
    random: createRandom(),
    freshBytes: randomBytes,
    newId,
    fetch: fetchThrough(settings.WECOM_HTTP_PROXY),
    log,
    processState,
    remoteAddressOf,
    moreWarnings,
    processUsage,
    sdkOrigin,
    version,
    freeBytes: storage.freeBytes,
    makeReserve: storage.makeReserve,
    domainFiles: createDomainFiles(settings.SUITED_DOMAIN_FILES ?? [], settings.SUITED_DATA_DIR),
    backupFolder:
      settings.SUITED_BACKUP_DIR === null ? null : createBackupFolder(settings.SUITED_BACKUP_DIR),
  })
}
