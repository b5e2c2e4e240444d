/** When work was last done that is done once for all: rows, and the port on them. */
import type { SharedWorkLog } from '../../watch/shared-work'
import type { DatabaseCalls } from '../database/calls'

export const createSharedWorkCalls = ({ read, write }: DatabaseCalls): SharedWorkLog => ({
  lastDoneAt: (work) =>
    read(
      (db) =>
        db.query<{ at: number }, [string]>('SELECT at FROM shared_work WHERE work = ?').get(work)
          ?.at ?? null,
    ),

  noteDone: (work, at) =>
    write((db) => {
      db.query('INSERT OR REPLACE INTO shared_work (work, at) VALUES (?, ?)').run(work, at)
    }),
})
