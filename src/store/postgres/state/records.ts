/** Records as JSON in a column: sealed on the way in, checked on the way out. */
import type { Static, TSchema } from '@sinclair/typebox'
import { ServiceError } from '../../../errors'
import type { Logger } from '../../../log'
import { openContent, type RecordKind, sealContent } from '../../driver/records/record-content'
import type { Sealing } from '../../driver/sealing'
import type { UnreadableRecord } from '../../store'

export interface Records {
  /**
   * A record as it was written.
   *
   * @param place its table and key: "corps/ww…/wp…"
   * @throws {ServiceError} store_unavailable — it fits no schema, or a secret in it doesn't open
   */
  open<S extends TSchema>(kind: RecordKind<S>, place: string, text: string): Static<S>
  /** As it goes into the column. */
  seal<S extends TSchema>(kind: RecordKind<S>, content: Static<S>): string
  /** Every record that was met unreadable and has not been read or removed since. */
  unreadable(): UnreadableRecord[]
  /** It is gone. */
  forget(place: string): void
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The message of the failure may quote the record.
    return null
  }
}

/** Of a database in which very many don't open, as with a wrong key. */
const mostNoted = 1000

export const createRecords = (sealing: Sealing, log: Logger): Records => {
  const byPlace = new Map<string, UnreadableRecord>()

  const note = ({ owner }: Pick<RecordKind<TSchema>, 'owner'>, place: string, problem: string) => {
    if (byPlace.get(place)?.problem === problem || byPlace.size >= mostNoted) return
    byPlace.set(place, { ...owner, file: place, problem, copy: null })
    log.error('a record is damaged and was left as it is', { record: place, problem })
  }

  return {
    open(kind, place, text) {
      const opened = openContent(kind, jsonOf(text), sealing)
      if (opened.ok) {
        byPlace.delete(place)
        return opened.value
      }
      note(kind, place, opened.reason)
      throw new ServiceError(
        'store_unavailable',
        `The record ${place} is damaged: ${opened.reason}. It was left as it is: mend it, or restore it from a backup.`,
      )
    },
    seal: (kind, content) => JSON.stringify(sealContent(kind, content, sealing)),
    unreadable: () => [...byPlace.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
    forget: (place) => void byPlace.delete(place),
  }
}
