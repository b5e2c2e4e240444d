/**
 * A database for a command that works on it and goes: unlike a service it doesn't wait for one that
 * is away. It lives among the replicas meanwhile, so that others see that somebody is there.
 */
import { systemClock } from '../../clock'
import type { Settings } from '../../config/settings'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { createSealing, type Sealing } from '../../store/driver/sealing'
import type { Database } from '../../store/postgres/connection/database'
import { openPool } from '../../store/postgres/connection/pool'
import { createLives } from '../../store/postgres/replicas/lives'
import { createMembership } from '../../store/postgres/replicas/membership'
import { migrate } from '../../store/postgres/schema/migrate'
import type { ReplicaRecord } from '../../store/replicas/replicas'
import { databaseAddress } from '../../store-address'
import { version } from '../../version'
import { exitCodes, giveUp, StartFailure } from '../process/exit'
import { createRandom, newId, randomBytes } from '../process/randomness'
import { giveUpIfHopeless } from './database-failure'

export interface AccessSettings {
  readonly SUITED_STORE: string
  readonly SUITED_ENCRYPTION_KEY: Uint8Array
  readonly SUITED_PREVIOUS_ENCRYPTION_KEY: Uint8Array | null
}

/**
 * What of the settings a command on a database needs.
 *
 * @throws {StartFailure} there is no key
 */
export const accessSettingsOf = (
  settings: Pick<
    Settings,
    'SUITED_STORE' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
  >,
): AccessSettings => ({
  ...settings,
  SUITED_ENCRYPTION_KEY:
    settings.SUITED_ENCRYPTION_KEY ??
    giveUp(exitCodes.badSettings, 'SUITED_ENCRYPTION_KEY is not set. suited keygen makes one.'),
})

export interface DatabaseAccess {
  readonly database: Database
  readonly sealing: Sealing
  /** The id under which this process lives there. */
  readonly owner: string
  /** For people; no secret. */
  readonly name: string
  /** The same for a log. */
  readonly place: string
  /** Everybody else who lives there. */
  others(): Promise<readonly ReplicaRecord[]>
  /** What `work` gives. @throws {StartFailure} the database fails; it is let go of */
  use<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const connections = 8

/** @param store its address */
export const nameOfDatabase = (store: string): string => {
  const { host, database } = databaseAddress(store)
  return `the database ${database} at ${host}`
}

/** @throws {StartFailure} it can't be had now */
export const accessDatabase = async (
  settings: AccessSettings,
  log: Logger,
): Promise<DatabaseAccess> => {
  const store = settings.SUITED_STORE
  const { host, database: named } = databaseAddress(store)
  const { SUITED_ENCRYPTION_KEY: current, SUITED_PREVIOUS_ENCRYPTION_KEY: previous } = settings
  const random = createRandom()
  const sealing = createSealing({ current, previous }, randomBytes)
  const database = openPool({ url: store, connections, clock: systemClock, random })
  const owner = newId()
  const membership = createMembership({
    database,
    owner,
    process: { startedAt: Date.now(), version },
    ownClock: systemClock,
    monotonicMs: () => performance.now(),
    random,
    sealing,
    log,
  })

  const close = async () => {
    await membership.end().catch(() => undefined)
    await database.close()
  }

  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await close()
      if (error instanceof StartFailure) throw error
      giveUpIfHopeless(store, error)
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
    owner,
    name: nameOfDatabase(store),
    place: `${host}/${named}`,
    others: async () => {
      const living = await createLives({ database, clock: null, owner }).listReplicas()
      return living.filter(({ id }) => id !== owner)
    },
    use,
    close,
  }
}
