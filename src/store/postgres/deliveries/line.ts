/**
 * The line of ordered deliveries for each endpoint and company: only its head may be taken, and
 * when that ends the next one is the head. An index has no room for two heads of one line, so no
 * two replicas ever see another one. Each function is part of a transaction.
 */
import { type Query, texts } from '../connection/database'

export interface Place {
  readonly endpoint: string
  /** '' for events of no company, which form one line too. */
  readonly corpid: string
}

/** One text for one place. */
export const keyOfPlace = ({ endpoint, corpid }: Place): string => `${endpoint}\n${corpid}`

const lockHeadsSql = `
  SELECT d.endpoint, d.corpid
  FROM deliveries d
  JOIN unnest($1::text[], $2::text[]) AS line (endpoint, corpid)
    ON d.endpoint = line.endpoint AND d.corpid = line.corpid
  WHERE d.status = 'pending' AND d.ordered AND NOT d.waits
  ORDER BY d.endpoint, d.corpid
  FOR SHARE OF d`

/**
 * Those of the lines that have a head. It stays the head until the transaction ends: who ends it
 * sees then who came in behind it.
 */
export const lockHeads = async (query: Query, lines: readonly Place[]): Promise<Set<string>> => {
  const heads = await query<Place>(lockHeadsSql, [
    texts(lines.map(({ endpoint }) => endpoint)),
    texts(lines.map(({ corpid }) => corpid)),
  ])
  return new Set(heads.map(keyOfPlace))
}

const moveUpSql = `
  WITH line AS (SELECT DISTINCT endpoint, corpid FROM unnest($1::text[], $2::text[])
                AS line (endpoint, corpid)),
  first AS (
    SELECT (SELECT d.seq FROM deliveries d
            WHERE d.endpoint = line.endpoint AND d.corpid = line.corpid
              AND d.status = 'pending' AND d.waits
            ORDER BY d.seq LIMIT 1) AS seq
    FROM line
    WHERE NOT EXISTS (
      SELECT 1 FROM deliveries d
      WHERE d.endpoint = line.endpoint AND d.corpid = line.corpid
        AND d.status = 'pending' AND d.ordered AND NOT d.waits)),
  moved AS (
    UPDATE deliveries SET waits = false
    WHERE seq = ANY (ARRAY(SELECT seq FROM first)) AND status = 'pending' AND waits
    RETURNING 1)
  SELECT (SELECT count(*) FROM first WHERE seq IS NOT NULL)::int AS found,
         (SELECT count(*) FROM moved)::int AS moved`

/** Makes the first of each line that has lost its head the head. */
export const moveUp = async (query: Query, lines: readonly Place[]): Promise<void> => {
  if (lines.length === 0) return
  const given = [
    texts(lines.map(({ endpoint }) => endpoint)),
    texts(lines.map(({ corpid }) => corpid)),
  ]
  while (true) {
    const [counted] = await query<{ found: number; moved: number }>(moveUpSql, given)
    // Otherwise the first went while it was waited for: the next one is the head.
    if (counted?.found === counted?.moved) return
  }
}
