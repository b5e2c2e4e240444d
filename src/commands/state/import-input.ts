/** The input of `suited import`: an export, encrypted or not, or a list of companies. */
import type { Bytes } from '../../suite/transfer/byte-stream'
import { afterFirstLine, linesOf } from '../../suite/transfer/byte-stream'
import { createExportDecrypter, keyNeededBy } from '../../suite/transfer/decrypt-export'
import type { ExportKey } from '../../suite/transfer/export-key'
import { type NumberedLine, unframed } from '../../suite/transfer/export-lines'
import {
  beginsExport,
  entriesOf,
  type ImportEntry,
  importOrder,
} from '../../suite/transfer/import-text'

/** Gone through from its start as often as needed. */
export type Input = () => Bytes

const wholeText = async (input: Input): Promise<string> => {
  const pieces: Uint8Array[] = []
  for await (const bytes of input()) pieces.push(bytes)
  return Buffer.concat(pieces).toString('utf8')
}

/** The lines of an export, anew for each who asks. */
const exportLines = (
  input: Input,
  firstLine: string,
  keys: readonly ExportKey[],
): (() => AsyncIterable<NumberedLine>) => {
  if (keyNeededBy(firstLine) === null) return () => unframed(linesOf(input()))
  const decrypt = createExportDecrypter(keys)
  return () => unframed(linesOf(decrypt(input())))
}

/** First goes through all of it: nothing of an export counts unless it is whole. */
const inImportOrder = async function* (
  lines: () => AsyncIterable<NumberedLine>,
): AsyncGenerator<ImportEntry> {
  for (const kinds of importOrder) {
    for await (const entry of lines()) if (kinds.includes(entry.line.kind)) yield entry
  }
}

/**
 * The entries of an input, in the order in which they are to be imported.
 *
 * @throws {ExportUnreadable} invalid_request — an export that is cut off or altered, or opens with
 * none of the keys
 * @throws {ServiceError} invalid_request — neither an export nor a list
 */
export const readInput = async (
  input: Input,
  keys: readonly ExportKey[],
): Promise<AsyncIterable<ImportEntry>> => {
  const first = await afterFirstLine(input())
  if (first && beginsExport(first.line)) {
    const lines = exportLines(input, first.line, keys)
    for await (const _ of lines()) {
      // To its end: only there it shows whether it is whole.
    }
    return inImportOrder(lines)
  }
  const entries = await entriesOf(await wholeText(input))
  return (async function* () {
    yield* entries
  })()
}
