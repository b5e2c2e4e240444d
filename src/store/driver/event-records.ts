import { ServiceError } from '../../errors'

/** The cursor of the page that goes on behind the event with this place in the order of arrival. */
export const cursorAfter = (seq: number): string => String(seq)

/**
 * The place that a cursor names; every event comes before `undefined`'s.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const placeOfCursor = (cursor: string | undefined): number => {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new ServiceError('invalid_request', 'The cursor is not one that a page gave.')
}
