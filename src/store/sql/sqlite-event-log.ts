/** The event log in one SQLite file, which this process owns alone. */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../log'
import type { EventLog } from '../event-log'
import { createGate } from '../gate'
import { countEvents, findEvent, listEvents, nextDueAt } from './event-queries'
import { blankBodies, purgeEvents, purgeIdentities } from './event-retention'
import {
  appendEvent,
  claimDeliveries,
  claimEvents,
  hastenEvents,
  retryEvent,
  settleDelivery,
  settleEvent,
  voidClaims,
} from './event-work'
import { createGroupCommit } from './group-commit'
import { schemaVersion } from './schema'
import { openConnection } from './sqlite-connection'
import { emptyWal, openSqliteFile } from './sqlite-file'

export interface SqliteEventLogOptions {
  readonly path: string
  readonly log: Logger
  /** How the file is opened; a test puts a fault in here. */
  readonly open?: (path: string) => Database
}

/** Rows that one transaction forgets: few enough not to hold up an append. */
const purgedAtOnce = 500

/**
 * Opens the event log, making its file if there is none. Claims of a former process are void.
 *
 * @throws {ServiceError} store_unavailable — the file can't be used, or a newer suited wrote it
 */
export const openSqliteEventLog = ({
  path,
  log,
  open = openSqliteFile,
}: SqliteEventLogOptions): EventLog => {
  const connection = openConnection(() => open(path), log)
  const { enter, close } = createGate('The event log')
  const { write: commit } = createGroupCommit(connection)
  connection.use(voidClaims)

  const read = <T>(work: (db: Database) => T) => enter(() => connection.use(work))
  const write = <T>(work: (db: Database) => T) => enter(() => commit(work))

  /** Repeats a step that takes some at a time until it takes less than it might; adds up. */
  const exhaust = async (step: (db: Database) => number) => {
    let total = 0
    while (true) {
      const taken = await commit(step)
      total += taken
      if (taken < purgedAtOnce) return total
    }
  }

  return {
    append: (event) => write((db) => appendEvent(db, event)),
    claim: (now, leaseMs, limit) => write((db) => claimEvents(db, now, leaseMs, limit)),
    settle: (id, settlement) => write((db) => settleEvent(db, id, settlement)),
    claimDeliveries: (now, leaseMs, limit) =>
      write((db) => claimDeliveries(db, now, leaseMs, limit)),
    settleDelivery: (id, endpoint, settlement) =>
      write((db) => settleDelivery(db, id, endpoint, settlement)),
    retry: (id, now) => write((db) => retryEvent(db, id, now)),
    hasten: (types, suiteId, now) => write((db) => hastenEvents(db, types, suiteId, now)),
    get: (id) => read((db) => findEvent(db, id)),
    list: (query) => read((db) => listEvents(db, query)),
    counts: () => read(countEvents),
    nextDueAt: () => read(nextDueAt),

    blankBodies: (suiteId, corpid) =>
      enter(async () => {
        const blanked = await commit((db) => blankBodies(db, suiteId, corpid))
        connection.use(emptyWal)
        return blanked
      }),

    purge: (settledBefore, identitiesBefore) =>
      enter(async () => {
        const gone = await exhaust((db) => purgeEvents(db, settledBefore, purgedAtOnce))
        await exhaust((db) => purgeIdentities(db, identitiesBefore, purgedAtOnce))
        connection.use(emptyWal)
        return gone
      }),

    // Writes what stands there already: a page goes to the disk and is synced, nothing changes.
    checkWritable: () => write((db) => void db.run(`PRAGMA user_version = ${schemaVersion}`)),

    close: async () => {
      await close()
      connection.close()
    },
  }
}
