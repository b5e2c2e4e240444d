/** Where the drivers' tests on PostgreSQL keep their state, and how handles on it live. */
import type { Database } from '../../../src/store/postgres/connection/database'
import { migrate } from '../../../src/store/postgres/schema/migrate'
import { emptyDatabase, newDatabase } from '../../postgres/database'
import { beginReplica } from '../../postgres/live-replica'
import { openTestPool } from '../../postgres/pool'

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
  const database = openTestPool(url, 2)
  await migrate(database)
  return { database, giveBack: () => database.close() }
}

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
      const owner = await beginReplica(database)
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
