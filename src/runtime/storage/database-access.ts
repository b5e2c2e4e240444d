/**
 * A database for a command that works on it and goes: unlike a service it doesn't wait for one that
 * is away. It lives among the replicas meanwhile, so that others see that somebody is there.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { createLives } from '../../store/postgres/replicas/lives'
import { migrate } from '../../store/postgres/schema/migrate'
import type { ReplicaRecord } from '../../store/replicas/replicas'
import { databaseAddress } from '../../store-address'
import { exitCodes, giveUp, StartFailure } from '../process/exit'
import { giveUpIfHopeless } from './database-failure'
import {
  createDatabaseMember,
  type DatabaseMember,
  type DatabaseSettings,
  openDrivers,
} from './database-member'

export interface DatabaseAccess
  extends Pick<DatabaseMember, 'database' | 'sealing' | 'place' | 'close'> {
  /** For people; no secret. */
  readonly name: string
  /** Led by the database's: whatever this machine's says, a command has the replicas' time. */
  readonly clock: Clock
  /** Everybody else who lives there. */
  others(): Promise<readonly ReplicaRecord[]>
  /** Both drivers on it; closed before it is let go of. */
  openDrivers(): ReturnType<typeof openDrivers>
  /** What `work` gives. @throws {StartFailure} the database fails; it is let go of */
  use<T>(work: () => Promise<T>): Promise<T>
}

/** Far more than one statement takes, whoever waits for its answer. */
const patientMs = 60_000

/** @param store its address */
export const nameOfDatabase = (store: string): string => {
  const { host, database } = databaseAddress(store)
  return `the database ${database} at ${host}`
}

/**
 * @param named the flag that names it, where that isn't SUITED_STORE
 * @throws {StartFailure} it can't be had now
 */
export const accessDatabase = async (
  settings: DatabaseSettings,
  log: Logger,
  named?: string,
): Promise<DatabaseAccess> => {
  const store = settings.SUITED_STORE
  const { host } = databaseAddress(store)
  const { database, sealing, membership, place, close } = createDatabaseMember(settings, log)
  const { owner, clock } = membership

  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await close()
      if (error instanceof StartFailure) throw error
      giveUpIfHopeless(store, error, named)
      return giveUp(
        exitCodes.unavailable,
        `The database at ${host} can’t be reached: ${reasonOf(error)}`,
      )
    }
  }

  await use(async () => {
    await migrate(database)
    await membership.begin()
  })
  return {
    database,
    sealing,
    place,
    close,
    use,
    name: nameOfDatabase(store),
    clock,
    async others() {
      const living = await createLives({ database, clock: null, owner }).listReplicas()
      return living.filter(({ id }) => id !== owner)
    },
    openDrivers: () => openDrivers({ database, sealing, owner, log, appendWithinMs: patientMs }),
  }
}
