/** Warnings about settings and folders that are allowed and still a risk. Pure. */
import type { Config } from '../config/config'
import type { Folder } from './folder/data-folder'

export const eventsLostWarning =
  'The event log (events.sqlite) was missing or empty at the start, and a new one was made: events that were pending in it are gone, and so is what was seen before. Companies, codes and tickets are not. Who was installing the app just then has to install it again; repeated pushes count as new.'

const local = /^(127\.|::1$|localhost$)/

/** What a configuration and a folder deserve to be told about, as sentences for an operator. */
export const warningsFor = (
  { settings, suites, warnings }: Config,
  { leftToSeal, eventsLost }: Pick<Folder, 'leftToSeal' | 'eventsLost'>,
): string[] => {
  const texts = [...warnings]
  if (settings.SUITED_ADMIN_TOKEN === null) {
    texts.push('SUITED_ADMIN_TOKEN is not set: /api is closed. suited keygen makes one.')
  }
  if (suites.some(({ trustedDomains }) => trustedDomains.length === 0)) {
    texts.push('SUITED_TRUSTED_DOMAINS is not set: /sign signs for pages on any host.')
  }
  if (eventsLost) texts.push(eventsLostWarning)
  if (leftToSeal) {
    texts.push(
      'Not all secrets in the data folder are encrypted with SUITED_ENCRYPTION_KEY, only what is written from now on: stop suited, run suited rekey, and start it again.',
    )
  }
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
