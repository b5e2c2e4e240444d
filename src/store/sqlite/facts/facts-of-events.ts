/** The facts of events that an older suited wrote, copied out of them once. */
import type { Database } from 'bun:sqlite'
import { factOf } from '../../driver/records/fact-records'
import type { EventRecord } from '../../event-record'
import type { FactRule } from '../../facts'
import { type EventRow, eventOf } from '../database/event-rows'
import { factsUncopiedVersion, versionOf } from '../database/schema'
import { insertFact } from './fact-rows'

/** Events that one transaction reads. */
const readAtOnce = 500

/**
 * Copies them in portions, each a transaction, and marks it done by the version of the tables. What
 * a crash leaves undone is done at the next start: a fact that is there already stays as it is.
 *
 * @param opened the event with its body in clear
 * @returns how many facts came; null if this was done before
 */
export const copyFactsOfEvents = (
  use: <T>(work: (db: Database) => T) => T,
  rule: FactRule,
  opened: (event: EventRecord) => EventRecord,
): number | null => {
  if (use(versionOf) !== factsUncopiedVersion) return null
  // Their places alone, from the index: few of a million events leave a fact.
  const places = use((db) =>
    db
      .query<{ seq: number }, [string]>(
        `SELECT seq FROM events INDEXED BY events_by_type
         WHERE type IN (SELECT value FROM json_each(?)) ORDER BY seq`,
      )
      .all(JSON.stringify([...rule.types])),
  )
  let copied = 0
  for (let at = 0; at < places.length; at += readAtOnce) {
    const some = places.slice(at, at + readAtOnce)
    use((db) =>
      db
        .transaction(() => {
          const read = db.query<EventRow, [number]>('SELECT * FROM events WHERE seq = ?')
          for (const { seq } of some) {
            const row = read.get(seq)
            const fact = row && factOf(rule, opened(eventOf(row, [])))
            if (fact && insertFact(db, fact)) copied += 1
          }
        })
        .immediate(),
    )
  }
  use((db) => void db.run(`PRAGMA user_version = ${factsUncopiedVersion + 1}`))
  return copied
}
