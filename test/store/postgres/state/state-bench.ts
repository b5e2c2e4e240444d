/** Handles on one store in PostgreSQL for each test, and a look at its rows. */
import { afterEach, beforeEach } from 'bun:test'
import type { Clock } from '../../../../src/clock'
import type { StoreDriver } from '../../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../../src/store/driver/sealing'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { openPostgresStore } from '../../../../src/store/postgres/postgres-store'
import { freshBytes } from '../../../fresh-bytes'
import { createManualClock, type ManualClock } from '../../../manual-clock'
import { startMs } from '../../conformance/bench'
import { createRecordingLog } from '../../recording-log'
import { openPostgresBackend } from '../backend'

export interface Handle {
  readonly store: StoreDriver
  /** Its id in `replicas`. */
  readonly owner: string
}

interface HandleOptions {
  readonly sealing: Sealing
  readonly clock: Clock | null
}

export interface StateBench {
  readonly database: Database
  readonly clock: ManualClock
  readonly log: ReturnType<typeof createRecordingLog>
  /** One more replica; in clear and by the manual clock unless it is told otherwise. */
  open(options?: Partial<HandleOptions>): Promise<Handle>
  /** The life of a replica ends. */
  endLife(handle: Handle): Promise<void>
  /** Everything in every table of the state, as text. */
  allText(): Promise<string>
}

const tables = ['meta', 'leases', 'suites', 'corps', 'tokens', 'api_keys', 'endpoints', 'changes']

export const useStateBench = (): StateBench => {
  let backend: { database: Database; remove(): Promise<void> }
  let openHandle: (options: HandleOptions) => Promise<Handle>
  let opened: StoreDriver[]
  let clock: ManualClock
  let log: ReturnType<typeof createRecordingLog>

  beforeEach(async () => {
    clock = createManualClock(startMs)
    log = createRecordingLog()
    opened = []
    const owners: string[] = []
    let next: HandleOptions = { sealing: withoutKey, clock }
    const shared = await openPostgresBackend(({ database, owner }) => {
      owners.push(owner)
      return openPostgresStore({ database, owner, log, freshBytes, ...next })
    })
    backend = shared
    openHandle = async (options) => {
      next = options
      const store = await shared.open()
      opened.push(store)
      return { store, owner: owners.at(-1)! }
    }
  })
  afterEach(async () => {
    for (const store of opened) await store.close()
    await backend.remove()
  })

  return {
    get database() {
      return backend.database
    },
    get clock() {
      return clock
    },
    get log() {
      return log
    },
    open: (options = {}) => openHandle({ sealing: withoutKey, clock, ...options }),
    async endLife({ owner }) {
      await backend.database.query('UPDATE replicas SET alive_until = 0 WHERE id = $1', [owner])
    },
    async allText() {
      const all = tables.map((table) =>
        backend.database.query<{ line: string }>(`SELECT t::text AS line FROM ${table} t`),
      )
      return (await Promise.all(all)).flatMap((rows) => rows.map(({ line }) => line)).join('\n')
    },
  }
}
