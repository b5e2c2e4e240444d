/** A database that replicas share as the storage of this process. */
import { type Clock, secondMs, systemClock } from '../../clock'
import type { Settings } from '../../config/settings'
import { reasonOf } from '../../errors'
import { factRule } from '../../events/fact-rule'
import type { Logger } from '../../log'
import { createSealing } from '../../store/driver/sealing'
import type { Database } from '../../store/postgres/connection/database'
import { openPool } from '../../store/postgres/connection/pool'
import { openPostgresEventLog } from '../../store/postgres/postgres-event-log'
import { openPostgresStore } from '../../store/postgres/postgres-store'
import { createMembership } from '../../store/postgres/replicas/membership'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import { migrate } from '../../store/postgres/schema/migrate'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { databaseAddress } from '../../store-address'
import { version } from '../../version'
import { exitCodes, giveUp } from '../process/exit'
import { createRandom, newId, randomBytes } from '../process/randomness'
import { giveUpIfHopeless } from './database-failure'
import type { Storage } from './storage'

type DatabaseSettings = Pick<
  Settings,
  'SUITED_STORE' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
>

/** One more listens. */
const connections = 8
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

const sealingOf = (settings: DatabaseSettings) => {
  const { SUITED_ENCRYPTION_KEY: current, SUITED_PREVIOUS_ENCRYPTION_KEY: previous } = settings
  if (current) return createSealing({ current, previous }, randomBytes)
  return giveUp(
    exitCodes.badSettings,
    'SUITED_ENCRYPTION_KEY is not set, and SUITED_STORE names a database. suited keygen makes one.',
  )
}

/**
 * Becomes a replica on a database, waiting for it if need be.
 *
 * @throws {StartFailure} it can't be had however long one waits; it says why
 */
export const openDatabase = async (settings: DatabaseSettings, log: Logger): Promise<Storage> => {
  process.umask(0o077)
  const store = settings.SUITED_STORE
  const { host, database: name } = databaseAddress(store)
  const sealing = sealingOf(settings)
  const random = createRandom()
  const pool: Database = openPool({ url: store, connections, clock: systemClock, random })
  const membership = createMembership({
    database: pool,
    owner: newId(),
    process: { startedAt: Date.now(), version },
    ownClock: systemClock,
    monotonicMs: () => performance.now(),
    random,
    sealing,
    log,
  })
  const { leftToSeal } = await whenThere(store, log, systemClock, async () => {
    await migrate(pool)
    await refuseHalfMove(pool)
    const keys = await checkDatabaseKeys(pool, sealing)
    await membership.begin()
    return keys
  })

  const { owner, database, clock, shared, guard } = membership
  const parts = { database, clock: null, sealing, owner, log: membership.quiet(log) }
  const eventLog = openPostgresEventLog({ ...parts, factRule })
  const driver = openPostgresStore({ ...parts, freshBytes: randomBytes })
  return {
    store: guard.store(driver),
    eventLog: guard.eventLog(eventLog),
    clock,
    shared,
    quiet: membership.quiet,
    place: { database: `${host}/${name}` },
    warnings: leftToSeal ? [leftToSealWarning] : [],
    becameUser: null,
    freeBytes: async () => null,
    makeReserve: async () => undefined,
    async close() {
      await Promise.all([driver.close(), eventLog.close()])
      await membership.end().catch(() => undefined)
      await pool.close()
    },
  }
}
