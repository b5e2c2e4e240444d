/** The state of TLS: the certificate in use, and whether its files could be read again. */
import { X509Certificate } from 'node:crypto'
import type { Logger } from '../../log'
import { type CertificateFacts, certificateWarnings } from './certificate-warnings'

export interface TlsState {
  /** This certificate, in PEM, is in use from now on. */
  use(cert: string): void
  /** The files as they are can't be used, and why. */
  fail(problem: string): void
  warnings(): string[]
  /** One line in the log for each warning that wasn't there when it was last looked. */
  logNew(log: Logger): void
}

export const createTlsState = (now: () => number): TlsState => {
  let facts: CertificateFacts = { validFrom: null, validTo: null, problem: null }
  let told: readonly string[] = []

  return {
    use(cert) {
      const { validFrom, validTo } = new X509Certificate(cert)
      const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
      facts = { validFrom: from, validTo: to, problem: null }
      told = told.filter((kind) => kind !== 'files')
    },
    fail(problem) {
      facts = { ...facts, problem }
    },
    warnings: () => certificateWarnings(facts, now()).map(({ text }) => text),
    logNew(log) {
      const warnings = certificateWarnings(facts, now())
      for (const { kind, text } of warnings) if (!told.includes(kind)) log.warn(text)
      told = warnings.map(({ kind }) => kind)
    },
  }
}
