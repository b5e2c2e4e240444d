/** Warnings about settings that are allowed and still a risk. Pure. */
import type { Config } from '../config/config'
import { databaseAddress, isDatabase } from '../store-address'

const local = /^(127\.|::1$|localhost$)/

/**
 * What the address of a store deserves to be told about.
 *
 * @param store `file`, or the address of a database
 * @param named the setting or flag that names it
 */
export const warningsOfStore = (store: string, named = 'SUITED_STORE'): string[] => {
  if (!isDatabase(store)) return []
  const { host, isLocal, isVerified } = databaseAddress(store)
  if (isLocal || isVerified) return []
  return [
    `${named} is not local and does not end in ?sslmode=verify-full: whoever is between here and ${host} could pass for it and learn its password. Add that, and sslrootcert=FILE where its certificate is of an authority of your own.`,
  ]
}

/**
 * What a configuration deserves to be told about, as sentences for an operator.
 *
 * @param found where the state is kept
 */
export const warningsFor = (
  { settings, suites, warnings }: Config,
  found: readonly string[],
): string[] => {
  const texts = [...warnings]
  if (settings.SUITED_ADMIN_TOKEN === null) {
    texts.push('SUITED_ADMIN_TOKEN is not set: /api is closed. suited keygen makes one.')
  }
  if (suites.some(({ trustedDomains }) => trustedDomains.length === 0)) {
    texts.push('SUITED_TRUSTED_DOMAINS is not set: /sign signs for pages on any host.')
  }
  texts.push(...found, ...warningsOfStore(settings.SUITED_STORE))
  if (settings.SUITED_BACKUP_DIR !== null && settings.SUITED_ENCRYPTION_KEY === null) {
    texts.push('Backups are written in clear, secrets included: set SUITED_ENCRYPTION_KEY.')
  }
  const proxied = settings.SUITED_PUBLIC_URL?.startsWith('https://') ?? false
  if (!local.test(settings.SUITED_HOST) && settings.SUITED_TLS_CERT === null && !proxied) {
    texts.push(
      'This listener is not local and has no TLS: set SUITED_TLS_CERT and SUITED_TLS_KEY, or put a proxy with TLS in front and set SUITED_PUBLIC_URL to its https address.',
    )
  }
  const sdkHost = settings.SUITED_SDK_PORT === null ? null : settings.SUITED_SDK_HOST
  if (sdkHost !== null && !local.test(sdkHost) && settings.SUITED_TLS_CERT === null) {
    texts.push(
      'SUITED_SDK_HOST is not local and has no TLS: API keys come there in clear. Set SUITED_TLS_CERT and SUITED_TLS_KEY, or let nobody else into that network.',
    )
  }
  return texts
}
