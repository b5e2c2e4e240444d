import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach } from 'bun:test'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventLog } from '../../../src/store/event-log'
import { openSqliteEventLog } from '../../../src/store/sql/sqlite-event-log'
import { openSqliteFile } from '../../../src/store/sql/sqlite-file'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder } from '../temporary-folder'

export interface SqliteBench {
  readonly dir: string
  readonly path: string
  /** The connection that the log opened last: a test brings its fault in here. */
  readonly db: Database
  open(): EventLog
  /** Everything that stands in any file of the folder. */
  bytes(): Promise<Buffer>
}

/** A fresh folder for an event log for each test. */
export const useSqliteBench = (): SqliteBench => {
  let dir: string
  let db: Database
  let opened: EventLog[]
  let remove: () => Promise<void>
  const path = () => join(dir, 'events.sqlite')

  beforeEach(async () => {
    const folder = await createTemporaryFolder()
    dir = folder.path
    remove = folder.remove
    opened = []
  })
  afterEach(async () => {
    for (const log of opened) await log.close()
    await remove()
  })

  return {
    get dir() {
      return dir
    },
    get path() {
      return path()
    },
    get db() {
      return db
    },
    open: () => {
      const open = (file: string) => {
        db = openSqliteFile(file)
        return db
      }
      const log = openSqliteEventLog({ path: path(), log: createRecordingLog(), open })
      opened.push(log)
      return log
    },
    bytes: async () => {
      const names = await readdir(dir)
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(dir, name)))))
    },
  }
}
