/** A database at either end of a move. */
import type { Logger } from '../../log'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import {
  beginMove,
  endMove,
  moveUnderWay,
  refuseHalfMove,
  removeHalf,
} from '../../store/postgres/schema/move-mark'
import { moment } from '../../wording'
import { exitCodes, giveUp } from '../process/exit'
import { accessDatabase, type DatabaseAccess } from '../storage/database-access'
import type { DatabaseSettings } from '../storage/database-member'
import type { MoveSource, MoveTarget, Target } from './move-end'

/** This process lives there too, so of two moves at the same time neither begins. */
const aloneIn = async ({ others, name }: DatabaseAccess): Promise<void> => {
  const living = await others()
  const [oldest] = living
  if (!oldest) return
  const who = living.length === 1 ? 'A replica works' : `${living.length} replicas work`
  giveUp(
    exitCodes.folderInUse,
    `${who} on ${name}, the oldest since ${moment(oldest.startedAt)}: stop all of them. One that was killed counts for twelve seconds more.`,
  )
}

/** @throws {StartFailure} it can't be had, also because replicas work on it */
export const databaseSource = async (
  settings: DatabaseSettings,
  log: Logger,
): Promise<MoveSource> => {
  const access = await accessDatabase(settings, log)
  const { database, sealing, name } = access
  return access.use(async () => {
    await refuseHalfMove(database)
    await checkDatabaseKeys(database, sealing)
    await aloneIn(access)
    const { store, eventLog, close } = access.openDrivers()
    return {
      name,
      holding: { store, eventLog },
      stillAlone: () => aloneIn(access),
      async close() {
        await close()
        await access.close()
      },
    }
  })
}

/** The half of a move from elsewhere is somebody else's to go on with. */
const removeOwnHalf = async (
  { database, name }: DatabaseAccess,
  from: string,
): Promise<boolean> => {
  const begunFrom = await moveUnderWay(database)
  if (begunFrom === null) return false
  if (begunFrom !== from) {
    giveUp(
      exitCodes.failed,
      `A move from ${begunFrom} into ${name} was broken off. Go on with that one, or take an empty database.`,
    )
  }
  await removeHalf(database)
  return true
}

/**
 * @param from the name of the source
 * @param flag what names the database
 * @throws {StartFailure} it can't be had, or half of another move stands there
 */
export const databaseTarget = async (
  settings: DatabaseSettings,
  { from, flag }: Pick<Target, 'from' | 'flag'>,
  log: Logger,
): Promise<MoveTarget> => {
  const access = await accessDatabase(settings, log, flag)
  const { database, sealing, name } = access
  return access.use(async () => {
    await aloneIn(access)
    const isAnew = await removeOwnHalf(access, from)
    await checkDatabaseKeys(database, sealing)
    const { store, eventLog, close } = access.openDrivers()
    return {
      name,
      holding: { store, eventLog },
      isAnew,
      begin: () => beginMove(database, from),
      finish: () => endMove(database),
      async close() {
        await close()
        await access.close()
      },
    }
  })
}
