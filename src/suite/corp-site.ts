/**
 * A company's own site, as an operator enters it: judged like the settings of the same names. Pure.
 */
import { fail, type Result, succeed } from '../errors'
import type { CorpSite } from '../store/corp-site'
import { domains, httpUrl } from '../web-address'

/** What is entered; nothing, an empty text or an empty list for what the company has none of. */
export interface EnteredSite {
  readonly publicUrl?: string | null | undefined
  /** Hosts, as a list or with commas. */
  readonly trustedDomains?: string | readonly string[] | undefined
}

export interface SiteMistake {
  readonly field: keyof EnteredSite
  /** Never with the value. */
  readonly problem: string
}

/** The site; null where nothing of it is entered. */
export const readCorpSite = ({
  publicUrl,
  trustedDomains = [],
}: EnteredSite): Result<CorpSite | null, SiteMistake> => {
  const url = publicUrl ? httpUrl(publicUrl) : succeed(null)
  if (!url.ok) return fail({ field: 'publicUrl', problem: url.reason })
  const hosts = domains(
    typeof trustedDomains === 'string' ? trustedDomains : trustedDomains.join(','),
  )
  if (!hosts.ok) return fail({ field: 'trustedDomains', problem: hosts.reason })
  return succeed(
    url.value === null && hosts.value.length === 0
      ? null
      : { publicUrl: url.value, trustedDomains: hosts.value },
  )
}
