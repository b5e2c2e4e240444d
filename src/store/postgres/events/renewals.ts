/** Work that is brought forward: one event that somebody tries again, or all of some types. */
import { type Query, texts } from '../connection/database'
import { moment } from '../connection/moment'

const renewSql = `
UPDATE events SET status = 'pending', next_attempt_at = ${moment(2)}
WHERE id = $1 AND status <> 'done'`

/** Makes an event due, unless it is done. Who holds it goes on holding it. */
export const renewEvent = async (query: Query, id: string, now: number | null): Promise<void> => {
  await query(renewSql, [id, now])
}

/** In one order, so that two that meet wait for each other and not in a circle. */
const makeDueSql = `
WITH at AS MATERIALIZED (SELECT ${moment(1)} AS now), waiting AS (
  SELECT seq FROM events
  WHERE status = 'pending' AND next_attempt_at > (SELECT now FROM at)
    AND suite_id = $2 AND type = ANY ($3::text[])
  ORDER BY seq FOR UPDATE
)
UPDATE events SET next_attempt_at = (SELECT now FROM at)
WHERE seq = ANY (ARRAY(SELECT seq FROM waiting))
RETURNING 1`

/** Returns how many pending events it brought forward. */
export const makeEventsDue = async (
  query: Query,
  types: readonly string[],
  suiteId: string,
  now: number | null,
): Promise<number> => (await query(makeDueSql, [now, suiteId, texts(types)])).length
