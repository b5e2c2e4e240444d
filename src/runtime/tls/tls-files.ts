/** A certificate and its key out of their files, judged before anything listens with them. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Settings } from '../../config/settings'

export interface TlsFiles {
  /** SUITED_TLS_CERT. */
  readonly cert: string
  /** SUITED_TLS_KEY. */
  readonly key: string
}

type TlsSettings = Pick<Settings, 'SUITED_TLS_CERT' | 'SUITED_TLS_KEY'>

/** Null where nothing is said of them. */
export const tlsFilesOf = (settings: TlsSettings): TlsFiles | null => {
  const { SUITED_TLS_CERT: cert, SUITED_TLS_KEY: key } = settings
  return cert === null || key === null ? null : { cert, key }
}

/** A mistake in the settings: which file is missing or is not what it should be. */
export class TlsUnusable extends Error {}

const read = (setting: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    throw new TlsUnusable(`${setting} names a file that can't be read (${code})`)
  }
}

const understood = <T>(setting: string, what: string, parse: () => T): T => {
  try {
    return parse()
  } catch {
    throw new TlsUnusable(`${setting} names a file without a ${what} in PEM`)
  }
}

/** @throws {TlsUnusable} */
export const readTlsFiles = (files: TlsFiles): { cert: string; key: string } => {
  const cert = read('SUITED_TLS_CERT', files.cert)
  const key = read('SUITED_TLS_KEY', files.key)
  const certificate = understood('SUITED_TLS_CERT', 'certificate', () => new X509Certificate(cert))
  const own = understood('SUITED_TLS_KEY', 'key without passphrase', () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(own)) {
    throw new TlsUnusable('SUITED_TLS_KEY is not the key of the certificate in SUITED_TLS_CERT')
  }
  return { cert, key }
}
