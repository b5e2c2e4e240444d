/** Lists of companies: their order, what a query matches, where a page ends. No I/O. No clock. */
import type { CorpIds, CorpQuery, CorpRecord, CorpStatus, CorpSummary, Page } from '../../store'
import { mapPage, pageOf, wrongCursor } from '../paging'

/** What lists keep of a company's record. */
export const summaryOf = (record: CorpRecord): CorpSummary => ({
  suiteId: record.suiteId,
  corpid: record.corpid,
  name: record.name,
  agentid: record.agentid,
  status: record.status,
  authorizedAt: record.authorizedAt,
})

/** What decides a company's place in a list, and therefore what a cursor holds. */
export type CorpPlace = Pick<CorpSummary, 'authorizedAt' | 'suiteId' | 'corpid'>

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const byPlace = (a: CorpPlace, b: CorpPlace) =>
  b.authorizedAt - a.authorizedAt || byText(a.suiteId, b.suiteId) || byText(a.corpid, b.corpid)

/** The cursor of the page that begins behind a company. Ids hold no dot, so a dot parts them. */
export const cursorAfter = ({ authorizedAt, suiteId, corpid }: CorpPlace): string =>
  `${authorizedAt}.${suiteId}.${corpid}`

/**
 * The company behind which a page begins.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const placeOf = (cursor: string): CorpPlace => {
  const [, authorizedAt, suiteId, corpid] = /^(\d{1,15})\.([\w-]+)\.([\w-]+)$/.exec(cursor) ?? []
  if (authorizedAt === undefined || suiteId === undefined || corpid === undefined) {
    throw wrongCursor()
  }
  return { authorizedAt: Number(authorizedAt), suiteId, corpid }
}

const holds = (corp: CorpSummary, q: string) =>
  corp.corpid.includes(q) || corp.name.toLowerCase().includes(q.toLowerCase())

const matches = (corp: CorpSummary, { suiteId, status, q }: CorpQuery) =>
  (suiteId === undefined || corp.suiteId === suiteId) &&
  (status === undefined || corp.status === status) &&
  (q === undefined || holds(corp, q))

/**
 * The first `needed` of all in an order. Sorting a hundred thousand for a page of fifty would hold
 * up everything else, so the candidates are cut back now and then, and what lies behind the last of
 * them is passed over from then on.
 */
const firstOf = <T>(
  all: Iterable<T>,
  needed: number,
  inOrder: (a: T, b: T) => number,
  counts: (one: T) => boolean,
): T[] => {
  const found: T[] = []
  let last: T | undefined
  for (const one of all) {
    if (last !== undefined && inOrder(one, last) > 0) continue
    if (!counts(one)) continue
    found.push(one)
    if (found.length < 8 * needed) continue
    found.sort(inOrder).splice(needed)
    last = found.at(-1)
  }
  return found.sort(inOrder).slice(0, needed)
}

/**
 * One page of companies, in the order of the port.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const corpPage = (corps: Iterable<CorpSummary>, query: CorpQuery): Page<CorpSummary> => {
  const after = query.cursor === undefined ? null : placeOf(query.cursor)
  const found = firstOf(
    corps,
    query.limit + 1,
    byPlace,
    (corp) => (after === null || byPlace(corp, after) > 0) && matches(corp, query),
  )
  const page = pageOf(found, query.limit, cursorAfter)
  // A copy of each: what is handed out is nobody's to change.
  return mapPage(page, (corp) => ({ ...corp }))
}

/** So many ids are a stretch. */
export const idsAtOnce = 1000

const byIds = (a: CorpIds, b: CorpIds) => byText(a.suiteId, b.suiteId) || byText(a.corpid, b.corpid)

/** The cursor of the stretch that begins behind a company. */
export const cursorAfterIds = ({ suiteId, corpid }: CorpIds): string => `${suiteId}.${corpid}`

/** @throws {ServiceError} invalid_request — the cursor is not one that a page gave */
export const idsInCursor = (cursor: string): CorpIds => {
  const [, suiteId, corpid] = /^([\w-]+)\.([\w-]+)$/.exec(cursor) ?? []
  if (suiteId === undefined || corpid === undefined) throw wrongCursor()
  return { suiteId, corpid }
}

/**
 * A stretch of the ids of companies, by suite and corpid.
 *
 * @param corps each once or twice, in no order
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const corpIdPage = (corps: Iterable<CorpIds>, cursor: string | undefined): Page<CorpIds> => {
  const after = cursor === undefined ? null : idsInCursor(cursor)
  const found = firstOf(
    corps,
    2 * idsAtOnce + 2,
    byIds,
    (corp) => after === null || byIds(corp, after) > 0,
  )
  const each = found.filter((corp, n) => n === 0 || byIds(corp, found[n - 1] ?? corp) !== 0)
  return mapPage(pageOf(each, idsAtOnce, cursorAfterIds), ({ suiteId, corpid }) => ({
    suiteId,
    corpid,
  }))
}

/** How many companies of each status there are, in all suites or in one. */
export const countByStatus = (
  corps: Iterable<CorpSummary>,
  suiteId?: string,
): Record<CorpStatus, number> => {
  const counts = { authorized: 0, suspended: 0, invalid: 0, cancelled: 0 }
  for (const corp of corps) {
    if (suiteId === undefined || corp.suiteId === suiteId) counts[corp.status]++
  }
  return counts
}
