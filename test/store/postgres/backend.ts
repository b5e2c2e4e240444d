/** Where the drivers' tests on PostgreSQL keep their state, and how handles on it live. */
import { systemClock } from '../../../src/clock'
import type { Database } from '../../../src/store/postgres/connection/database'
import { openPool } from '../../../src/store/postgres/connection/pool'
import { migrate } from '../../../src/store/postgres/schema/migrate'
import { emptyDatabase, newDatabase } from '../../postgres/database'

/** What a handle is opened with. */
export interface HandleParts {
  readonly database: Database
  /** A replica of its own, whose life has no end while the handle is open. */
  readonly owner: string
}

let sharedInUse = false

/** The shared database, emptied; a further one for who needs two at once. */
const ownDatabase = async (): Promise<{ database: Database; giveBack(): Promise<void> }> => {
  if (!sharedInUse) {
    sharedInUse = true
    const { database } = await emptyDatabase()
    return {
      database,
      giveBack: async () => {
        sharedInUse = false
      },
    }
  }
  const url = await newDatabase()
  const database = openPool({ url, connections: 2, clock: systemClock, random: Math.random })
  await migrate(database)
  return { database, giveBack: () => database.close() }
}

const begin = `
INSERT INTO replicas (id, started_at, version, settings, alive_until, seen)
VALUES ($1, 0, 'test', '', ${Number.MAX_SAFE_INTEGER}, '{}')`

/**
 * A database for one test, in which each handle is a replica.
 *
 * @param open a driver on it
 */
export const openPostgresBackend = async <T extends { close(): Promise<void> }>(
  open: (parts: HandleParts) => T | Promise<T>,
) => {
  const { database, giveBack } = await ownDatabase()
  return {
    database,
    open: async (): Promise<T> => {
      const owner = crypto.randomUUID()
      await database.query(begin, [owner])
      const handle = await open({ database, owner })
      return {
        ...handle,
        close: async () => {
          await handle.close()
          await database.query('DELETE FROM replicas WHERE id = $1', [owner])
        },
      }
    },
    remove: giveBack,
  }
}
