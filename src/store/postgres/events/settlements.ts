/** How tries on events end: their outcomes, with the facts that become known by them. */
import { outcomeOf, purgeAtOf } from '../../driver/records/event-records'
import { dispatchAtOnce, type Settlement } from '../../event-record'
import { bytesOrNull } from '../connection/bytes'
import type { Query, Value } from '../connection/database'

/**
 * Under a claim that another one followed only `done` counts, and nothing changes what is done.
 * What turned out to be another event ($8 to $10) can be dispatched only now: as long as it
 * couldn't be read nobody was sent anything.
 */
const settleSql = `
WITH ended AS (
  UPDATE events
  SET status = $3, next_attempt_at = $4::bigint, last_error = $5,
      corpid = coalesce($6::text, corpid), attempts = attempts + 1, owner = NULL, lease_until = 0,
      kept = CASE WHEN $3 = 'done' OR $8::text IS NOT NULL THEN NULL ELSE kept END,
      purge_at = $7::bigint,
      type = coalesce($8, type), source = coalesce($9, source),
      suite_id = CASE WHEN $8 IS NULL THEN suite_id ELSE $10 END,
      dispatch_at = CASE WHEN $8 IS NOT NULL THEN ${dispatchAtOnce}
                         WHEN $7 IS NULL THEN dispatch_at END
  WHERE id = $1 AND status <> 'done' AND ($2::int IS NULL OR claim = $2 OR $3 = 'done')
  RETURNING id, suite_id, corpid, type, received_at
), named AS (
  UPDATE facts SET corpid = $6 FROM ended WHERE facts.id = ended.id AND $6::text IS NOT NULL
), told AS (
  INSERT INTO facts (id, suite_id, corpid, type, at, payload)
  SELECT id, suite_id, corpid, type, received_at, $11::text FROM ended WHERE $11::text IS NOT NULL
  ON CONFLICT (id) DO NOTHING
)
SELECT 1 FROM ended`

/** @param fact the payload of what it turned out to be; null if it leaves no fact, or none anew */
export const settleEvent = async (
  query: Query,
  id: string,
  claim: number | null,
  settlement: Settlement,
  fact: string | null,
): Promise<'settled' | 'superseded'> => {
  const { status, nextAttemptAt, lastError } = outcomeOf(settlement)
  const readAs = settlement.status === 'pending' ? settlement.readAs : undefined
  const values: Value[] = [
    id,
    claim,
    status,
    nextAttemptAt,
    lastError,
    settlement.corpid ?? null,
    purgeAtOf(settlement),
    readAs?.type ?? null,
    readAs?.source ?? null,
    readAs?.suiteId ?? null,
    fact,
  ]
  const rows = await query(settleSql, values)
  return rows.length > 0 ? 'settled' : 'superseded'
}

const pendingSecretSql = `
UPDATE events SET kept = $2
WHERE id = $1 AND status <> 'done' AND ($3::int IS NULL OR claim = $3)`

/** @param sealed as it is to stand in the row */
export const savePendingSecret = async (
  query: Query,
  id: string,
  sealed: string | null,
  claim: number | null,
): Promise<void> => {
  await query(pendingSecretSql, [id, bytesOrNull(sealed), claim])
}
