/**
 * The bringing of a database's tables to their newest form. Any number of replicas may do it at
 * once, and older ones run on meanwhile.
 */
import { type Clock, minuteMs, secondMs, systemClock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Database, Query } from '../connection/database'
import { sqlStateOf } from '../connection/failure'
import { refuseOtherEncoding } from './encoding'
import { ForeignTables, takenNames } from './foreign-tables'
import { lockHolders } from './lock-holders'
import { type Migration, migrations } from './migrations'

/** A newer suited laid out the tables in a way that this one can't work with. */
export class ProgramTooOld extends ServiceError {
  constructor(oldest: number, newest: number) {
    super(
      'store_unavailable',
      `The tables of the database need a newer suited (version ${oldest} of the tables at least; this one knows ${newest}). Start the newer suited, or restore a copy from before it.`,
    )
  }
}

/** Something holds locks on the tables for longer than one waits here. */
const heldUp = (holders: string, cause: unknown): ServiceError =>
  new ServiceError(
    'store_unavailable',
    `The tables of the database can’t be brought to the form of this suited: they were locked all the while${holders && `, by ${holders}`}. Wait for the end of that, as of a backup, or end it: SELECT pg_terminate_backend(PID).`,
    { cause, retryAfterSeconds: 10 },
  )

export interface SchemaVersion {
  /** Of the last step that was done; 0: none yet. */
  readonly version: number
  /** The oldest version whose programs may start. */
  readonly oldest: number
}

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version int NOT NULL,
  oldest  int NOT NULL
)`

const readVersion = 'SELECT version, oldest FROM schema_version'

const isTable = async ({ query }: Database): Promise<boolean> => {
  const [row] = await query<{ there: boolean }>(
    "SELECT to_regclass('schema_version') IS NOT NULL AS there",
  )
  return row?.there === true
}

const isOfState = (error: unknown, states: readonly string[]): boolean =>
  [error, (error as Error).cause].some((one) => states.includes(sqlStateOf(one)))

/** A column is missing: other programs have a table of this name too. */
const otherColumns = ['42703']

/**
 * What was done to the tables of a database; null: it has none of ours.
 *
 * @throws {ForeignTables} store_unavailable — the table that tells it is another program's
 */
export const schemaVersion = async (database: Database): Promise<SchemaVersion | null> => {
  if (!(await isTable(database))) return null
  try {
    const [standing] = await database.query<SchemaVersion>(readVersion)
    return standing ?? null
  } catch (error) {
    throw isOfState(error, otherColumns) ? new ForeignTables('schema_version', error) : error
  }
}

/** Of replicas that begin at once one makes the tables: then they are ours. */
const refuseForeign = async (database: Database, steps: readonly Migration[]): Promise<void> => {
  const taken = await takenNames(database, steps)
  if (taken !== '' && !(await isTable(database))) throw new ForeignTables(taken)
}

const beginning = async (
  database: Database,
  steps: readonly Migration[],
): Promise<SchemaVersion> => {
  await refuseForeign(database, steps)
  try {
    await database.query(versionTable)
  } catch (error) {
    // Of two that make it at once the server refuses one even so.
    if (!(await isTable(database))) throw error
  }
  await database.query(
    'INSERT INTO schema_version (version, oldest) VALUES (0, 0) ON CONFLICT DO NOTHING',
  )
  const [standing] = await database.query<SchemaVersion>(readVersion)
  return standing ?? { version: 0, oldest: 0 }
}

/** Whoever wants the table waits behind us meanwhile, a callback too, which has 900 ms in all. */
const lockTimeoutMs = 300
/** Whoever waited behind us for a lock gets it now. */
const pauseMs = secondMs / 2
/** To fill a column of many rows takes its time. */
const stepWithinMs = 10 * minuteMs

/** Some minutes, in which whatever holds a lock on our tables ends. */
const usualTries = 300
/** A lock was not to be had, or this process was paused in a step. */
const triedAgain = ['55P03', '25P03']
/** A table or a type by a name of ours is there, and no step of ours made it. */
const nameTaken = ['42P07', '42710']

/** Does nothing if another one did this step meanwhile. */
const takeStep = async (query: Query, step: Migration): Promise<void> => {
  // A queue forms behind whoever waits to change a table: nobody reads it meanwhile.
  await query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`)
  const [standing] = await query<SchemaVersion>(`${readVersion} FOR UPDATE`)
  if (standing?.version !== step.version - 1) return
  for (const statement of step.statements) await query(statement)
  await query('UPDATE schema_version SET version = $1::int, oldest = $2::int', [
    step.version,
    step.oldest,
  ])
}

/**
 * Each step is one transaction, under a lock on the row that says which were done.
 *
 * @param options.steps the oldest first; those of this program unless given
 * @throws {ProgramTooOld} store_unavailable — its steps were done by a newer program, and a program
 *   of this version can't start on them
 * @throws {WrongEncoding} store_unavailable — it can't keep every character
 * @throws {ForeignTables} store_unavailable — something else has tables there by our names
 * @throws {ServiceError} store_unavailable — the database is away, or its tables are locked for so
 *   long
 */
export const migrate = async (
  database: Database,
  options: {
    readonly steps?: readonly Migration[]
    readonly clock?: Pick<Clock, 'sleep'>
    /** How often a step is begun for a lock. */
    readonly tries?: number
  } = {},
): Promise<void> => {
  const { steps = migrations, clock = systemClock, tries: mostTries = usualTries } = options
  const newest = steps.at(-1)?.version ?? 0
  await refuseOtherEncoding(database)
  let tries = 0
  for (;;) {
    const standing = (await schemaVersion(database)) ?? (await beginning(database, steps))
    if (standing.oldest > newest) throw new ProgramTooOld(standing.oldest, newest)
    const step = steps.find(({ version }) => version === standing.version + 1)
    if (!step) return
    try {
      await database.transaction((query) => takeStep(query, step), { withinMs: stepWithinMs })
    } catch (error) {
      if (isOfState(error, nameTaken)) throw new ForeignTables((error as Error).message, error)
      if (!isOfState(error, triedAgain)) throw error
      if (++tries >= mostTries) throw heldUp(await lockHolders(database), error)
      await clock.sleep(pauseMs)
    }
  }
}
