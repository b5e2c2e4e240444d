/** Endpoints that were made by the API, as rows. They are few. */
import { ServiceError } from '../../../errors'
import type { KeyedQueue } from '../../driver/keyed-queue'
import { checkedEndpointName, endpointWrite } from '../../driver/records/endpoint-writes'
import { endpointKind } from '../../driver/records/record-kinds'
import type { EndpointRecord, Endpoints } from '../../endpoints'
import type { Database } from '../connection/database'
import { moment } from '../connection/moment'
import { type News, tellNews } from './news'
import type { Records } from './records'
import { takeWriterTurn } from './writer-turns'

interface EndpointRow {
  readonly name: string
  readonly record: string
}

const list = 'SELECT name, record FROM endpoints ORDER BY name'
const load = 'SELECT name, record FROM endpoints WHERE name = $1'
const count = 'SELECT count(*)::int AS count FROM endpoints'

const told = tellNews('written', { at: moment(2), by: '$3', what: '$4' })

const save = `
WITH written AS (
  INSERT INTO endpoints (name, record) VALUES ($1, $5)
  ON CONFLICT (name) DO UPDATE SET record = excluded.record RETURNING 1
), told AS (${told})
SELECT 1 FROM written`

const remove = `
WITH written AS (DELETE FROM endpoints WHERE name = $1 RETURNING 1), told AS (${told})
SELECT 1 FROM written`

export const createEndpointRows = (parts: {
  database: Database
  records: Records
  news: News
  queue: KeyedQueue
}): Endpoints => {
  const { database, records, news, queue } = parts
  const placeOf = (name: string) => `endpoints/${name}`

  const open = ({ name, record }: EndpointRow): EndpointRecord =>
    records.open(endpointKind(name), placeOf(name), record)

  /** Null: damage, which is in the log; the others are listed. */
  const openIfGood = (row: EndpointRow): EndpointRecord | null => {
    try {
      return open(row)
    } catch (error) {
      if (error instanceof ServiceError) return null
      throw error
    }
  }

  return {
    async listEndpoints() {
      const rows = await database.query<EndpointRow>(list)
      return rows.map(openIfGood).filter((endpoint) => endpoint !== null)
    },

    async changeEndpoint(name, change) {
      checkedEndpointName(name)
      return queue.run('endpoints', () =>
        database.transaction(async (query) => {
          await takeWriterTurn(query, 'endpoints')
          const [row] = await query<EndpointRow>(load, [name])
          const [all] = await query<{ count: number }>(count)
          const before = row ? open(row) : null
          const next = endpointWrite(name, before, all?.count ?? 0, change)
          if (next === null) return { before, after: structuredClone(before) }
          const sealed = records.seal(endpointKind(name), next)
          await query(save, [name, ...news.of({ what: 'endpoints' }), sealed])
          return { before, after: next }
        }),
      )
    },

    async removeEndpoint(name) {
      const values = [checkedEndpointName(name), ...news.of({ what: 'endpoints' })]
      const removed = (await database.query(remove, values)).length > 0
      records.forget(placeOf(name))
      return removed
    },
  }
}
