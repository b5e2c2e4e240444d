/** Lists of companies: their order, what a query matches, where a page ends. No I/O. No clock. */
import type { CorpQuery, CorpRecord, CorpStatus, CorpSummary, Page } from '../../store'
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
type Place = Pick<CorpSummary, 'authorizedAt' | 'suiteId' | 'corpid'>

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const byPlace = (a: Place, b: Place) =>
  b.authorizedAt - a.authorizedAt || byText(a.suiteId, b.suiteId) || byText(a.corpid, b.corpid)

// Ids hold no dot, so a dot parts them.
const cursorAfter = ({ authorizedAt, suiteId, corpid }: Place) =>
  `${authorizedAt}.${suiteId}.${corpid}`

const placeOf = (cursor: string): Place => {
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
 * One page of companies, in the order of the port.
 *
 * @throws {ServiceError} invalid_request — the cursor is not one that a page gave
 */
export const corpPage = (corps: Iterable<CorpSummary>, query: CorpQuery): Page<CorpSummary> => {
  const after = query.cursor === undefined ? null : placeOf(query.cursor)
  const needed = query.limit + 1
  const found: CorpSummary[] = []
  // Sorting a hundred thousand for a page of fifty would hold up everything else, so the candidates
  // are cut back now and then, and what lies behind the last of them is passed over from then on.
  let last: Place | undefined
  for (const corp of corps) {
    if (after && byPlace(corp, after) <= 0) continue
    if (last && byPlace(corp, last) > 0) continue
    if (!matches(corp, query)) continue
    found.push(corp)
    if (found.length < 8 * needed) continue
    found.sort(byPlace).splice(needed)
    last = found.at(-1)
  }
  const page = pageOf(found.sort(byPlace), query.limit, cursorAfter)
  // A copy of each: what is handed out is nobody's to change.
  return mapPage(page, (corp) => ({ ...corp }))
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
