/**
 * The mark of a move into a database that was begun and has not come to its end. What stands there
 * then is half of something, and nobody works on it.
 */
import { ServiceError } from '../../../errors'
import type { Database } from '../connection/database'
import { migrations } from './migrations'

const name = 'move'

/** Half of a move stands in the database. */
export class HalfMovedDatabase extends ServiceError {
  constructor() {
    super(
      'store_unavailable',
      'a move into it is under way, or was broken off, and this is only part of what it is to be. Run suited migrate again.',
    )
  }
}

/** What the move comes from that was begun and hasn't ended; null if there is none. */
export const moveUnderWay = async ({ query }: Pick<Database, 'query'>): Promise<string | null> => {
  const [row] = await query<{ value: string }>('SELECT value FROM meta WHERE name = $1', [name])
  return row?.value ?? null
}

/** @throws {HalfMovedDatabase} store_unavailable */
export const refuseHalfMove = async (database: Pick<Database, 'query'>): Promise<void> => {
  if ((await moveUnderWay(database)) !== null) throw new HalfMovedDatabase()
}

const markSql = `
  INSERT INTO meta (name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/** Notes that what comes into the database is not all of it yet. */
export const beginMove = async (
  { query }: Pick<Database, 'query'>,
  from: string,
): Promise<void> => {
  await query(markSql, [name, from])
}

/** All of it is there. */
export const endMove = async ({ query }: Pick<Database, 'query'>): Promise<void> => {
  await query('DELETE FROM meta WHERE name = $1', [name])
}

/** What a move leaves: who lives, and the mark itself. */
const staying = ['replicas', 'meta']

const ownTables = migrations
  .flatMap(({ statements }) => statements)
  .flatMap((statement) => /CREATE TABLE (\w+)/.exec(statement)?.[1] ?? [])
  .filter((table) => !staying.includes(table))

/** Removes the half that a broken-off move left, and nothing that isn't ours. */
export const removeHalf = (database: Database): Promise<void> =>
  database.transaction(async (query) => {
    await query(`TRUNCATE ${ownTables.join(', ')} RESTART IDENTITY`)
    await query('DELETE FROM meta WHERE name <> $1', [name])
  })
