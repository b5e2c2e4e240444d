/** API keys as rows, with how often each was used in columns of their own. */
import { type Clock, hourMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import { type ApiKeyRecord, type ApiKeys, mostKeys } from '../../api-keys'
import type { KeyedQueue } from '../../driver/keyed-queue'
import { changedKey, checkedKeyId, endOf, nameTaken, noRoom } from '../../driver/records/key-writes'
import { keyKind } from '../../driver/records/record-kinds'
import type { Sealing } from '../../driver/sealing'
import { type Database, integers, type Query, texts } from '../connection/database'
import { moment, momentOf } from '../connection/moment'
import { oncePlace } from '../records/once-values'
import { type News, tellNews } from './news'
import type { Records } from './records'
import { takeWriterTurn } from './writer-turns'

/** Of rows in `once`: batches of uses that were counted. */
const usesKind = 'key_uses'

interface KeyRow {
  readonly id: string
  readonly record: string
  readonly uses: number
  readonly last_used_at: number | null
}

const columns = 'id, record, uses::float8 AS uses, last_used_at::float8 AS last_used_at'
const list = `SELECT ${columns} FROM api_keys ORDER BY created_at DESC, id`
const listIds = 'SELECT id FROM api_keys'
const load = `SELECT ${columns} FROM api_keys WHERE id = $1`

const lookAtOthers = `
SELECT count(*)::int AS others,
  coalesce(bool_or(name = $2 AND revoked_at IS NULL), false) AS has_name
FROM api_keys WHERE id <> $1`

const endedFirst = `
SELECT id FROM api_keys WHERE ends_at < $1::bigint ORDER BY ends_at, id LIMIT 1`

const forget = 'DELETE FROM api_keys WHERE id = $1'

/** How often it was used is written for a new one alone. */
const save = `
WITH written AS (
  INSERT INTO api_keys AS key
    (id, record, name, created_at, revoked_at, ends_at, uses, last_used_at)
  VALUES ($1, $5, $6, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint)
  ON CONFLICT (id) DO UPDATE
  SET record = excluded.record, name = excluded.name, created_at = excluded.created_at,
    revoked_at = excluded.revoked_at, ends_at = excluded.ends_at
  RETURNING 1
), told AS (${tellNews('written', { at: moment(2), by: '$3', what: '$4' })})
SELECT 1 FROM written`

/** The batch is noted with it: what is handed in again finds that. */
const addUses = `
WITH noted AS (
  INSERT INTO once (kind, key, value, expires_at) VALUES ('${usesKind}', $4, $5, ${moment(6)} + ${hourMs})
  ON CONFLICT DO NOTHING RETURNING 1
)
UPDATE api_keys AS key
SET uses = key.uses + used.uses,
  last_used_at = greatest(coalesce(key.last_used_at, 0), used.last_used_at)
FROM (
  SELECT id, sum(uses)::bigint AS uses, max(last_used_at) AS last_used_at
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS counted (id, uses, last_used_at)
  GROUP BY id
) AS used
WHERE key.id = used.id AND EXISTS (SELECT 1 FROM noted)`

const purge = 'DELETE FROM api_keys WHERE ends_at < $1::bigint RETURNING 1'

/** @param parts.clock null: the database's own */
export const createKeyRows = (parts: {
  database: Database
  clock: Clock | null
  sealing: Sealing
  records: Records
  news: News
  queue: KeyedQueue
}): ApiKeys => {
  const { database, clock, sealing, records, news, queue } = parts
  const placeOf = (id: string) => `api_keys/${id}`

  const open = ({ id, record, uses, last_used_at }: KeyRow): ApiKeyRecord => ({
    ...records.open(keyKind(id), placeOf(id), record),
    uses,
    lastUsedAt: last_used_at,
  })

  /** Null: damage, which is in the log; the others are listed. */
  const openIfGood = (row: KeyRow): ApiKeyRecord | null => {
    try {
      return open(row)
    } catch (error) {
      if (error instanceof ServiceError) return null
      throw error
    }
  }

  const loadKey = async (query: Query, id: string) => {
    const [row] = await query<KeyRow>(load, [id])
    return row ? open(row) : null
  }

  /** @throws {ServiceError} invalid_request — the name is another's, or there is no room */
  const makeRoom = async (query: Query, next: ApiKeyRecord, isNew: boolean) => {
    const [found] = await query<{ others: number; has_name: boolean }>(lookAtOthers, [
      next.id,
      next.name,
    ])
    if (found?.has_name && next.revokedAt === null) throw nameTaken()
    if (!isNew || (found?.others ?? 0) < mostKeys) return
    const [ended] = await query<{ id: string }>(endedFirst, [next.createdAt])
    if (!ended) throw noRoom()
    await query(forget, [ended.id])
  }

  return {
    async listKeys() {
      const rows = await database.query<KeyRow>(list)
      return rows.map(openIfGood).filter((key) => key !== null)
    },

    async listKeyIds() {
      return (await database.query<{ id: string }>(listIds)).map(({ id }) => id)
    },

    loadKey: async (id) => loadKey(database.query, checkedKeyId(id)),

    async changeKey(id, change) {
      checkedKeyId(id)
      return queue.run('keys', () =>
        database.transaction(async (query) => {
          await takeWriterTurn(query, 'keys')
          const before = await loadKey(query, id)
          const after = changedKey(id, before, change)
          if (after === null) return { before, after: structuredClone(before) }
          await makeRoom(query, after, before === null)
          await query(save, [
            id,
            ...news.of({ what: 'keys' }),
            records.seal(keyKind(id), after),
            after.name,
            after.createdAt,
            after.revokedAt,
            endOf(after),
            after.uses,
            after.lastUsedAt,
          ])
          return { before, after }
        }),
      )
    },

    async addKeyUses(uses, batch) {
      // A transaction, since two that add to the same keys may stand in each other's way.
      await database.transaction((query) =>
        query(addUses, [
          texts(uses.map(({ id }) => id)),
          integers(uses.map((counted) => counted.uses)),
          integers(uses.map(({ lastUsedAt }) => lastUsedAt)),
          batch,
          sealing.seal('', oncePlace(usesKind, batch)),
          momentOf(clock),
        ]),
      )
    },

    purgeKeys: async (before) => (await database.query(purge, [before])).length,
  }
}
