/** Handles on one event log in PostgreSQL for each test, each a replica, and a look at its rows. */
import { afterEach, beforeEach } from 'bun:test'
import type { Clock } from '../../../../src/clock'
import type { EventLogDriver } from '../../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../../src/store/driver/sealing'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../../../src/store/postgres/postgres-event-log'
import { createManualClock, type ManualClock } from '../../../manual-clock'
import { startMs } from '../../conformance/bench'
import { factRule } from '../../fact-rule'
import { createRecordingLog } from '../../recording-log'
import { openPostgresBackend } from '../backend'

/** On a machine that is busy with other tests an append may take its time. */
export const appendWithinMs = 5000

export interface Handle {
  readonly log: EventLogDriver
  /** Its id in `replicas`. */
  readonly owner: string
}

export interface LogBench {
  readonly database: Database
  readonly clock: ManualClock
  /** One more replica; in clear and by the manual clock unless it is told otherwise. */
  open(options?: { sealing?: Sealing; clock?: Clock | null }): Promise<Handle>
  /** The life of a replica ends. */
  endLife(handle: Handle): Promise<void>
}

export const useLogBench = (): LogBench => {
  let backend: { database: Database; remove(): Promise<void> }
  let openHandle: (options: { sealing: Sealing; clock: Clock | null }) => Promise<Handle>
  let opened: EventLogDriver[]
  let clock: ManualClock

  beforeEach(async () => {
    clock = createManualClock(startMs)
    opened = []
    const owners: string[] = []
    let next: { sealing: Sealing; clock: Clock | null } = { sealing: withoutKey, clock }
    const shared = await openPostgresBackend(({ database, owner }) => {
      owners.push(owner)
      const log = createRecordingLog()
      return openPostgresEventLog({ database, owner, log, factRule, appendWithinMs, ...next })
    })
    backend = shared
    openHandle = async (options) => {
      next = options
      const log = await shared.open()
      opened.push(log)
      return { log, owner: owners.at(-1)! }
    }
  })
  afterEach(async () => {
    for (const log of opened) await log.close()
    await backend.remove()
  })

  return {
    get database() {
      return backend.database
    },
    get clock() {
      return clock
    },
    open: (options = {}) => openHandle({ sealing: withoutKey, clock, ...options }),
    async endLife({ owner }) {
      await backend.database.query('UPDATE replicas SET alive_until = 0 WHERE id = $1', [owner])
    },
  }
}
