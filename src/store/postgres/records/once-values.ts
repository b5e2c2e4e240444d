/** The port to what is had once, on PostgreSQL: of all replicas one puts and one takes. */
import type { Clock } from '../../../clock'
import type { Lifecycle } from '../../driver/lifecycle'
import type { Place, Sealing } from '../../driver/sealing'
import type { OnceKind, OnceValues, PutOnce } from '../../once-values'
import type { Database } from '../connection/database'
import { momentOf, momentOnce } from '../connection/moment'
import { exhaust } from '../connection/portions'

/** What the value of this kind and key is bound to. */
export const oncePlace = (kind: string, key: string): Place => ['once', kind, key]

const putSql = `
  INSERT INTO once (kind, key, value, expires_at) VALUES ($1, $2, $3, ${momentOnce(4)} + $5::bigint)
  ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
  WHERE once.expires_at <= ${momentOnce(4)}
  RETURNING 1`

const findSql = `
  SELECT value FROM once WHERE kind = $1 AND key = $2 AND expires_at > ${momentOnce(3)}`

/** What doesn't open is of use to nobody. */
const replaceSql = `
  UPDATE once SET value = $3, expires_at = ${momentOnce(4)} + $5::bigint
  WHERE kind = $1 AND key = $2 AND value = $6
  RETURNING 1`

const takeSql = `
  DELETE FROM once WHERE kind = $1 AND key = $2
  RETURNING value, expires_at > ${momentOnce(3)} AS lives`

const purgeSql = `
  DELETE FROM once WHERE (kind, key) IN (
    SELECT kind, key FROM once WHERE expires_at <= ${momentOnce(1)} ORDER BY expires_at LIMIT $2)
  RETURNING 1`

export const createPostgresOnceValues = (parts: {
  database: Database
  /** Null: the database's own judges. */
  clock: Clock | null
  sealing: Sealing
  run: Lifecycle['run']
}): OnceValues => {
  const { database, clock, sealing, run } = parts
  const { query } = database

  const opened = (kind: OnceKind, key: string, value: string): string | null => {
    const clear = sealing.open(value, oncePlace(kind, key))
    return clear.ok ? clear.value : null
  }

  const put = async (
    kind: OnceKind,
    key: string,
    value: string,
    ttlMs: number,
  ): Promise<PutOnce> => {
    const given = [kind, key, sealing.seal(value, oncePlace(kind, key)), momentOf(clock), ttlMs]
    // Again, if what stood there went between two statements.
    while (true) {
      if ((await query(putSql, given)).length > 0) return { put: true }
      const [row] = await query<{ value: string }>(findSql, [kind, key, momentOf(clock)])
      if (!row) continue
      const standing = opened(kind, key, row.value)
      if (standing !== null) return { put: false, standing }
      if ((await query(replaceSql, [...given, row.value])).length > 0) return { put: true }
    }
  }

  return {
    putOnce: (kind, key, value, ttlMs) => run(() => put(kind, key, value, ttlMs)),
    findOnce: (kind, key) =>
      run(async () => {
        const [row] = await query<{ value: string }>(findSql, [kind, key, momentOf(clock)])
        return row ? opened(kind, key, row.value) : null
      }),
    takeOnce: (kind, key) =>
      run(async () => {
        const values = [kind, key, momentOf(clock)]
        const [row] = await query<{ value: string; lives: boolean }>(takeSql, values)
        return row?.lives ? opened(kind, key, row.value) : null
      }),
    purgeOnce: () =>
      run(() =>
        exhaust(database, async (step, limit) => {
          return (await step(purgeSql, [momentOf(clock), limit])).length
        }),
      ),
  }
}
