/** Suites and their tickets, as rows. */
import { checkedId } from '../../driver/id'
import type { KeyedQueue } from '../../driver/keyed-queue'
import { suiteKind } from '../../driver/records/record-kinds'
import type { Store } from '../../store'
import type { Database, Query } from '../connection/database'
import { asUnkept } from '../connection/failure'
import { moment } from '../connection/moment'
import { type News, tellNews } from './news'
import type { Records } from './records'

const load = `
SELECT (SELECT record FROM suites WHERE suite_id = $1) AS record,
  (SELECT corpid FROM corps WHERE suite_id = $1 ORDER BY corpid LIMIT 1) IS NOT NULL AS has_corps`

/** WeCom waits for the answer to its push, and pushes again where that is 503. */
const ticketWithinMs = 900

/** One probe of the index for each suite, however many companies it has. */
const listIds = `
WITH RECURSIVE found AS (
  (SELECT suite_id FROM corps ORDER BY suite_id LIMIT 1)
  UNION ALL
  SELECT (SELECT suite_id FROM corps WHERE suite_id > found.suite_id ORDER BY suite_id LIMIT 1)
  FROM found WHERE found.suite_id IS NOT NULL
)
SELECT suite_id FROM found WHERE suite_id IS NOT NULL
UNION SELECT suite_id FROM suites
ORDER BY suite_id`

/** Of no suite nothing is saved. */
const save = `
WITH saved AS (
  INSERT INTO suites (suite_id, record, ticket_seconds)
  SELECT $1::text, $2::text, $3::bigint WHERE $1::text IS NOT NULL
  ON CONFLICT (suite_id) DO UPDATE
  SET record = excluded.record, ticket_seconds = excluded.ticket_seconds
  WHERE suites.ticket_seconds <= excluded.ticket_seconds
  RETURNING 1
), told AS (${tellNews('saved', { at: moment(4), by: '$5', what: '$6' })})
SELECT 1 FROM saved`

/** Throws what a ticket that comes now would meet. */
export const assertTicketsFit = async (query: Query, withinMs?: number): Promise<void> => {
  await query(
    save,
    [null, null, null, null, null, null],
    withinMs === undefined ? {} : { withinMs },
  )
}

export const createSuiteRows = (parts: {
  database: Database
  records: Records
  news: News
  /** Within this process tickets of a suite are saved in the order in which they came. */
  queue: KeyedQueue
}): Pick<Store, 'loadSuite' | 'listSuiteIds' | 'saveTicket'> => {
  const { database, records, news, queue } = parts
  const place = (suiteId: string) => `suites/${suiteId}`
  return {
    async loadSuite(suiteId) {
      const [row] = await database.query<{ record: string | null; has_corps: boolean }>(load, [
        checkedId(suiteId),
      ])
      if (row?.record) return records.open(suiteKind(suiteId), place(suiteId), row.record)
      return row?.has_corps ? { version: 1, suiteId, ticket: null } : null
    },

    async listSuiteIds() {
      const rows = await database.query<{ suite_id: string }>(listIds)
      return rows.map((row) => row.suite_id)
    },

    async saveTicket(suiteId, ticket) {
      const record = { version: 1 as const, suiteId: checkedId(suiteId), ticket }
      const values = [
        suiteId,
        records.seal(suiteKind(suiteId), record),
        ticket.timeStampSeconds,
        ...news.of({ what: 'ticket', suiteId }),
      ]
      const saved = await queue.run(place(suiteId), () =>
        database.query(save, values, { withinMs: ticketWithinMs }).catch((error: unknown) => {
          throw asUnkept(error)
        }),
      )
      return saved.length > 0 ? 'saved' : 'older'
    },
  }
}
