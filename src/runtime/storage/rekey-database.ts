/** The change of a database's encryption key, finished while replicas work on it. */
import type { Logger } from '../../log'
import { checkDatabaseKeys, noteDatabaseSealed } from '../../store/postgres/replicas/sealing-keys'
import { type Resealed, together } from '../../store/postgres/reseal/left-out'
import { resealDatabase } from '../../store/postgres/reseal/reseal-database'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { exitCodes, giveUp } from '../process/exit'
import { accessDatabase } from './database-access'
import type { DatabaseSettings } from './database-member'

/** The first seals what is there; the next ones find what replicas sealed meanwhile. */
const mostPasses = 3

export interface RekeyedDatabase extends Resealed {
  readonly name: string
  /** The id of the key with which everything is sealed but what was left out. */
  readonly keyId: string | null
}

/** @throws {StartFailure} the database can't be had, or a replica still seals with another key */
export const rekeyDatabase = async (
  settings: DatabaseSettings,
  log: Logger,
): Promise<RekeyedDatabase> => {
  const access = await accessDatabase(settings, log)
  const { database, sealing, name, use, close } = access
  const done = await use(async () => {
    await refuseHalfMove(database)
    await checkDatabaseKeys(database, sealing)
    const passes: Resealed[] = []
    for (;;) {
      const pass = await resealDatabase(database, sealing)
      passes.push(pass)
      if (pass.rewritten === 0) break
      if (passes.length === mostPasses) {
        giveUp(
          exitCodes.failed,
          'A replica goes on encrypting with another key: see that all of them have this SUITED_ENCRYPTION_KEY, and run this again.',
        )
      }
    }
    const leftOut = passes.at(-1)?.leftOut ?? []
    if (leftOut.length === 0) await noteDatabaseSealed(database, sealing)
    return { ...together(passes), leftOut }
  })
  await close()
  return { ...done, name, keyId: sealing.keyId }
}
