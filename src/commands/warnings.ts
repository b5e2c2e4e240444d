/** What is allowed and still deserves a word to the operator. Pure. */
import type { Config } from '../config/config'

const local = /^(127\.|::1$|localhost$)/

export const warningsFor = ({ settings, suites, warnings }: Config): string[] => {
  const said = [...warnings]
  if (settings.SUITED_ADMIN_TOKEN === null) {
    said.push('SUITED_ADMIN_TOKEN is not set: /api is closed. suited keygen makes one.')
  }
  if (suites.some(({ trustedDomains }) => trustedDomains.length === 0)) {
    said.push('SUITED_TRUSTED_DOMAINS is not set: /sign signs for pages on any host.')
  }
  const proxied = settings.SUITED_PUBLIC_URL?.startsWith('https://') ?? false
  if (!local.test(settings.SUITED_HOST) && settings.SUITED_TLS_CERT === null && !proxied) {
    said.push(
      'This listener is not local and has no TLS: set SUITED_TLS_CERT and SUITED_TLS_KEY, or put a proxy with TLS in front and set SUITED_PUBLIC_URL to its https address.',
    )
  }
  return said
}
