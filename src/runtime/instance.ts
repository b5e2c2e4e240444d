/**
 * One service on a folder, with what this process has: its clock, its random numbers, its network.
 */
import { systemClock } from '../clock'
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
import { type Folder, freeBytesOf } from './folder/data-folder'
import { fetchDirectly, fetchThrough } from './process/network'
import { processUsage } from './process/process-usage'
import { createRandom, newId, randomBytes } from './process/randomness'

export interface InstanceParts {
  readonly config: Config
  readonly folder: Folder
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
  const { config, folder, log, remoteAddressOf = () => null, moreWarnings = () => [] } = parts
  const { processState = createProcessState(systemClock), sdkOrigin = () => null } = parts
  const { settings } = config
  return createService({
    config,
    store: folder.store,
    eventLog: folder.eventLog,
    facts: folder.eventLog,
    auditLog: folder.eventLog,
    onceValues: folder.eventLog,
    apiKeys: folder.store,
    endpoints: folder.store,
    deliveries: folder.eventLog,
    sender: createSender({
      resolve: resolveAddresses,
      fetch: fetchDirectly(),
      clock: systemClock,
      freshBytes: randomBytes,
      version,
    }),
    clock: systemClock,
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
    freeBytes: () => freeBytesOf(folder.dir),
    makeReserve: folder.reserve.make,
    domainFiles: createDomainFiles(settings.SUITED_DOMAIN_FILES ?? [], folder.dir),
    backupFolder:
      settings.SUITED_BACKUP_DIR === null ? null : createBackupFolder(settings.SUITED_BACKUP_DIR),
  })
}
