/** Handles on one event log in PostgreSQL, each a replica of its own. */
import type { Clock } from '../../../src/clock'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import type { Database } from '../../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../../src/store/postgres/postgres-event-log'
import { factRule } from '../fact-rule'
import { createRecordingLog } from '../recording-log'

/** A life without end. */
export const liveOn = async (database: Database, owner: string): Promise<void> => {
  await database.query(
    `INSERT INTO replicas (id, started_at, version, settings, alive_until, seen)
     VALUES ($1, 0, '', '', $2::bigint, '{}')`,
    [owner, Number.MAX_SAFE_INTEGER],
  )
}

export const endLife = async (database: Database, owner: string): Promise<void> => {
  await database.query('DELETE FROM replicas WHERE id = $1', [owner])
}

let replicas = 0

export interface Handle extends EventLogDriver {
  readonly owner: string
}

/** A handle with a life that ends when it is closed. */
export const openHandle = async (
  database: Database,
  clock: Clock | null,
  sealing: Sealing = withoutKey,
): Promise<Handle> => {
  replicas += 1
  const owner = `replica-${replicas}`
  await liveOn(database, owner)
  const log = createRecordingLog()
  const parts = { database, clock, sealing, owner, log, factRule }
  // On a machine that is busy with other tests an append may take its time.
  const driver = openPostgresEventLog({ ...parts, appendWithinMs: 5000 })
  return {
    ...driver,
    owner,
    close: async () => {
      await driver.close()
      await endLife(database, owner)
    },
  }
}
