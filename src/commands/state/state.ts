/** The state as commands see it, in a folder of their own or behind a running service. */
import type { ImportResult } from '../../suite/transfer/import'
import type { ImportEntry } from '../../suite/transfer/import-text'

/** All state, wherever it is. */
export interface State {
  /** Everything, secrets included, as the plain bytes of an export. */
  exportBytes(): AsyncIterable<Uint8Array>
  /** What became of each entry, as it happens. */
  importEntries(entries: AsyncIterable<ImportEntry>): AsyncIterable<ImportResult>
  close(): Promise<void>
}
