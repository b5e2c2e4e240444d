/** Self-signed certificates, made by OpenSSL. */
import { join } from 'node:path'

export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** Makes a pair under this name, good for this machine; a pair that is there is replaced. */
export const makeCertificate = (
  folder: string,
  commonName: string,
  goodFor = 'DNS:localhost,IP:127.0.0.1',
): CertificateFiles => {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const made = Bun.spawnSync([
    ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-nodes', '-days', '2', '-subj', `/CN=${commonName}`],
    ...['-addext', `subjectAltName=${goodFor}`],
    ...['-keyout', files.key, '-out', files.cert],
  ])
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr.toString()}`)
  return files
}

/** Makes a pair whose days are over: it was good for none, until yesterday. */
export const makeExpiredCertificate = (folder: string, commonName: string): CertificateFiles => {
  const files = makeCertificate(folder, commonName)
  const made = Bun.spawnSync([
    ...['openssl', 'x509', '-in', files.cert, '-signkey', files.key, '-days', '-1'],
    ...['-out', files.cert],
  ])
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr.toString()}`)
  return files
}
