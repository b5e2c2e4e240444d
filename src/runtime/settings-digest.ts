/** The digest of what all replicas of a service are to have the same. Pure. */
import { createHmac } from 'node:crypto'
import type { Config } from '../config/config'
import type { SettingName } from '../config/settings'

/** What each machine has of its own. */
const ofMachine: readonly SettingName[] = [
  'WECOM_HTTP_PROXY',
  'SUITED_HOST',
  'SUITED_PORT',
  'SUITED_ADMIN_HOST',
  'SUITED_ADMIN_PORT',
  'SUITED_SDK_HOST',
  'SUITED_SDK_PORT',
  'SUITED_DATA_DIR',
  'SUITED_STORE',
  'SUITED_KEY',
  'SUITED_BACKUP_DIR',
  'SUITED_BACKUP_KEEP',
  'SUITED_TLS_CERT',
  'SUITED_TLS_KEY',
  'SUITED_LOG_LEVEL',
  'SUITED_LOG_FORMAT',
]

/** Twelve hex digits, of which nobody learns a setting who lacks the encryption key. */
export const settingsDigest = ({ settings, suites, provider, endpoints }: Config): string => {
  const common = Object.entries(settings).filter(
    ([name]) => !ofMachine.includes(name as SettingName),
  )
  return createHmac('sha256', settings.SUITED_ENCRYPTION_KEY ?? '')
    .update(JSON.stringify([common, suites, provider, endpoints]))
    .digest('hex')
    .slice(0, 12)
}
