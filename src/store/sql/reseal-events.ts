/** Sealing every event's body anew with the key that seals now: a pass that may be broken off and repeated. */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../log'
import { openFailureWords, type Sealing } from '../sealing'
import { bodyPlace, sealBody } from './sealed-bodies'
import { openConnection } from './sqlite-connection'
import { emptyWal, openSqliteFile } from './sqlite-file'

export interface ResealedEvents {
  /** Events whose body was written anew; the others were sealed already, or are emptied. */
  readonly rewritten: number
  /** Events that were left as they are because their body does not open, each with the reason. */
  readonly leftOut: readonly { readonly id: string; readonly problem: string }[]
}

export interface ResealEventsOptions {
  /** The file of the event log; the lock of its folder is the caller's business. */
  readonly path: string
  readonly log: Logger
  readonly sealing: Sealing
}

/** Bodies that one transaction writes. */
const bodiesAtOnce = 100

interface BodyRow {
  readonly seq: number
  readonly id: string
  readonly body: string
}

const bodiesAfter = (db: Database, seq: number): BodyRow[] =>
  db
    .query<BodyRow, [number, number]>(
      "SELECT seq, id, body FROM events WHERE seq > ? AND body <> '' ORDER BY seq LIMIT ?",
    )
    .all(seq, bodiesAtOnce)

/**
 * @throws {ServiceError} store_unavailable — the file can't be used, or a newer suited wrote it
 */
export const resealEvents = ({ path, log, sealing }: ResealEventsOptions): ResealedEvents => {
  const connection = openConnection(() => openSqliteFile(path), log)
  let rewritten = 0
  const leftOut: { id: string; problem: string }[] = []

  const resealBatch = (db: Database, rows: readonly BodyRow[]) => {
    const update = db.query('UPDATE events SET body = ? WHERE seq = ?')
    for (const { seq, id, body } of rows) {
      if (sealing.isCurrent(body)) continue
      const opened = sealing.open(body, bodyPlace(id))
      if (opened.ok) {
        update.run(sealBody(sealing, id, opened.value), seq)
        rewritten += 1
      } else leftOut.push({ id, problem: `its body ${openFailureWords(opened.reason)}` })
    }
  }

  try {
    let rows = connection.use((db) => bodiesAfter(db, 0))
    while (rows.length > 0) {
      connection.use((db) => db.transaction(() => resealBatch(db, rows)).immediate())
      const last = rows.at(-1)?.seq ?? 0
      rows = connection.use((db) => bodiesAfter(db, last))
    }
    // What stood there before has to go from the write-ahead log as well. Closing would see to it
    // too, but nobody would hear if that failed.
    connection.use(emptyWal)
  } finally {
    connection.close()
  }
  return { rewritten, leftOut }
}
