/**
 * The place of this process among the replicas of a database: its life, the clock that they have in
 * common, the feed of changes, the bell, and one word in the log about an outage.
 */
import { type Clock, secondMs } from '../../../clock'
import type { Logger } from '../../../log'
import type { Random } from '../../../retry'
import type { Sealing } from '../../driver/sealing'
import type { ReplicaReport } from '../../replicas/replicas'
import type { Shared } from '../../replicas/shared'
import type { Database } from '../connection/database'
import { createBell } from './bell'
import { assertCallbacksFit } from './callback-tables'
import { createChanges } from './changes'
import { createClockNotice } from './clock-notice'
import { createGuard } from './guarded-drivers'
import { createKeyNotice } from './key-notice'
import { createLives } from './lives'
import { createOutage, type Outage } from './outage'
import { createOwnLife } from './own-life'
import { missingKeys } from './sealing-keys'
import { createSharedClock } from './shared-clock'

/** As long as a renewal of the life may take. */
const probeWithinMs = 2 * secondMs

export interface Membership {
  /** The id of this replica: drivers own with it what they claim. */
  readonly owner: string
  /** For the drivers: it notices when it is away. */
  readonly database: Database
  readonly clock: Clock
  readonly shared: Shared
  readonly guard: ReturnType<typeof createGuard>
  /** A log that tells of an outage once. */
  readonly quiet: Outage['quiet']
  /** Begins its life. Throws what the database says. */
  begin(): Promise<void>
  /** Ends it, so that others take over at once. */
  end(): Promise<void>
}

export const createMembership = (parts: {
  /** With its tables. */
  readonly database: Database
  /** Where it is, by host and name: no secret. */
  readonly place: string
  /** Fresh for each start of a process. */
  readonly owner: string
  readonly process: Pick<ReplicaReport, 'startedAt' | 'version'>
  /** Of this machine. */
  readonly ownClock: Clock
  /** Milliseconds of a clock that is never put back. */
  monotonicMs(): number
  readonly random: Random
  /** With the keys that this process was given. */
  readonly sealing: Sealing
  readonly log: Logger
}): Membership => {
  const { database, place, owner, process, ownClock, monotonicMs, random, sealing, log } = parts
  const clock = createSharedClock(ownClock, monotonicMs)
  const outage = createOutage({ log, monotonicMs, onDoubt: () => life.renewNow() })
  const keyNotice = createKeyNotice(log)
  const lives = createLives({ database, clock: null, owner })
  const life = createOwnLife({
    replicas: lives,
    process,
    async missingKeys() {
      const ids = await missingKeys(database, sealing)
      keyNotice.saw(ids)
      return ids
    },
    assertCallbacksFit: () => assertCallbacksFit(database.query, probeWithinMs),
    outage,
    sharedClock: clock,
    clockNotice: createClockNotice(log),
    ownClock,
    monotonicMs,
    random,
    onNews: () => bell.ring('replicas'),
  })
  const watched = outage.watch(database)
  const bell = createBell({ database, owner, clock: ownClock, monotonicMs })
  bell.subscribe((occasion) => {
    if (occasion === 'replicas') life.lookNow()
  })
  const changes = createChanges({ database: watched, clock: null, owner, monotonicMs })
  return {
    owner,
    database: watched,
    clock,
    shared: {
      replicaId: owner,
      life,
      outage() {
        const now = outage.now()
        return now && { ...now, database: place }
      },
      changes: {
        changesSince: changes.changesSince as Shared['changes']['changesSince'],
        async purgeChanges() {
          await lives.forgetDead()
          return changes.purgeChanges()
        },
      },
      bell,
    },
    guard: createGuard({ life, bell, onUnsure: outage.noticed, onKeyless: outage.toldOf }),
    quiet: outage.quiet,
    async begin() {
      await life.begin()
      bell.start()
    },
    async end() {
      try {
        await life.end()
      } finally {
        await bell.stop()
      }
    },
  }
}
