/** What moves state out and in, put together: exports, imports, snapshots. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import type { Corps } from '../suite/corps'
import type { CorpImport } from '../suite/install/import-corp'
import type { Tokens } from '../suite/tokens/tokens'
import { type BackupFolder, createBackups } from '../suite/transfer/backup'
import { createExporting } from '../suite/transfer/export'
import { createImporting } from '../suite/transfer/import'
import { createRestoring } from '../suite/transfer/restore'

export const createMoving = (parts: {
  settings: Settings
  store: Store
  eventLog: EventLog
  corps: Corps
  tokens: Tokens
  corpImport: CorpImport
  backupFolder: BackupFolder | null
  clock: Clock
  random: Random
  log: Logger
  version: string
  /** Of the process, in epoch milliseconds. */
  startedAt: number
  leaving(): boolean
  onNewTicket(suiteId: string): void
  onWork(): void
}) => {
  const { settings, log } = parts
  const exportKey = settings.SUITED_ENCRYPTION_KEY
  const exporting = createExporting(parts)
  const importing = createImporting({
    ...parts,
    restoring: createRestoring(parts),
    onUnexpected: (reason) => log.error('an import failed unexpectedly', { reason }),
  })
  const backups = createBackups({
    ...parts,
    folder: parts.backupFolder,
    exporting,
    key: exportKey,
    keep: settings.SUITED_BACKUP_KEEP,
  })
  return { exporting, importing, backups, exportKey }
}
