/** All state out and in: exports, imports, snapshots. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import type { Logger } from '../log'
import type { ApiKeys } from '../store/api-keys'
import type { AuditLog } from '../store/audit-log'
import type { EndpointStates } from '../store/deliveries'
import type { Endpoints } from '../store/endpoints'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { Store } from '../store/store'
import type { Corps } from '../suite/corps'
import type { CorpImport } from '../suite/install/import-corp'
import type { Tokens } from '../suite/tokens/tokens'
import { type BackupFolder, createBackups } from '../suite/transfer/backup'
import { createStateExport } from '../suite/transfer/export'
import { createStateImport } from '../suite/transfer/import'
import { createRestorer } from '../suite/transfer/restore'
import type { Notifiers } from './ground/notifiers'
import type { Sharing } from './replicas/sharing'

export type Transfer = ReturnType<typeof createTransfer>

export const createTransfer = (parts: {
  settings: Settings
  store: Store
  apiKeys: ApiKeys
  endpoints: Endpoints
  deliveries: EndpointStates
  eventLog: EventLog
  facts: Facts
  auditLog: AuditLog
  corps: Corps
  tokens: Tokens
  corpImport: CorpImport
  /** Null makes no snapshots. */
  backupFolder: BackupFolder | null
  clock: Clock
  log: Logger
  version: string
  /** Of the process, in epoch milliseconds. */
  startedAt: number
  leaving(): boolean
  sharing: Pick<Sharing, 'isShared' | 'sharedWork'>
  notifiers: Pick<Notifiers, 'newTicket' | 'workDue'>
}) => {
  const { settings, store, apiKeys, endpoints, deliveries, eventLog, facts, auditLog, corps } =
    parts
  const {
    tokens,
    corpImport,
    backupFolder,
    clock,
    log,
    version,
    startedAt,
    leaving,
    sharing,
    notifiers,
  } = parts

  const stateExport = createStateExport({
    store,
    apiKeys,
    endpoints,
    deliveries,
    eventLog,
    facts,
    auditLog,
    clock,
    version,
  })
  const stateImport = createStateImport({
    restorer: createRestorer({
      store,
      apiKeys,
      endpoints,
      deliveries,
      eventLog,
      facts,
      auditLog,
      clock,
      corps,
      tokens,
      onNewTicket: notifiers.newTicket.notify,
      onWork: notifiers.workDue.notify,
    }),
    corpImport,
    leaving,
    onUnexpected: (reason) => log.error('an import failed unexpectedly', { reason }),
  })
  const backups = createBackups({
    folder: backupFolder,
    stateExport,
    store,
    sharing,
    key: settings.SUITED_ENCRYPTION_KEY,
    keep: settings.SUITED_BACKUP_KEEP,
    startedAt,
    clock,
    log,
  })
  return { stateExport, stateImport, backups }
}
