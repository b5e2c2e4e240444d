/** A replica that is paused inside a purge, in the second of its portions. */
import { dayMs, secondMs } from '../../../src/clock'
import type { Database } from '../../../src/store/postgres/connection/database'
import { until } from '../../binary/until'
import { mayStandStill } from '../../postgres/patience'
import type { Replica } from '../fleet'
import { hasEnded, type Stage } from './stage'

/** How many are old enough to go: two whole portions and some. */
export const oldEvents = 1200
/** Of these, by age, the delete of this one waits. */
const heldAt = 700
/** Of these, by age, this one is made to stay while the purge is held. */
const stayingAt = 800
const lock = 1957
const lockedAtMost = { withinMs: 20 * secondMs }

/** Copies of one event, each a second younger than the one before. */
const copySql = `
  INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, status)
  SELECT 'old ' || n, suite_id, corpid, source, type,
         (extract(epoch FROM clock_timestamp()) * 1000)::bigint - ${40 * dayMs} + n * 1000,
         body, 'done'
  FROM (SELECT * FROM events WHERE status = 'done' LIMIT 1) one, generate_series(1, ${oldEvents}) n`

const witnessSql = [
  'CREATE TABLE witnessed_purges (id text NOT NULL)',
  `CREATE FUNCTION witness_purge() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF OLD.id = 'old ${heldAt}' THEN PERFORM pg_advisory_xact_lock_shared(${lock}); END IF;
     INSERT INTO witnessed_purges VALUES (OLD.id);
     RETURN OLD;
   END $$`,
  `CREATE TRIGGER witness_purge BEFORE DELETE ON events
   FOR EACH ROW EXECUTE FUNCTION witness_purge()`,
]

const waitsSql = `
  SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${lock} AND NOT granted`

/** While `work` runs nobody gets past the held event. */
const whileLocked = (database: Database, work: () => Promise<void>): Promise<void> =>
  database.transaction(async (query) => {
    await mayStandStill(query)
    await query(`SELECT pg_advisory_xact_lock(${lock})`)
    await work()
  }, lockedAtMost)

export interface HeldPurge {
  /** Events that went, each as often as it did. */
  gone(): Promise<readonly string[]>
  /** All events that are there. */
  left(): Promise<readonly string[]>
  /** What was there before, and has to stay. */
  readonly staying: readonly string[]
  /** An old event comes to be worked on again, as soon as the paused replica's hold on it ends. */
  retryOne(): Promise<void>
  /** Another one purges. */
  purgedBy(other: Replica): Promise<void>
  goOn(): Promise<void>
}

export const holdPurge = async (
  { database, whileAlone }: Pick<Stage, 'database' | 'whileAlone'>,
  purges: Replica,
): Promise<HeldPurge> => {
  const idsOf = async (table: 'events' | 'witnessed_purges') => {
    const rows = await database.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)
    return rows.map(({ id }) => id)
  }
  const staying = [...(await idsOf('events')), `old ${stayingAt}`].sort()
  await database.query(copySql)
  for (const statement of witnessSql) await database.query(statement)
  let reloading = Promise.resolve()
  await whileAlone(purges, () =>
    whileLocked(database, async () => {
      // As if the hour were over that lies between two purges.
      await database.query(`DELETE FROM shared_work WHERE work = 'purge'`)
      reloading = purges.reload()
      await until('a purge', async () => (await database.query(waitsSql)).length > 0)
      purges.pause()
    }),
  )

  return {
    staying,
    gone: () => idsOf('witnessed_purges'),
    left: () => idsOf('events'),
    async retryOne() {
      const sql = `UPDATE events SET status = 'pending', next_attempt_at = 9e15 WHERE id = $1`
      await until('the end of the hold', () =>
        database.query(sql, [`old ${stayingAt}`]).then(
          () => true,
          () => false,
        ),
      )
    },
    async purgedBy(other) {
      await other.reload()
      await until('a purge', async () => {
        const old = await database.query(`SELECT 1 FROM events WHERE id LIKE 'old %'`)
        return old.length <= 1
      })
    },
    async goOn() {
      purges.goOn()
      await reloading
      await until('the end of its purge', () => hasEnded(purges, 'purging old events'))
    },
  }
}
