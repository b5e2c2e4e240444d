/** The lives of the replicas as rows, judged by the clock of the database. */
import { Value } from '@sinclair/typebox/value'
import { type Clock, hourMs, secondMs } from '../../../clock'
import { type ReplicaRecord, ReplicaSeen, type Replicas } from '../../replicas/replicas'
import type { Database } from '../connection/database'
import { moment, momentOf } from '../connection/moment'

interface ReplicaRow {
  readonly id: string
  readonly startedAt: number
  readonly version: string
  readonly settings: string
  readonly seen: string
}

/** Shorter than a life, so that there is time for another try. */
const renewWithinMs = 2 * secondMs

const renewal = `
  INSERT INTO replicas AS standing (id, started_at, version, settings, alive_until, seen)
  SELECT $1, $2::bigint, $3, $4, ${moment(7)} + $6::bigint, $5
  ON CONFLICT (id) DO UPDATE
  SET started_at = excluded.started_at, version = excluded.version, settings = excluded.settings,
      alive_until = excluded.alive_until, seen = excluded.seen
  RETURNING (standing.alive_until - $6::bigint)::float8 AS "at"`

const living = `
  SELECT id, started_at::float8 AS "startedAt", version, settings, seen
  FROM replicas WHERE alive_until > ${moment(1)}
  ORDER BY started_at, id`

/** Those of processes that were killed: others removed theirs. */
const deadRows = `DELETE FROM replicas WHERE alive_until < ${moment(1)} - ${hourMs}`

/** What a replica tells that it has not learnt yet, or tells in words of another version. */
export const nothingSeen: ReplicaSeen = {
  clockOffsetMs: 0,
  egressAddress: null,
  addressRefused: false,
  learntIds: [],
  eventsInHand: 0,
  deliveriesInHand: 0,
  codesInHand: 0,
  codesInMemory: 0,
  suites: null,
  endpoints: null,
}

const seenIn = (text: string): ReplicaSeen => {
  const seen: unknown = { ...nothingSeen, ...JSON.parse(text) }
  return Value.Check(ReplicaSeen, seen) ? seen : nothingSeen
}

const recordOf = ({ seen, ...row }: ReplicaRow): ReplicaRecord => ({ ...row, seen: seenIn(seen) })

export const createLives = (parts: {
  readonly database: Pick<Database, 'query'>
  /** Judges lives; null: the database's own clock. */
  readonly clock: Clock | null
  readonly owner: string
}): Replicas & {
  /** Forgets those that ended long ago. */
  forgetDead(): Promise<void>
} => {
  const { database, clock, owner } = parts
  return {
    async renewLife({ startedAt, version, settings, seen }, ttlMs) {
      const [row] = await database.query<{ at: number }>(
        renewal,
        [owner, startedAt, version, settings, JSON.stringify(seen), ttlMs, momentOf(clock)],
        { withinMs: renewWithinMs },
      )
      return row?.at ?? 0
    },
    async endLife() {
      await database.query('DELETE FROM replicas WHERE id = $1', [owner])
    },
    async listReplicas() {
      return (await database.query<ReplicaRow>(living, [momentOf(clock)])).map(recordOf)
    },
    async forgetDead() {
      await database.query(deadRows, [momentOf(clock)])
    },
  }
}
