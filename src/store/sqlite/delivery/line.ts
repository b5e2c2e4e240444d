/**
 * The line of ordered deliveries for each endpoint and company: only its head may be taken, and
 * when that ends the next one is the head. Each function is one step inside a transaction.
 */
import type { Database } from 'bun:sqlite'

export interface Place {
  readonly endpoint: string
  /** '' for events of no company, which form one line too. */
  readonly corpid: string
}

/** Whether somebody stands in the line. */
export const isLineBusy = (db: Database, { endpoint, corpid }: Place): boolean =>
  db
    .query(
      `SELECT 1 FROM deliveries INDEXED BY deliveries_line
       WHERE endpoint = ? AND corpid = ? AND status = 'pending' AND ordered = 1 LIMIT 1`,
    )
    .get(endpoint, corpid) !== null

/** Makes the first of the line its head. */
export const moveUp = (db: Database, { endpoint, corpid }: Place): void => {
  db.query(
    `UPDATE deliveries SET waits = 0
     WHERE seq = (SELECT seq FROM deliveries INDEXED BY deliveries_line
                  WHERE endpoint = ? AND corpid = ? AND status = 'pending' AND ordered = 1
                  ORDER BY seq LIMIT 1)
       AND waits = 1`,
  ).run(endpoint, corpid)
}

/** Whether all pending deliveries of an endpoint stand in lines, or none does, as they should. */
const isOrdered = (db: Database, endpoint: string, ordered: boolean): boolean => {
  const inLine = db
    .query<{ n: number }, [string]>(
      `SELECT count(*) AS n FROM deliveries INDEXED BY deliveries_line
       WHERE endpoint = ? AND status = 'pending' AND ordered = 1`,
    )
    .get(endpoint)
  if (!ordered) return inLine?.n === 0
  const pending = db
    .query<{ n: number }, [string]>(
      `SELECT count(*) AS n FROM deliveries INDEXED BY deliveries_open
       WHERE endpoint = ? AND status = 'pending'`,
    )
    .get(endpoint)
  return inLine?.n === pending?.n
}

/** Puts all pending deliveries of an endpoint into lines, or out of them. */
export const setOrdered = (db: Database, endpoint: string, ordered: boolean): void => {
  if (isOrdered(db, endpoint, ordered)) return
  db.query(
    "UPDATE deliveries SET ordered = ?, waits = 0 WHERE endpoint = ? AND status = 'pending'",
  ).run(ordered ? 1 : 0, endpoint)
  if (!ordered) return
  db.query(
    `UPDATE deliveries AS later SET waits = 1
     WHERE endpoint = ? AND status = 'pending' AND EXISTS (
       SELECT 1 FROM deliveries AS older INDEXED BY deliveries_line
       WHERE older.endpoint = later.endpoint AND older.corpid = later.corpid
         AND older.status = 'pending' AND older.ordered = 1 AND older.seq < later.seq)`,
  ).run(endpoint)
}
