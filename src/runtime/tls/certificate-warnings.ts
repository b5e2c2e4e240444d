/** The warnings about the certificate that suited itself serves with. Pure. */
import { dayMs } from '../../clock'
import { inWords, moment } from '../../wording'

export interface CertificateFacts {
  /** Of the certificate in use, epoch milliseconds; null where there is none. */
  readonly validFrom: number | null
  readonly validTo: number | null
  /** Why the files as they are now can't be used; null if they can. */
  readonly problem: string | null
}

export interface CertificateWarning {
  readonly kind: 'expired' | 'expires_soon' | 'not_yet' | 'files'
  readonly text: string
}

/**
 * Certificates of 90 days are renewed a month before their end: then something doesn't renew them.
 */
const soonMs = 14 * dayMs

const renew =
  'Renew it and put it into SUITED_TLS_CERT and SUITED_TLS_KEY: the files are looked at every minute, no restart is needed.'

const aboutTime = ({ validFrom, validTo }: CertificateFacts, now: number): CertificateWarning[] => {
  if (validFrom === null || validTo === null) return []
  const left = validTo - now
  if (left <= 0) {
    const text = `The certificate in SUITED_TLS_CERT expired ${inWords(left)} ago (${moment(validTo)}): WeCom and browsers refuse it. ${renew}`
    return [{ kind: 'expired', text }]
  }
  if (now < validFrom) {
    const text = `The certificate in SUITED_TLS_CERT is valid from ${moment(validFrom)} on only: WeCom and browsers refuse it until then. Check the clock of this machine.`
    return [{ kind: 'not_yet', text }]
  }
  if (left > soonMs) return []
  const text = `The certificate in SUITED_TLS_CERT expires in ${inWords(left)} (${moment(validTo)}). ${renew}`
  return [{ kind: 'expires_soon', text }]
}

/** None as a rule. */
export const certificateWarnings = (facts: CertificateFacts, now: number): CertificateWarning[] => {
  const { problem } = facts
  const text = `The TLS certificate and key that lie there now can't be used, and the one from before stays in use: ${problem}. Mend the files: they are looked at every minute.`
  return [...aboutTime(facts, now), ...(problem === null ? [] : [{ kind: 'files' as const, text }])]
}
