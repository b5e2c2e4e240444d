/**
 * The container in which exports were encrypted before the age format, for reading alone:
 * AES-256-GCM in pieces, each bound to its place in the file and the last one marked, so that
 * nothing can be changed, moved or cut off unnoticed. The first line says in clear what opens it.
 * No I/O.
 */
import { createDecipheriv, hkdfSync, scrypt } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { equalInConstantTime } from '../../constant-time'
import { type Bytes, inPieces } from './byte-stream'
import type { ExportKey } from './export-key'
import { jsonOfLine } from './export-lines'
import { ExportUnreadable } from './unusable-export'

const containerFormat = 'suited-sealed-export'
const containerVersion = 1

const ContainerHeader = Type.Object({
  format: Type.Literal(containerFormat),
  version: Type.Integer({ minimum: 1 }),
  opensWith: Type.Union([Type.Literal('key'), Type.Literal('passphrase')]),
  salt: Type.String({ description: 'Base64.' }),
  check: Type.String({ description: 'Tells a wrong key from a changed file. Base64.' }),
})
export type ContainerHeader = Static<typeof ContainerHeader>

const cipher = 'aes-256-gcm'
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

/** Several spellings stand for the same bytes; only the one that was written is taken. */
const recoded = (base64: string): string => Buffer.from(base64, 'base64').toString('base64')

/** The first line of a container; null if it is none. @throws {ExportUnreadable} newer, altered */
export const containerHeaderOf = (firstLine: string): ContainerHeader | null => {
  const header = jsonOfLine(firstLine) as Partial<ContainerHeader> | null | undefined
  if (header?.format !== containerFormat) return null
  if (Number(header.version) > containerVersion) throw new ExportUnreadable('newer')
  if (!Value.Check(ContainerHeader, header)) throw new ExportUnreadable('altered')
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

/** The key of the payload, of the first that fits. @throws {ExportUnreadable} none does */
const findPayloadKey = async (
  header: ContainerHeader,
  keys: readonly ExportKey[],
): Promise<Uint8Array> => {
  const { opensWith } = header
  const candidates = keys.filter((key) => key.opensWith === opensWith)
  if (candidates.length === 0) throw new ExportUnreadable(`${opensWith}_needed`)
  const salt = Buffer.from(header.salt, 'base64')
  const wanted = Buffer.from(header.check, 'base64').toString('base64')
  for (const key of candidates) {
    const { payload, check } = await derive(key, salt)
    if (equalInConstantTime(wanted, Buffer.from(check).toString('base64'))) return payload
  }
  throw new ExportUnreadable(`wrong_${opensWith}`)
}

/**
 * Opens one container as often as needed; a passphrase's half second is paid once.
 *
 * @returns the plain bytes, of the first line and what follows it. What came before a failure is to
 * be forgotten. @throws {ExportUnreadable} invalid_request
 */
export const createContainerOpener = (keys: readonly ExportKey[]) => {
  const payloadKeys = new Map<string, Uint8Array>()
  return async function* (firstLine: string, rest: Bytes): AsyncGenerator<Uint8Array> {
    const header = containerHeaderOf(firstLine)
    if (header === null) throw new ExportUnreadable('altered')
    const payload = payloadKeys.get(firstLine) ?? (await findPayloadKey(header, keys))
    payloadKeys.set(firstLine, payload)
    let number = 0
    for await (const { bytes, last } of inPieces(rest, pieceBytes + tagBytes)) {
      yield openPiece(payload, bytes, nonceOf(number, last))
      number += 1
    }
  }
}
