/**
 * The resealing of every event's secrets with the current key: a pass that may be broken off and
 * repeated.
 */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../log'
import { answerPlace, bodyPlace, outgoingPlace, pendingSecretPlace } from '../driver/sealed-events'
import { openFailureText, type Place, type Sealing } from '../driver/sealing'
import { forgetOlderCopies } from './database/older-copy'
import { onceVersion, outgoingVersion, versionOf } from './database/schema'
import { openConnection } from './database/sqlite-connection'
import { emptyWal, openSqliteFile } from './database/sqlite-file'
import { resealOnceRows } from './once-rows'

export interface ResealedEvents {
  /** Events that were written anew; the others were sealed already, or hold nothing. */
  readonly rewritten: number
  /** Of which something was left as it is because it does not open, each with the reason. */
  readonly leftOut: readonly { readonly id: string; readonly problem: string }[]
}

export interface ResealEventsOptions {
  /** The file of the event log; the lock of its folder is the caller's business. */
  readonly path: string
  readonly log: Logger
  readonly sealing: Sealing
}

/** Events that one transaction writes. */
const eventsAtOnce = 100

interface SecretsRow {
  readonly seq: number
  readonly id: string
  readonly body: string
  readonly kept: string | null
  readonly outgoing: string | null
}

const secretsAfter = (db: Database, seq: number): SecretsRow[] => {
  // What is sent of events has no column yet where facts of earlier events are still to be copied.
  const outgoing = versionOf(db) >= outgoingVersion ? 'outgoing' : 'NULL'
  return db
    .query<SecretsRow, [number, number]>(
      `SELECT seq, id, body, kept, ${outgoing} AS outgoing FROM events
       WHERE seq > ? AND (body <> '' OR kept IS NOT NULL OR ${outgoing} IS NOT NULL)
       ORDER BY seq LIMIT ?`,
    )
    .all(seq, eventsAtOnce)
}

interface AnswerRow {
  readonly seq: number
  readonly event_id: string
  readonly answer: string
}

const answersAfter = (db: Database, seq: number): AnswerRow[] =>
  versionOf(db) < outgoingVersion
    ? []
    : db
        .query<AnswerRow, [number, number]>(
          `SELECT seq, event_id, answer FROM attempts
           WHERE seq > ? AND answer <> '' ORDER BY seq LIMIT ?`,
        )
        .all(seq, eventsAtOnce)

/**
 * @throws {ServiceError} store_unavailable — the file can't be used, or a newer suited wrote it
 */
export const resealEvents = ({ path, log, sealing }: ResealEventsOptions): ResealedEvents => {
  const connection = openConnection(() => openSqliteFile(path), log)
  let rewritten = 0
  const leftOut: { id: string; problem: string }[] = []

  const resealBatch = (db: Database, rows: readonly SecretsRow[]) => {
    for (const { seq, id, body, kept, outgoing } of rows) {
      const resealed = (name: string, text: string | null, place: Place): string | null => {
        // What is empty stays empty, so that it is seen to be.
        if (!text || sealing.isCurrent(text)) return text
        const opened = sealing.open(text, place)
        if (opened.ok) return sealing.seal(opened.value, place)
        leftOut.push({ id, problem: `${name} ${openFailureText(opened.reason)}` })
        return text
      }
      const newBody = resealed('its body', body, bodyPlace(id))
      const newKept = resealed('what is kept beside it', kept, pendingSecretPlace(id))
      const newOutgoing = resealed('what is sent of it', outgoing, outgoingPlace(id))
      if (newBody === body && newKept === kept && newOutgoing === outgoing) continue
      db.query('UPDATE events SET body = ?, kept = ? WHERE seq = ?').run(newBody, newKept, seq)
      if (newOutgoing !== outgoing) {
        db.query('UPDATE events SET outgoing = ? WHERE seq = ?').run(newOutgoing, seq)
      }
      rewritten += 1
    }
  }

  /** What endpoints answered; one that does not open is emptied: it is a copy of nothing. */
  const resealAnswers = (db: Database, rows: readonly AnswerRow[]) => {
    const update = db.query('UPDATE attempts SET answer = ? WHERE seq = ?')
    for (const { seq, event_id, answer } of rows) {
      if (sealing.isCurrent(answer)) continue
      const place = answerPlace(event_id)
      const opened = sealing.open(answer, place)
      update.run(opened.ok ? sealing.seal(opened.value, place) : '', seq)
    }
  }

  try {
    let answers = connection.use((db) => answersAfter(db, 0))
    while (answers.length > 0) {
      connection.use((db) => db.transaction(() => resealAnswers(db, answers)).immediate())
      const last = answers.at(-1)?.seq ?? 0
      answers = connection.use((db) => answersAfter(db, last))
    }
    let rows = connection.use((db) => secretsAfter(db, 0))
    while (rows.length > 0) {
      connection.use((db) => db.transaction(() => resealBatch(db, rows)).immediate())
      const last = rows.at(-1)?.seq ?? 0
      rows = connection.use((db) => secretsAfter(db, last))
    }
    connection.use((db) => {
      if (versionOf(db) < onceVersion) return
      db.transaction(() => resealOnceRows(db, sealing)).immediate()
    })
    // What stood there before has to go from the write-ahead log as well. Closing would see to it
    // too, but nobody would hear if that failed.
    connection.use(emptyWal)
    connection.use(() => forgetOlderCopies(path))
  } finally {
    connection.close()
  }
  return { rewritten, leftOut }
}
