/**
 * An export as it may lie about: AES-256-GCM in pieces, each bound to its place in the file and the
 * last one marked, so that nothing can be changed, moved or cut off unnoticed, and so that a file of
 * any size needs the memory of one piece. The first line says in clear what opens it. No I/O.
 */
import { createCipheriv, createDecipheriv, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Random } from '../../retry'
import { type Bytes, inPieces } from './byte-stream'
import { jsonOfLine } from './export-lines'
import { ExportUnreadable } from './unusable-export'

export type ExportKey =
  /** SUITED_ENCRYPTION_KEY: 32 bytes. */
  | { readonly opensWith: 'key'; readonly key: Uint8Array }
  | { readonly opensWith: 'passphrase'; readonly passphrase: string }

export const sealedFormat = 'suited-sealed-export'
const sealedVersion = 1

const SealedHeader = Type.Object({
  format: Type.Literal(sealedFormat),
  version: Type.Integer({ minimum: 1 }),
  opensWith: Type.Union([Type.Literal('key'), Type.Literal('passphrase')]),
  salt: Type.String({ description: 'Base64.' }),
  check: Type.String({ description: 'Tells a wrong key from a changed file. Base64.' }),
})
export type SealedHeader = Static<typeof SealedHeader>

const cipher = 'aes-256-gcm'
const saltBytes = 32
const checkBytes = 16
const tagBytes = 16
const pieceBytes = 64 * 1024

/** 128 MiB and about half a second for each passphrase that somebody tries. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

const stretched = (passphrase: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

const derive = async (key: ExportKey, salt: Uint8Array) => {
  const master = key.opensWith === 'key' ? key.key : await stretched(key.passphrase, salt)
  const purpose = (name: string) =>
    Buffer.from(hkdfSync('sha256', master, salt, `suited export 1 ${name}`, 32))
  return { payload: purpose('payload'), check: purpose('check').subarray(0, checkBytes) }
}

/** Never twice the same under one salt: the number of the piece, and whether it is the last. */
const nonceOf = (number: number, last: boolean): Uint8Array => {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(number), 3)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** @param random makes the salt: nothing secret, but never the same again */
export async function* sealExport(
  plain: Bytes,
  key: ExportKey,
  random: Random,
): AsyncGenerator<Uint8Array> {
  const salt = Buffer.from(Array.from({ length: saltBytes }, () => Math.floor(random() * 256)))
  const { payload, check } = await derive(key, salt)
  const header: SealedHeader = {
    format: sealedFormat,
    version: sealedVersion,
    opensWith: key.opensWith,
    salt: salt.toString('base64'),
    check: check.toString('base64'),
  }
  yield Buffer.from(`${JSON.stringify(header)}\n`)
  let number = 0
  for await (const { bytes, last } of inPieces(plain, pieceBytes)) {
    const sealing = createCipheriv(cipher, payload, nonceOf(number, last))
    yield Buffer.concat([sealing.update(bytes), sealing.final(), sealing.getAuthTag()])
    number += 1
  }
}

/** Several spellings stand for the same bytes; only the one that was written is taken. */
const recoded = (base64: string): string => Buffer.from(base64, 'base64').toString('base64')

/** The first line of a sealed export; null if it is none. @throws {ExportUnreadable} newer, altered */
export const sealedHeaderOf = (firstLine: string): SealedHeader | null => {
  const header = jsonOfLine(firstLine) as Partial<SealedHeader> | null | undefined
  if (header?.format !== sealedFormat) return null
  if (Number(header.version) > sealedVersion) throw new ExportUnreadable('newer')
  if (!Value.Check(SealedHeader, header)) throw new ExportUnreadable('altered')
  const asWritten = { ...header, salt: recoded(header.salt), check: recoded(header.check) }
  if (JSON.stringify(asWritten) !== firstLine) throw new ExportUnreadable('altered')
  return header
}

const openPiece = (payload: Uint8Array, bytes: Uint8Array, nonce: Uint8Array): Uint8Array => {
  if (bytes.length < tagBytes) throw new ExportUnreadable('altered')
  const opening = createDecipheriv(cipher, payload, nonce, { authTagLength: tagBytes })
  opening.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([opening.update(bytes.subarray(0, -tagBytes)), opening.final()])
  } catch {
    throw new ExportUnreadable('altered')
  }
}

/** What opens the sealed exports of one header. */
export interface ExportOpener {
  /**
   * The plain bytes. What came before a failure is to be forgotten.
   *
   * @param rest what follows the first line
   * @throws {ExportUnreadable} invalid_request
   */
  open(rest: Bytes): AsyncIterable<Uint8Array>
}

/**
 * Finds the key that fits among those at hand; costs a passphrase's half second once.
 *
 * @throws {ExportUnreadable} invalid_request — none is of the kind that is needed, or none fits
 */
export const findOpener = async (
  header: SealedHeader,
  keys: readonly ExportKey[],
): Promise<ExportOpener> => {
  const { opensWith } = header
  const candidates = keys.filter((key) => key.opensWith === opensWith)
  if (candidates.length === 0) throw new ExportUnreadable(`${opensWith}_needed`)
  const salt = Buffer.from(header.salt, 'base64')
  const wanted = Buffer.from(header.check, 'base64')
  for (const key of candidates) {
    const { payload, check } = await derive(key, salt)
    if (wanted.length !== check.length || !timingSafeEqual(wanted, check)) continue
    return {
      async *open(rest) {
        let number = 0
        for await (const { bytes, last } of inPieces(rest, pieceBytes + tagBytes)) {
          yield openPiece(payload, bytes, nonceOf(number, last))
          number += 1
        }
      },
    }
  }
  throw new ExportUnreadable(`wrong_${opensWith}`)
}
