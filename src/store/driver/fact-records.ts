/** Facts as drivers make them of events, and the cursors of their lists. No I/O. No clock. */
import type { EventRecord } from '../event-log'
import type { Fact, FactRule } from '../facts'
import { wrongCursor } from './paging'

/** The fact that an event leaves; null if it leaves none. */
export const factOf = (
  { types, payloadOf }: FactRule,
  event: Omit<EventRecord, 'deliveries' | 'kept' | 'attempts' | 'nextAttemptAt'>,
): Fact | null => {
  if (!types.has(event.type)) return null
  const { id, suiteId, corpid, type, receivedAt, body } = event
  return { id, suiteId, corpid, type, at: receivedAt, payload: body && payloadOf(event) }
}

/** Where a fact stands among all: by its time, and those of one time as they were added. */
export interface FactPlace {
  readonly at: number
  readonly seq: number
}

/** The cursor of the page that begins behind the fact at this place. */
export const cursorAfterFact = ({ at, seq }: FactPlace): string => `${at}-${seq}`

/**
 * The place that a cursor names; every fact comes before `undefined`'s.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const placeOfFactCursor = (cursor: string | undefined): FactPlace => {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }
  const [, at, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? []
  if (at !== undefined && seq !== undefined) return { at: Number(at), seq: Number(seq) }
  throw wrongCursor()
}
