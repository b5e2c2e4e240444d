/** When work was last done that is done once for all, on PostgreSQL. */
import type { Lifecycle } from '../../driver/lifecycle'
import type { SharedWorkLog } from '../../watch/shared-work'
import type { Query } from '../connection/database'

const noteSql = `
  INSERT INTO shared_work (work, at) VALUES ($1, $2::bigint)
  ON CONFLICT (work) DO UPDATE SET at = excluded.at`

export const createPostgresSharedWork = (query: Query, run: Lifecycle['run']): SharedWorkLog => ({
  lastDoneAt: (work) =>
    run(async () => {
      const sql = 'SELECT at::float8 AS at FROM shared_work WHERE work = $1'
      const [row] = await query<{ at: number }>(sql, [work])
      return row?.at ?? null
    }),
  noteDone: (work, at) =>
    run(async () => {
      await query(noteSql, [work, at])
    }),
})
