import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach } from 'bun:test'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../../src/clock'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import { noReserve, type Reserve } from '../../../src/store/sqlite/database/reserve'
import { openSqliteFile } from '../../../src/store/sqlite/database/sqlite-file'
import { openSqliteEventLog } from '../../../src/store/sqlite/sqlite-event-log'
import { factRule } from '../fact-rule'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder } from '../temporary-folder'

export interface SqliteBench {
  readonly dir: string
  readonly path: string
  /** The connection that the log opened last: a test brings its fault in here. */
  readonly db: Database
  readonly log: ReturnType<typeof createRecordingLog>
  /** In clear, unless it is told how to seal. */
  open(sealing?: Sealing, reserve?: Reserve, clock?: Pick<Clock, 'now'>): EventLogDriver
  /** Everything that stands in any file of the folder. */
  bytes(): Promise<Buffer>
}

/** A fresh folder for an event log for each test. */
export const useSqliteBench = (): SqliteBench => {
  let dir: string
  let db: Database
  let log: ReturnType<typeof createRecordingLog>
  let opened: EventLogDriver[]
  let remove: () => Promise<void>
  const path = () => join(dir, 'events.sqlite')

  beforeEach(async () => {
    const folder = await createTemporaryFolder()
    dir = folder.path
    remove = folder.remove
    log = createRecordingLog()
    opened = []
  })
  afterEach(async () => {
    for (const eventLog of opened) await eventLog.close()
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
    get log() {
      return log
    },
    open: (sealing = withoutKey, reserve = noReserve, clock = systemClock) => {
      const open = (file: string) => {
        db = openSqliteFile(file)
        return db
      }
      const eventLog = openSqliteEventLog({
        factRule,
        path: path(),
        log,
        open,
        sealing,
        reserve,
        clock,
      })
      opened.push(eventLog)
      return eventLog
    },
    bytes: async () => {
      const names = await readdir(dir)
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(dir, name)))))
    },
  }
}
