/** The texts in a database that are sealed with a key, found by its mark in whatever column. */
import type { Database } from '../../src/store/postgres/connection/database'

const columnsSql = `
SELECT format('SELECT count(*)::int AS n FROM %I WHERE %s LIKE $1', table_name,
  CASE data_type WHEN 'bytea' THEN format('encode(%I, ''escape'')', column_name)
  ELSE format('%I', column_name) END) AS sql
FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'bytea')`

/** How many there are. */
export const countSealedWith = async (
  { query }: Pick<Database, 'query'>,
  keyId: string,
): Promise<number> => {
  let count = 0
  for (const { sql } of await query<{ sql: string }>(columnsSql)) {
    const [row] = await query<{ n: number }>(sql, [`%enc:v1:${keyId}:%`])
    count += row?.n ?? 0
  }
  return count
}
