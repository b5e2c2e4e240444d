/** The event log in one SQLite file, which this process owns alone. */
import type { Database } from 'bun:sqlite'
import { type Clock, systemClock } from '../../clock'
import type { Logger } from '../../log'
import type { EventLogDriver } from '../driver/drivers'
import { createLifecycle } from '../driver/lifecycle'
import { mapPage } from '../driver/paging'
import { type Sealing, withoutKey } from '../driver/sealing'
import type { EventRecord, NewEvent } from '../event-record'
import type { FactRule } from '../facts'
import { createAuditCalls } from './audit-rows'
import type { DatabaseCalls } from './database/calls'
import { openCommits } from './database/commits'
import { forgetOlderCopies } from './database/older-copy'
import { noReserve, type Reserve } from './database/reserve'
import { migrate, schemaVersion } from './database/schema'
import { mayLackRoom } from './database/sqlite-failure'
import { emptyWal, openSqliteFile } from './database/sqlite-file'
import { removeAttempts } from './delivery/attempt-rows'
import { createDeliveryCalls } from './delivery-calls'
import { appendEvent, restoreEvent, restoreIdentities } from './event-insert'
import {
  countEvents,
  eventBounds,
  findEvent,
  listEvents,
  listEventsAfter,
  nextDueAt,
} from './event-queries'
import {
  blankBodies,
  eraseEvents,
  giveBackPages,
  purgeEarly,
  purgeEvents,
  purgeIdentities,
} from './event-retention'
import { listIdentities, listUnfinished } from './event-transfer'
import {
  claimEvents,
  makeEventsDueNow,
  retryEvent,
  savePendingSecret,
  settleEvent,
  voidClaims,
} from './event-work'
import { createFactWrites } from './fact-writes'
import { createFactCalls } from './facts/fact-calls'
import { eraseFacts, insertFact, removeFacts } from './facts/fact-rows'
import { copyFactsOfEvents } from './facts/facts-of-events'
import { createKeptCalls } from './kept-calls'
import { createOnceCalls } from './once-rows'
import { createSealedBodies } from './sealed-bodies'
import { createWatchCalls } from './watch/watch-calls'

export interface SqliteEventLogOptions {
  readonly path: string
  readonly log: Logger
  /** Which events leave a fact. */
  readonly factRule: FactRule
  /** How bodies stand in the file; in clear by default. */
  readonly sealing?: Sealing
  /** Room for what must be kept on a full disk; none by default. */
  readonly reserve?: Pick<Reserve, 'giveUp'>
  /** Whether what is claimed was claimed by this process, and stays so; not by default. */
  readonly keepClaims?: boolean
  /** How the file is opened; a test puts a fault in here. */
  readonly open?: (path: string) => Database
  /** Tells how long commits take, and what has expired; the system's by default. */
  readonly clock?: Pick<Clock, 'now'>
}

/**
 * Rows that one transaction forgets, or pages that it gives back: few enough not to hold up an
 * append.
 */
const purgedAtOnce = 500

/**
 * Opens the event log, making its file if there is none. Claims of an owner that no longer lives
 * are void.
 *
 * @throws {ServiceError} store_unavailable — the file can't be used, or a newer suited wrote it
 */
export const openSqliteEventLog = ({
  path,
  log,
  factRule,
  sealing = withoutKey,
  reserve = noReserve,
  keepClaims = false,
  open = openSqliteFile,
  clock = systemClock,
}: SqliteEventLogOptions): EventLogDriver => {
  const { connection, commit } = openCommits({ path, open, clock, log })
  const { run, close } = createLifecycle('The event log')
  const bodies = createSealedBodies(sealing, log)
  const facts = createFactWrites(factRule, bodies.opened)
  if (!keepClaims) connection.use(voidClaims)
  const copied = copyFactsOfEvents(connection.use, factRule, bodies.opened)
  connection.use(migrate)
  if (copied) log.info('the facts of earlier events were copied', { copied })

  const read = <T>(work: (db: Database) => T) => run(() => connection.use(work))
  const write = <T>(work: (db: Database) => T) => run(() => commit(work))

  const opened = (event: EventRecord | null) => event && bodies.opened(event)

  const sealedNew = (event: NewEvent): NewEvent => ({
    ...event,
    body: bodies.body(event.id, event.body),
    pendingSecret: bodies.pendingSecret(event.id, event.pendingSecret ?? null),
  })

  /** Repeats a step that takes some at a time until it takes less than it might; adds up. */
  const exhaust = async (step: (db: Database) => number) => {
    let total = 0
    while (true) {
      const taken = await commit(step)
      total += taken
      if (taken < purgedAtOnce) return total
    }
  }

  const calls: DatabaseCalls = {
    read,
    write,
    exhaust: (step) => run(() => exhaust((db) => step(db, purgedAtOnce))),
  }

  return {
    append: async (event) => {
      const sealed = sealedNew(event)
      const fact = facts.of(event)
      return write((db) => {
        const outcome = appendEvent(db, sealed)
        if (fact && outcome === 'stored') insertFact(db, fact)
        return outcome
      })
    },
    savePendingSecret: async (id, text, claim) => {
      const sealed = bodies.pendingSecret(id, text)
      const save = () => write((db) => savePendingSecret(db, id, sealed, claim))
      return save().catch((error) => {
        if (!mayLackRoom(error) || !reserve.giveUp()) throw error
        log.warn('the disk is full: its reserve was given up for what an event must not lose', {
          id,
        })
        return save()
      })
    },
    claim: (now, leaseMs, limit, first = [], exceptSuites = []) =>
      write((db) => bodies.workable(db, claimEvents(db, now, leaseMs, limit, first, exceptSuites))),
    settle: (id, claim, settlement) =>
      write((db) => {
        const outcome = settleEvent(db, id, claim, settlement)
        if (outcome === 'settled') facts.settled(db, id, settlement)
        return outcome
      }),
    retry: (id, now) => write((db) => opened(retryEvent(db, id, now))),
    makeDueNow: (types, suiteId, now) => write((db) => makeEventsDueNow(db, types, suiteId, now)),
    get: (id) => read((db) => opened(findEvent(db, id))),
    list: (query) =>
      read((db) => {
        return mapPage(listEvents(db, query), bodies.opened)
      }),
    listAfter: (query) => read((db) => listEventsAfter(db, query)?.map(bodies.opened) ?? null),
    bounds: () => read(eventBounds),
    counts: () => read(countEvents),
    nextDueAt: (exceptSuites = []) => read((db) => nextDueAt(db, exceptSuites)),

    blankBodies: (suiteId, corpid) =>
      run(async () => {
        const blanked = await commit((db) => {
          eraseFacts(db, suiteId, corpid)
          return blankBodies(db, suiteId, corpid)
        })
        connection.use(emptyWal)
        connection.use(() => forgetOlderCopies(path))
        return blanked
      }),

    eraseCorp: (suiteId, corpid, until) =>
      run(async () => {
        const erased = await exhaust((db) => eraseEvents(db, suiteId, corpid, until, purgedAtOnce))
        await commit((db) => {
          removeFacts(db, suiteId, corpid, until)
          removeAttempts(db, suiteId, corpid, until)
        })
        connection.use(emptyWal)
        connection.use(() => forgetOlderCopies(path))
        return erased
      }),

    purge: ({ settledBefore, identitiesBefore, deadBefore = settledBefore, purgeAtBefore = 0 }) =>
      run(async () => {
        const early = await exhaust((db) => purgeEarly(db, purgeAtBefore, purgedAtOnce))
        const removed = await exhaust((db) =>
          purgeEvents(db, settledBefore, deadBefore, purgedAtOnce),
        )
        await exhaust((db) => purgeIdentities(db, identitiesBefore, purgedAtOnce))
        await exhaust((db) => giveBackPages(db, purgedAtOnce))
        connection.use(emptyWal)
        connection.use(() => forgetOlderCopies(path, settledBefore))
        return early + removed
      }),

    listUnfinished: (cursor) =>
      read((db) => {
        return mapPage(listUnfinished(db, cursor), bodies.opened)
      }),
    listIdentities: (cursor) => read((db) => listIdentities(db, cursor)),
    restoreEvent: async (event, identity) => {
      const sealed = bodies.sealed(event)
      const fact = facts.of(event)
      return write((db) => {
        const outcome = restoreEvent(db, sealed, identity)
        if (fact && outcome === 'stored') insertFact(db, fact)
        return outcome
      })
    },
    restoreIdentities: (identities) => write((db) => restoreIdentities(db, identities)),

    ...createDeliveryCalls(calls, bodies),
    ...createFactCalls(calls),
    ...createAuditCalls(calls),
    ...createOnceCalls(calls, sealing, clock),
    ...createKeptCalls(calls, bodies),
    ...createWatchCalls(calls),

    // Writes what stands there already: a page goes to the disk and is synced, nothing changes.
    checkWritable: () =>
      run(async () => {
        connection.assertSound()
        await commit((db) => void db.run(`PRAGMA user_version = ${schemaVersion}`))
      }),

    close: async () => {
      await close()
      connection.close()
    },
  }
}
