/** The file that a form holds in its field `media`. No clock. */
import { createHash } from 'node:crypto'
import { Refusal } from '../../world/refusals'
import { type FormBody, piecesOf } from '../call/multipart'

export interface FormFile {
  readonly filename: string
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
  /** Null if it is larger than what is kept. */
  readonly content: Blob | null
}

const fieldOf = (headers: string): { name: string; filename: string | null } => {
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(headers)?.[1] ?? ''
  const parameter = (name: string) =>
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(disposition)
  const [, quoted, bare] = parameter('name') ?? []
  const [, quotedFile, bareFile] = parameter('filename') ?? []
  return { name: quoted ?? bare ?? '', filename: quotedFile ?? bareFile ?? null }
}

/** Takes the pieces of one file, remembering no more than it may. */
const collector = (keptBytes: number) => {
  const hash = createHash('sha256')
  let kept: Uint8Array<ArrayBuffer>[] | null = []
  let size = 0
  return {
    add: (bytes: Uint8Array) => {
      size += bytes.length
      hash.update(bytes)
      if (size > keptBytes) kept = null
      kept?.push(new Uint8Array(bytes))
    },
    file: (filename: string): FormFile => ({
      filename,
      size,
      sha256: hash.digest('hex'),
      content: kept && new Blob(kept),
    }),
  }
}

/**
 * Reads a form to its end.
 *
 * @param keptBytes the content of larger files is hashed and dropped
 * @throws {Refusal} 41005 no form, no field `media` or none with a filename, 47001 not a whole form
 */
export const readFormFile = async (form: FormBody | null, keptBytes: number): Promise<FormFile> => {
  if (!form) throw new Refusal(41005)
  const collected = collector(keptBytes)
  let filename: string | null = null
  let isMedia = false
  for await (const piece of piecesOf(form)) {
    if (piece.kind === 'bytes') {
      if (isMedia) collected.add(piece.bytes)
      continue
    }
    const field = fieldOf(piece.headers)
    isMedia = field.name === 'media' && filename === null
    if (isMedia) filename = field.filename
  }
  if (!filename) throw new Refusal(41005)
  return collected.file(filename)
}
