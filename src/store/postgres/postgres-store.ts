/** The store as rows of a PostgreSQL database, which any number of replicas share. */
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import type { StoreDriver } from '../driver/drivers'
import { createKeyedQueue } from '../driver/keyed-queue'
import { createLifecycle } from '../driver/lifecycle'
import type { Sealing } from '../driver/sealing'
import type { Database } from './connection/database'
import { createBudgetRows } from './state/budgets'
import { createCorpLists } from './state/corp-lists'
import { createCorpVisits } from './state/corp-visits'
import { assertCorpsFit, createCorpRows } from './state/corps'
import { createEndpointRows } from './state/endpoints'
import { createKeyRows } from './state/keys'
import { createLeaseRows } from './state/leases'
import { createNews } from './state/news'
import { createRecords } from './state/records'
import { createServiceSecretRow } from './state/service-secret'
import { assertTicketsFit, createSuiteRows } from './state/suites'
import { createTokenRows } from './state/tokens'

export interface PostgresStoreOptions {
  /** With its tables as `migrate` leaves them. Closed by the caller, after this store. */
  readonly database: Database
  /** Judges leases and turns; null: the database's own clock, one for all replicas. */
  readonly clock: Clock | null
  readonly sealing: Sealing
  /** The id of this replica in `replicas`: what it takes ends with its life there. */
  readonly owner: string
  readonly log: Logger
  /** Fresh unpredictable bytes. */
  readonly freshBytes: (count: number) => Uint8Array
}

/** Unreadable records that are read again whenever somebody asks for them. */
const rereadAtOnce = 20

/** A standby refuses it, and a full disk; it changes nothing. */
const probe = 'UPDATE replicas SET alive_until = alive_until WHERE id = $1'

/** The store of this replica. */
export const openPostgresStore = (options: PostgresStoreOptions): StoreDriver => {
  const { database, clock, sealing, owner, log, freshBytes } = options
  const { run, close } = createLifecycle('The store')
  const queue = createKeyedQueue()
  const records = createRecords(sealing, log)
  const news = createNews(clock, owner)

  /** A port whose methods run until this store is closed. */
  const running = <T extends object>(port: T): T => {
    const methods = Object.entries(port).map(([name, method]) => [
      name,
      (...values: unknown[]) => run(() => method(...values)),
    ])
    return Object.fromEntries(methods)
  }

  const suites = createSuiteRows({ database, records, news, queue })
  const corps = createCorpRows({ database, clock, records, news, queue })
  const keys = createKeyRows({ database, clock, sealing, records, news, queue })
  const endpoints = createEndpointRows({ database, records, news, queue })

  /** Reading notes what is mended, of few at least. */
  const readUnreadableAgain = async () => {
    const readings = records
      .unreadable()
      .slice(0, rereadAtOnce)
      .map(({ suiteId, corpid }) => {
        if (suiteId === null) return null
        return corpid === null ? suites.loadSuite(suiteId) : corps.loadCorp(suiteId, corpid)
      })
    await Promise.allSettled([...readings, keys.listKeys(), endpoints.listEndpoints()])
  }

  const ports = running({
    ...suites,
    ...corps,
    ...createCorpLists({ database, records }),
    ...createCorpVisits({ database, clock }),
    ...createTokenRows({ database, clock, owner, sealing, news, log }),
    ...createBudgetRows({ database, clock }),
    ...createLeaseRows({ database, clock, owner }),
    ...keys,
    ...endpoints,
    ...createServiceSecretRow({ database, records, freshBytes }),
    async listUnreadable() {
      await readUnreadableAgain()
      return records.unreadable()
    },
    async checkWritable() {
      await database.query(probe, [owner])
      await assertTicketsFit(database.query)
      await assertCorpsFit(database.query)
    },
  })
  return { ...ports, close }
}
