/**
 * Pages of lists, and their cursors: by the order in which records were added, or by time. No I/O.
 * No clock.
 */
import { ServiceError } from '../../errors'
import type { Page } from '../store'

/** What a list throws whose cursor was made up, or is another list's. */
export const wrongCursor = (): ServiceError =>
  new ServiceError('invalid_request', 'The cursor is not one that a page gave.')

/**
 * The first `limit` of what a list found.
 *
 * @param found in the list's order; one more than `limit` where the list goes on
 * @param cursorAfter the cursor of the page that begins behind an item
 */
export const pageOf = <T>(
  found: readonly T[],
  limit: number,
  cursorAfter: (item: T) => string,
): Page<T> => {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && found.length > limit ? cursorAfter(last) : null }
}

/** The same page with each item as `itemOf` gives it. */
export const mapPage = <T, R>({ items, next }: Page<T>, itemOf: (item: T) => R): Page<R> => ({
  items: items.map(itemOf),
  next,
})

/** The cursor of the page that begins behind the record that was added as number `seq`. */
export const cursorAfterSeq = ({ seq }: { readonly seq: number }): string => String(seq)

/** So many records a list of all of them gives at once: few enough to hold up nothing else. */
export const stretchLength = 500

/**
 * The first stretch of a list of all records, in the order in which they were added.
 *
 * @param found in that order; one more than `stretchLength` where the list goes on
 */
export const stretchOf = <T extends { readonly seq: number }>(found: readonly T[]): Page<T> =>
  pageOf(found, stretchLength, cursorAfterSeq)

const seqIn = (cursor: string): number => {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw wrongCursor()
}

/**
 * A page of a list that shows the latest first holds what was added before this number.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const seqBefore = (cursor: string | undefined): number =>
  cursor === undefined ? Number.MAX_SAFE_INTEGER : seqIn(cursor)

/**
 * A page of a list in the order of arrival holds what was added after this number.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const seqAfter = (cursor: string | undefined): number =>
  cursor === undefined ? 0 : seqIn(cursor)

/** Where a record stands in a list by time: those of one time as they were added. */
export interface DatedPlace {
  /** Epoch milliseconds. */
  readonly at: number
  readonly seq: number
}

export const isBefore = (a: DatedPlace, b: DatedPlace): boolean =>
  a.at < b.at || (a.at === b.at && a.seq < b.seq)

/** The cursor of the page that begins behind the record at this place. */
export const cursorAfterDated = ({ at, seq }: DatedPlace): string => `${at}-${seq}`

/**
 * A page of a list by time that shows the latest first holds what stands before this place.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const placeBefore = (cursor: string | undefined): DatedPlace => {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }
  const [, at, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? []
  if (at !== undefined && seq !== undefined) return { at: Number(at), seq: Number(seq) }
  throw wrongCursor()
}
