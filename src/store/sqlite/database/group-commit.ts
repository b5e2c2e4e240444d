/**
 * The group commit: writes that come in one turn of the event loop share one transaction, so one
 * sync of the disk.
 */
import type { Database } from 'bun:sqlite'
import type { SqliteConnection } from './sqlite-connection'

export interface GroupCommit {
  /**
   * Resolves with what `work` gave when that is committed. `work` may run twice: if the transaction
   * that it shares fails, it gets one of its own, so that each answers for itself alone.
   */
  write<T>(work: (db: Database) => T): Promise<T>
}

interface Waiting {
  /** Does the work and gives what tells its caller about it. */
  readonly run: (db: Database) => () => void
  readonly reject: (error: unknown) => void
}

/** @param connection to whose database all of it is written */
export const createGroupCommit = (connection: Pick<SqliteConnection, 'use'>): GroupCommit => {
  let waiting: Waiting[] = []

  const commit = (group: readonly Waiting[]) => {
    const answers = connection.use((db) =>
      db.transaction(() => group.map(({ run }) => run(db))).immediate(),
    )
    for (const answer of answers) answer()
  }

  const flush = () => {
    const group = waiting
    waiting = []
    try {
      commit(group)
    } catch (failure) {
      const [only, another] = group
      if (only && !another) return only.reject(failure)
      for (const each of group) {
        try {
          commit([each])
        } catch (error) {
          each.reject(error)
        }
      }
    }
  }

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          run: (db) => {
            const result = work(db)
            return () => resolve(result)
          },
          reject,
        })
        // Behind the callbacks of this turn's input, each of which may bring another write.
        if (waiting.length === 1) setImmediate(flush)
      }),
  }
}
