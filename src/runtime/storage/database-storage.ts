/** A database that replicas share as the storage of this process. */
import { type Clock, secondMs, systemClock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { checkDatabaseKeys } from '../../store/postgres/replicas/sealing-keys'
import { migrate } from '../../store/postgres/schema/migrate'
import { refuseHalfMove } from '../../store/postgres/schema/move-mark'
import { databaseAddress } from '../../store-address'
import { inWords } from '../../wording'
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

/** What stands in for a service until its database is there. */
export interface WaitingService {
  /** Where it listens. */
  readonly origin: string
  /** From now on operators are told this. */
  tell(detail: string): void
  /** Lets go of its addresses. */
  stop(): Promise<void>
}

export type WhileAway = () => WaitingService

/** A service begins when its database does: until then it asks again, and says so once. */
const whenThere = async <T>(
  parts: {
    readonly store: string
    readonly log: Logger
    readonly clock: Pick<Clock, 'now' | 'sleep'>
    readonly whileAway: WhileAway | undefined
  },
  work: () => Promise<T>,
): Promise<T> => {
  const { store, log, clock, whileAway } = parts
  const { host, database } = databaseAddress(store)
  const began = clock.now()
  let waiting: WaitingService | undefined
  try {
    for (let tries = 1; ; tries++) {
      try {
        const done = await work()
        if (tries > 1) log.info('the database is there')
        return done
      } catch (error) {
        giveUpIfHopeless(store, error)
        const reason = reasonOf(error)
        waiting ??= whileAway?.()
        waiting?.tell(
          `The database ${host}/${database} is not there yet, and this service has waited for it since its start, ${inWords(clock.now() - began)} ago: ${reason} Nothing is taken and no page is signed here meanwhile; it begins by itself once the database is there.`,
        )
        if (tries === 1) {
          const url = waiting?.origin
          log.error('the database is not there yet: waiting for it', { host, url, reason })
        }
        await clock.sleep(retryMs)
      }
    }
  } finally {
    await waiting?.stop()
  }
}

/**
 * Becomes a replica on a database, waiting for it if need be.
 *
 * @param whileAway nothing unless given
 * @throws {StartFailure} it can't be had however long one waits; it says why
 */
export const openDatabase = async (
  settings: DatabaseSettings,
  log: Logger,
  whileAway?: WhileAway,
): Promise<Storage> => {
  process.umask(0o077)
  const member = createDatabaseMember(settings, log)
  const { sealing, membership, place } = member
  const waiting = { store: settings.SUITED_STORE, log, clock: systemClock, whileAway }
  const { leftToSeal } = await whenThere(waiting, async () => {
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
