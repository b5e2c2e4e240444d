/** A database as the storage of a command, which works on it beside the replicas. */
import { systemClock } from '../../clock'
import { factRule } from '../../events/fact-rule'
import type { Logger } from '../../log'
import { openPostgresEventLog } from '../../store/postgres/postgres-event-log'
import { openPostgresStore } from '../../store/postgres/postgres-store'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { randomBytes } from '../process/randomness'
import { type AccessSettings, accessDatabase, type DatabaseAccess } from './database-access'
import type { Storage } from './storage'

/** Far more than one statement takes, whoever waits for its answer. */
const patientMs = 60_000

/** Both drivers on it; closed before it is let go of. */
export const openDrivers = ({ database, sealing, owner }: DatabaseAccess, log: Logger) => {
  const parts = { database, clock: null, sealing, owner, log }
  const eventLog = openPostgresEventLog({ ...parts, factRule, appendWithinMs: patientMs })
  const store = openPostgresStore({ ...parts, freshBytes: randomBytes })
  return {
    store,
    eventLog,
    close: async () => {
      await Promise.all([store.close(), eventLog.close()])
    },
  }
}

/** @throws {StartFailure} it can't be had now */
export const openCommandStorage = async (
  settings: AccessSettings,
  log: Logger,
): Promise<Storage> => {
  const access = await accessDatabase(settings, log)
  return access.use(async () => {
    await refuseHalfMove(access.database)
    await checkDatabaseKeys(access.database, access.sealing)
    const { store, eventLog, close } = openDrivers(access, log)
    return {
      store,
      eventLog,
      clock: systemClock,
      shared: null,
      quiet: (given) => given,
      place: { database: access.place },
      warnings: [],
      becameUser: null,
      freeBytes: async () => null,
      makeReserve: async () => undefined,
      async close() {
        await close()
        await access.close()
      },
    }
  })
}
