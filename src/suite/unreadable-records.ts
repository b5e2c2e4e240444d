/** The warning about documents that can't be read: how many, which, and what to do. */
import { ServiceError } from '../errors'
import type { UnreadableRecord } from '../store/store'
import { counted, verb } from '../wording'

/** Records that are shown whole; the others are counted. */
export const mostUnreadableShown = 20
const mostNamed = 3

/** One sentence for a list of warnings; none while all can be read. */
export const unreadableWarnings = (records: readonly UnreadableRecord[]): string[] => {
  if (records.length === 0) return []
  const named = records
    .slice(0, mostNamed)
    .map(({ file, copy }) => (copy === null ? `${file} (no good copy)` : file))
  const others = records.length - named.length
  return [
    `${counted(records.length, 'document')} in the data folder can’t be read, and what ${verb(records.length, 'it describes', 'they describe')} is not served: ` +
      `${named.join(', ')}${others > 0 ? ` and ${others} more, see "unreadable"` : ''}. ` +
      'The last good copy lies beside each that has one, with .bak behind its name: put it in its ' +
      'place; else mend the document or restore it. No restart is needed. docs/storage.md has the steps.',
  ]
}

/** What was read, or null where it can't be: `listUnreadable` says so. */
export const ifReadable = async <T>(reading: Promise<T>): Promise<T | null> => {
  try {
    return await reading
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'store_unavailable') return null
    throw error
  }
}
