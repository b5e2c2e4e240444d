/** Encrypted exports for tests: of today, and in the container of before the age format. */
import { createCipheriv, hkdfSync, scryptSync } from 'node:crypto'
import { type Bytes, inPieces } from '../../../src/suite/transfer/byte-stream'
import {
  encryptForRecipient,
  encryptWithPassphrase,
} from '../../../src/suite/transfer/encrypt-export'
import { type ExportKey, recipientOfKey } from '../../../src/suite/transfer/export-key'
import { createSeries } from '../../scene'

export const pieceBytes = 64 * 1024

export async function* parts(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export const gathered = async (source: Bytes): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const bytes of source) all.push(bytes)
  return Buffer.concat(all)
}

/** As suited writes it now, but under a passphrase that costs next to nothing to try. */
export const ageExport = async (plain: Uint8Array, key: ExportKey): Promise<Buffer> =>
  gathered(
    key.opensWith === 'key'
      ? encryptForRecipient(parts(plain), await recipientOfKey(key.key))
      : encryptWithPassphrase(parts(plain), key.passphrase, createSeries(1), 4),
  )

const masterOf = (key: ExportKey, salt: Uint8Array): Uint8Array => {
  if (key.opensWith === 'key') return key.key
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
  return scryptSync(key.passphrase.normalize('NFC'), salt, 32, cost)
}

/** As suited wrote it before. */
export const formerContainer = async (
  plain: Uint8Array,
  key: ExportKey,
  seed = 1,
): Promise<Buffer> => {
  const random = createSeries(seed)
  const salt = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  const master = masterOf(key, salt)
  const purpose = (name: string) =>
    Buffer.from(hkdfSync('sha256', master, salt, `suited export 1 ${name}`, 32))
  const header = {
    format: 'suited-sealed-export',
    version: 1,
    opensWith: key.opensWith,
    salt: salt.toString('base64'),
    check: purpose('check').subarray(0, 16).toString('base64'),
  }
  const written = [Buffer.from(`${JSON.stringify(header)}\n`)]
  for await (const { bytes, last } of inPieces(parts(plain), pieceBytes)) {
    const nonce = Buffer.alloc(12)
    nonce.writeBigUInt64BE(BigInt(written.length - 1), 3)
    nonce[11] = last ? 1 : 0
    const cipher = createCipheriv('aes-256-gcm', purpose('payload'), nonce)
    written.push(Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))
  }
  return Buffer.concat(written)
}
