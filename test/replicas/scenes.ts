/**
 * Several whole services in this process, as replicas on one real database and under a clock that
 * the test moves.
 */
import { factRule } from '../../src/events/fact-rule'
import { withoutKey } from '../../src/store/driver/sealing'
import type { Database } from '../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../src/store/postgres/postgres-event-log'
import { openPostgresStore } from '../../src/store/postgres/postgres-store'
import { freshBytes } from '../fresh-bytes'
import { emptyDatabase } from '../postgres/database'
import { beginReplica } from '../postgres/live-replica'
import type { SceneOptions } from '../scene'
import { createRecordingLog } from '../store/recording-log'

/** The same database, whether no statement is under way, and those that were. */
const watched = (database: Database) => {
  const statements: string[] = []
  let underWay = 0
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
    }
  }
  const counted: Database = {
    ...database,
    query: (...given) => {
      statements.push(given[0])
      return during(() => database.query(...given))
    },
    transaction: (work) =>
      during(() =>
        database.transaction((query) =>
          work((...given) => {
            statements.push(given[0])
            return query(...given)
          }),
        ),
      ),
  }
  return { database: counted, atRest: () => underWay === 0, statements }
}

/** The options of a scene each of whose processes is a replica on an empty database. */
export const onDatabase = async (): Promise<
  Pick<SceneOptions, 'drivers' | 'atRest'> & {
    /** Those that were begun. */
    readonly statements: string[]
  }
> => {
  const { database, atRest, statements } = watched((await emptyDatabase()).database)
  return {
    atRest,
    statements,
    async drivers(clock) {
      const owner = await beginReplica(database)
      const log = createRecordingLog()
      const parts = { database, clock, owner, sealing: withoutKey, log }
      return {
        store: openPostgresStore({ ...parts, freshBytes }),
        eventLog: openPostgresEventLog({ ...parts, factRule, appendWithinMs: 60_000 }),
      }
    },
  }
}
