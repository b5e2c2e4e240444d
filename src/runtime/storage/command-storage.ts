/** A database as the storage of a command, which works on it beside the replicas. */
import type { Logger } from '../../log'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { accessDatabase } from './database-access'
import { type DatabaseSettings, noFolder } from './database-member'
import type { Storage } from './storage'

/** @throws {StartFailure} it can't be had now */
export const openCommandStorage = async (
  settings: DatabaseSettings,
  log: Logger,
): Promise<Storage> => {
  const access = await accessDatabase(settings, log)
  return access.use(async () => {
    await refuseHalfMove(access.database)
    await checkDatabaseKeys(access.database, access.sealing)
    const { store, eventLog, close } = access.openDrivers()
    return {
      ...noFolder,
      store,
      eventLog,
      clock: access.clock,
      shared: null,
      quiet: (given) => given,
      place: { database: access.place },
      warnings: [],
      async close() {
        await close()
        await access.close()
      },
    }
  })
}
