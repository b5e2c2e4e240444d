import type { ImportEntry } from '../suite/import-text'
import type { ImportResult } from '../suite/importing'

/** All state, wherever it is. */
export interface State {
  /** Everything, secrets included, as the plain bytes of an export. */
  exportBytes(): AsyncIterable<Uint8Array>
  /** What became of each entry, as it happens. */
  importEntries(entries: AsyncIterable<ImportEntry>): AsyncIterable<ImportResult>
  close(): Promise<void>
}
