/** One connection to the event log's file, opened again after a fault that may have spoilt it. */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../../log'
import { asLogFailure, isDamage, spoilsConnection } from './sqlite-failure'

export interface SqliteConnection {
  /**
   * Does something with the database, all of it now.
   *
   * @throws {ServiceError} store_unavailable — what lies below SQLite failed
   */
  use<T>(work: (db: Database) => T): T
  /**
   * Once damage was met, reads the whole file to see whether it was mended: there may be pages that
   * nobody asks for at the moment.
   *
   * @throws {ServiceError} store_unavailable — it was not
   */
  assertSound(): void
  /** Closes it, with nothing left in the write-ahead log if that can be. */
  close(): void
}

/** @param open opens the file; its first call happens here */
export const openConnection = (open: () => Database, log: Logger): SqliteConnection => {
  const attempt = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw asLogFailure(error)
    }
  }
  let current: Database | null = attempt(open)
  let damage: unknown = null

  const drop = () => {
    try {
      current?.close(true)
    } catch {
      // It is given up because it is broken.
    }
    current = null
  }

  const use: SqliteConnection['use'] = (work) =>
    attempt(() => {
      try {
        if (current === null) {
          current = open()
          log.info('the event log was opened again after a fault')
        }
        return work(current)
      } catch (error) {
        if (isDamage(error)) damage = error
        if (spoilsConnection(error)) drop()
        throw error
      }
    })

  return {
    use,
    assertSound: () =>
      use((db) => {
        if (damage === null) return
        const [verdict] = db.query<[string], []>('PRAGMA quick_check(1)').values()[0] ?? []
        if (verdict !== 'ok') throw damage
        damage = null
      }),
    close() {
      try {
        // SQLite itself leaves the write-ahead log of a file that was replaced, and would then read
        // it into the other.
        current?.run('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // What is committed stands in the write-ahead log, for the next start.
      }
      drop()
    },
  }
}
