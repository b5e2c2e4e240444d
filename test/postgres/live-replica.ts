/** A replica whose life has no end: what it takes is its own until the test says otherwise. */
import type { Database } from '../../src/store/postgres/connection/database'

const begin = `
INSERT INTO replicas (id, started_at, version, settings, alive_until, seen)
VALUES ($1, 0, 'test', '', ${Number.MAX_SAFE_INTEGER}, '{}')`

/** Its id, with which drivers own what they claim. */
export const beginReplica = async ({ query }: Pick<Database, 'query'>): Promise<string> => {
  const owner = crypto.randomUUID()
  await query(begin, [owner])
  return owner
}
