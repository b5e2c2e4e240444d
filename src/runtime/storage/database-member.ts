/**
 * This process on a database: its connections, its keys and its place among the replicas; and the
 * drivers that work there in its name.
 */
import { systemClock } from '../../clock'
import type { Settings } from '../../config/settings'
import { factRule } from '../../events/fact-rule'
import type { Logger } from '../../log'
import { createSealing, type Sealing } from '../../store/driver/sealing'
import type { Database } from '../../store/postgres/connection/database'
import { openPool } from '../../store/postgres/connection/pool'
import { openPostgresEventLog } from '../../store/postgres/postgres-event-log'
import { openPostgresStore } from '../../store/postgres/postgres-store'
import { createMembership, type Membership } from '../../store/postgres/replicas/membership'
import { databaseAddress } from '../../store-address'
import { version } from '../../version'
import { exitCodes, giveUp } from '../process/exit'
import { createRandom, newId, randomBytes } from '../process/randomness'
import type { Storage } from './storage'

export interface DatabaseSettings {
  readonly SUITED_STORE: string
  readonly SUITED_ENCRYPTION_KEY: Uint8Array
  readonly SUITED_PREVIOUS_ENCRYPTION_KEY: Uint8Array | null
}

/**
 * What of the settings whoever works on a database needs.
 *
 * @throws {StartFailure} there is no key
 */
export const databaseSettingsOf = (
  settings: Pick<Settings, keyof DatabaseSettings>,
): DatabaseSettings => ({
  ...settings,
  SUITED_ENCRYPTION_KEY:
    settings.SUITED_ENCRYPTION_KEY ??
    giveUp(
      exitCodes.badSettings,
      'SUITED_ENCRYPTION_KEY is not set, and a database needs it. suited keygen makes one.',
    ),
})

export interface DatabaseMember {
  readonly database: Database
  readonly sealing: Sealing
  /** Its life there, once it has begun. */
  readonly membership: Membership
  /** Where that is, for a log: no secret. */
  readonly place: string
  /** Ends its life there, and lets go of the database. */
  close(): Promise<void>
}

/** One more listens. */
const connections = 8

/** Nothing is asked of the database yet. */
export const createDatabaseMember = (settings: DatabaseSettings, log: Logger): DatabaseMember => {
  const {
    SUITED_STORE: url,
    SUITED_ENCRYPTION_KEY: current,
    SUITED_PREVIOUS_ENCRYPTION_KEY: previous,
  } = settings
  const { host, database: name } = databaseAddress(url)
  const random = createRandom()
  const sealing = createSealing({ current, previous }, randomBytes)
  const database = openPool({ url, connections, clock: systemClock, random })
  const place = `${host}/${name}`
  const membership = createMembership({
    database,
    place,
    owner: newId(),
    process: { startedAt: Date.now(), version },
    ownClock: systemClock,
    monotonicMs: () => performance.now(),
    random,
    sealing,
    log,
  })
  return {
    database,
    sealing,
    membership,
    place,
    async close() {
      await membership.end().catch(() => undefined)
      await database.close()
    },
  }
}

export interface DriverParts {
  readonly database: Database
  readonly sealing: Sealing
  /** The id under which this process lives there. */
  readonly owner: string
  readonly log: Logger
  /** How long an append may take; as long as a callback may by default. */
  readonly appendWithinMs?: number
}

/** Both drivers on it; closed before it is let go of. */
export const openDrivers = (given: DriverParts) => {
  const parts = { ...given, clock: null }
  const eventLog = openPostgresEventLog({ ...parts, factRule })
  const store = openPostgresStore({ ...parts, freshBytes: randomBytes })
  return {
    store,
    eventLog,
    close: async () => {
      await Promise.all([store.close(), eventLog.close()])
    },
  }
}

/** What a storage has that is a folder. */
export const noFolder = {
  becameUser: null,
  freeBytes: async () => null,
  makeReserve: async () => undefined,
} satisfies Partial<Storage>
