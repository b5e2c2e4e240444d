/** A database that replicas share as the storage of this process. */
import { type Clock, secondMs, systemClock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import { migrate } from '../../store/postgres/schema/migrate'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { databaseAddress } from '../../store-address'
import { giveUpIfHopeless } from './database-failure'
import {
  createDatabaseMember,
  type DatabaseSettings,
  noFolder,
  openDrivers,
} from './database-member'
import type { Storage } from './storage'

const retryMs = 2 * secondMs

const leftToSealWarning =
  'Not all secrets in the database are encrypted with SUITED_ENCRYPTION_KEY, only what is written from now on. Once all replicas have it run suited rekey.'

/** A service begins when its database does: until then it asks again, and says so once. */
const whenThere = async <T>(
  store: string,
  log: Logger,
  clock: Pick<Clock, 'sleep'>,
  work: () => Promise<T>,
): Promise<T> => {
  let isTold = false
  for (;;) {
    try {
      const done = await work()
      if (isTold) log.info('the database is there')
      return done
    } catch (error) {
      giveUpIfHopeless(store, error)
      const reason = reasonOf(error)
      if (!isTold) {
        const { host } = databaseAddress(store)
        log.error('the database is not there yet: waiting for it', { host, reason })
      }
      isTold = true
      await clock.sleep(retryMs)
    }
  }
}

/**
 * Becomes a replica on a database, waiting for it if need be.
 *
 * @throws {StartFailure} it can't be had however long one waits; it says why
 */
export const openDatabase = async (settings: DatabaseSettings, log: Logger): Promise<Storage> => {
  process.umask(0o077)
  const member = createDatabaseMember(settings, log)
  const { sealing, membership, place } = member
  const { leftToSeal } = await whenThere(settings.SUITED_STORE, log, systemClock, async () => {
    await migrate(member.database)
    await refuseHalfMove(member.database)
    const keys = await checkDatabaseKeys(member.database, sealing)
    await membership.begin()
    return keys
  })

  const { owner, database, clock, shared, guard, quiet } = membership
  const { store, eventLog, close } = openDrivers({ database, sealing, owner, log: quiet(log) })
  return {
    ...noFolder,
    store: guard.store(store),
    eventLog: guard.eventLog(eventLog),
    clock,
    shared,
    quiet,
    place: { database: place },
    warnings: leftToSeal ? [leftToSealWarning] : [],
    async close() {
      await close()
      await member.close()
    },
  }
}
