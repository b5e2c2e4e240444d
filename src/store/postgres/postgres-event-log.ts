/** The event log on PostgreSQL, for as many replicas as there are. */
import { type Clock, systemClock } from '../../clock'
import type { Logger } from '../../log'
import type { EventLogDriver } from '../driver/drivers'
import { createLifecycle } from '../driver/lifecycle'
import { createSealedEvents } from '../driver/sealed-events'
import type { Sealing } from '../driver/sealing'
import type { FactRule } from '../facts'
import type { Database } from './connection/database'
import { createPostgresDeliveries } from './deliveries/postgres-deliveries'
import { assertArrivalsFit } from './events/arrival'
import { callbackMs, createPostgresEvents } from './events/postgres-events'
import { createPostgresMoving } from './moving/postgres-moving'
import { createPostgresAudit } from './records/audit'
import { createPostgresFacts } from './records/facts'
import { createPostgresOnceValues } from './records/once-values'
import { createPostgresSharedWork } from './watch/shared-work'
import { createPostgresSuspectedCorps } from './watch/suspected-corps'

export interface PostgresEventLogParts {
  /** With its tables. It outlives the event log. */
  readonly database: Database
  /** Judges what is due and what is held; null: the database's own. */
  readonly clock: Clock | null
  /** How secrets stand in their rows. */
  readonly sealing: Sealing
  /** The id of the replica that claims. Its claims end with its life. */
  readonly owner: string
  readonly log: Logger
  /** Which events leave a fact. */
  readonly factRule: FactRule
  /** How long an append may take; so long that a callback is answered in time by default. */
  readonly appendWithinMs?: number
}

/** A full disk refuses it, which an append of nothing doesn't find; it changes nothing. */
const touchSql = 'UPDATE replicas SET alive_until = alive_until WHERE id = $1'

/** The event log of this replica. */
export const openPostgresEventLog = ({
  database,
  clock,
  sealing,
  owner,
  log,
  factRule,
  appendWithinMs = callbackMs,
}: PostgresEventLogParts): EventLogDriver => {
  const { run, close } = createLifecycle('The event log')
  const sealed = createSealedEvents(sealing, log)
  return {
    ...createPostgresEvents({
      database,
      clock,
      alarms: systemClock,
      appendWithinMs,
      owner,
      sealing,
      sealed,
      factRule,
      run,
    }),
    ...createPostgresDeliveries({ database, clock, owner, sealed, run }),
    ...createPostgresFacts(database, run),
    ...createPostgresAudit(database, run),
    ...createPostgresOnceValues({ database, clock, sealing, run }),
    ...createPostgresSuspectedCorps(database.query, run),
    ...createPostgresSharedWork(database.query, run),
    ...createPostgresMoving({ database, sealed, run }),
    checkWritable: () =>
      run(async () => {
        await assertArrivalsFit(database.query)
        await database.query(touchSql, [owner])
      }),
    close,
  }
}
