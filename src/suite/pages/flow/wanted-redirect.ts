/** The redirect that a link asks for, judged by the rules of its suite and its company. Pure. */
import { ServiceError } from '../../../errors'
import type { CorpRecord } from '../../../store/store'
import type { Suite } from '../../suites'
import { judgeRedirect, longestRedirect, type RedirectFailure } from './redirect-target'

const reasons: Readonly<Record<RedirectFailure, string>> = {
  too_long: `has more than ${longestRedirect} characters`,
  not_absolute:
    'is no plain address: it begins with https:// and a host, without user and backslash',
  bad_characters: 'holds characters that no address has: encode it with encodeURIComponent',
  has_fragment: 'has a fragment (#…), behind which the code would be lost',
  has_code: 'has a parameter "code" of its own, which could not be told from ours',
  not_https: 'is not https',
  not_trusted: 'leads to a host that is not trusted: enter it in SUITED_TRUSTED_DOMAINS',
}

/** Names in DNS are no longer. */
const longestHost = 253

/**
 * The redirect as a browser goes to it; null where the link asks for none.
 *
 * @throws {ServiceError} url_not_trusted with the `host` for the log, invalid_request; the sentence
 *   never has the address
 */
export const requireRedirect = (
  asked: string | null,
  { trustedDomains }: Suite,
  publicUrl: string | null,
  corp: CorpRecord | null,
): string | null => {
  if (asked === null) return null
  const site = corp?.site
  const judged = judgeRedirect(asked, {
    trustedDomains: [...trustedDomains, ...(site?.trustedDomains ?? [])],
    ownUrls: [publicUrl, site?.publicUrl ?? null].filter((url) => url !== null),
  })
  if (judged.ok) return judged.value
  const { reason } = judged
  const sentence = `The redirect ${reasons[reason]}.`
  if (reason !== 'not_trusted') throw new ServiceError('invalid_request', sentence)
  const host = new URL(asked).host.slice(0, longestHost)
  throw new ServiceError('url_not_trusted', sentence, { extra: { host } })
}
