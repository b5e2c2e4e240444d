/** The store as JSON documents in a folder: one for each suite, company in a suite, and API key. */
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import { createBudgets } from '../driver/budget-table'
import { createVisits, createVisitTable } from '../driver/corp-visits'
import type { StoreDriver } from '../driver/drivers'
import { checkedId } from '../driver/id'
import { asIoFailure } from '../driver/io-failure'
import { createKeyedQueue } from '../driver/keyed-queue'
import { createLeases } from '../driver/leases'
import { createLifecycle } from '../driver/lifecycle'
import { corpIdPage, corpPage, countByStatus } from '../driver/records/corp-list'
import { type Sealing, withoutKey } from '../driver/sealing'
import { createTokenTurns } from '../driver/token-turns'
import type { Lease } from '../lease'
import type { TokenKey } from '../token-record'
import { createCorpDocuments } from './corp-documents'
import { createCorpIndex } from './corp-index'
import { createCorpWrites } from './corp-writes'
import { type FileSystem, nodeFileSystem } from './disk/file-system'
import { createPermissionRepair } from './disk/private-files'
import { createDocuments } from './document/documents'
import { createUnreadableDocuments } from './document/unreadable-documents'
import { createFences } from './fences'
import { readAll } from './first-reading'
import { corpFile, openLayout, suiteFile, tokenFile } from './folder/layout'
import { probeAll, probeCorpsOf } from './folder/probe'
import { createServicePorts } from './service-ports'
import { createSuiteDocuments } from './suite-documents'
import { createTokenDocuments } from './token-documents'

export interface FileStoreOptions {
  /** The data folder; its lock is the caller's business. */
  readonly dir: string
  readonly clock: Clock
  readonly log: Logger
  /** Fresh unpredictable bytes. */
  readonly freshBytes: (count: number) => Uint8Array
  /** How secrets stand in the documents; in clear by default. */
  readonly sealing?: Sealing
  readonly fs?: FileSystem
}

const subject = 'The data folder'

const eachOf = function* <T>(...lists: readonly Iterable<T>[]): Generator<T> {
  for (const list of lists) yield* list
}

/** Unreadable documents that are read again whenever somebody asks for them. */
const rereadAtOnce = 20

/**
 * Opens the folder, making what is missing in it. The documents are read in the background; only
 * what needs all of them (lists, counts, finding) waits for that.
 *
 * @throws {ServiceError} store_unavailable — the folder can't be made or read
 */
export const openFileStore = async ({
  dir,
  clock,
  log,
  freshBytes,
  sealing = withoutKey,
  fs = nodeFileSystem,
}: FileStoreOptions): Promise<StoreDriver> => {
  const { inventory, own, listings } = await openLayout(fs, dir, log).catch((error) => {
    throw asIoFailure(subject, error)
  })
  const permissions = createPermissionRepair(fs)
  await permissions.repair([own], () => false)
  const { run, close } = createLifecycle('The store')
  const queue = createKeyedQueue()
  const unreadable = createUnreadableDocuments()
  const documents = createDocuments({ dir, fs, log, sealing, unreadable })
  const index = createCorpIndex()
  const suites = createSuiteDocuments(documents, index)
  const tokens = createTokenDocuments(documents, log)
  const corps = createCorpDocuments(documents, tokens, index)
  const fences = createFences({ fs, dir, clock, log })
  const newLeases = () => createLeases({ table: new Map(), clock, nextFence: fences.next })
  const leases = newLeases()
  const turns = createTokenTurns(newLeases())

  const call = <T>(work: () => T | Promise<T>): Promise<T> =>
    run(async () => {
      try {
        return await work()
      } catch (error) {
        throw asIoFailure(subject, error)
      }
    })

  const { keyIds, endpointNames } = inventory
  const ofService = createServicePorts({
    documents,
    keyIds,
    endpointNames,
    queue,
    log,
    freshBytes,
    call,
  })

  let closing = false
  const { unread, whenRead } = readAll({ inventory, suites, corps, log, stopped: () => closing })
  // Of a hundred thousand companies it takes seconds; nobody else gets into the folder by now.
  const permissionsRepaired = permissions
    .repair(listings, () => closing)
    .then(() => permissions.report(log))

  /** A call that needs to know every company. */
  const listing = <T>(work: () => T | Promise<T>): Promise<T> =>
    call(async () => {
      await whenRead
      return work()
    })

  /** Reading notes what is mended, and brings it back into the lists. */
  const readUnreadableAgain = async () => {
    const readings = unreadable
      .list()
      .slice(0, rereadAtOnce)
      .map(({ suiteId, corpid, file }) => {
        if (suiteId === null) return ofService.readAgain(file)
        return corpid === null ? suites.load(suiteId) : corps.load(suiteId, corpid)
      })
    await Promise.allSettled(readings)
  }

  /** The tokens of a company take turns with its record: whether it has a code decides on them. */
  const queueOf = ({ suiteId, corpid }: Pick<TokenKey, 'suiteId' | 'corpid'>) =>
    corpid === null ? tokenFile(suiteId, null) : corpFile(suiteId, corpid)

  const mayHaveTokens = async ({ suiteId, corpid }: TokenKey) =>
    corpid === null || Boolean((await corps.load(suiteId, corpid))?.permanentCode)

  /** A write that ends its turn, and is left out if the turn was lost. */
  const underTurn = <T>(key: TokenKey, turn: Lease, lost: T, write: () => Promise<T>) =>
    call(() =>
      queue.run(queueOf(key), async () => {
        if (!turns.isLast(key, turn)) return lost
        turns.end(key)
        return write()
      }),
    )

  return {
    loadSuite: (suiteId) =>
      call(async () => {
        const suite = await suites.load(suiteId)
        if (suite) return suite
        await whenRead
        return index.hasSuite(suiteId) ? { version: 1, suiteId, ticket: null } : null
      }),

    listSuiteIds: () => listing(() => index.suiteIds()),

    saveTicket: (suiteId, ticket) =>
      call(() => queue.run(suiteFile(suiteId), () => suites.saveTicket(suiteId, ticket))),

    loadCorp: (suiteId, corpid) => call(() => corps.load(suiteId, corpid)),

    ...createCorpWrites({ corps, leases, turns, queue, call, listing }),

    findCorpByInstallEvent: (suiteId, eventId) =>
      listing(async () => {
        const corpid = index.corpidOfInstall(checkedId(suiteId), eventId)
        const corp = corpid === null ? null : await corps.load(suiteId, corpid)
        return corp?.installEventId === eventId ? corp : null
      }),

    corpidOfOpenCorpid: (suiteId, openCorpid) =>
      listing(async () => {
        const corpid = index.corpidOfOpenCorpid(checkedId(suiteId), openCorpid)
        const corp = corpid === null ? null : await corps.load(suiteId, corpid)
        return corp?.openCorpid === openCorpid ? corp.corpid : null
      }),

    listCorps: (query) => listing(() => corpPage(index.summaries(), query)),

    listCorpIds: (cursor) => listing(() => corpIdPage(eachOf(unread, index.summaries()), cursor)),

    listUnreadable: () =>
      listing(async () => {
        await ofService.whenRead
        await readUnreadableAgain()
        return unreadable.list().sort((a, b) => (a.file < b.file ? -1 : 1))
      }),

    countCorps: (suiteId) => listing(() => countByStatus(index.summaries(), suiteId)),

    suitesOfCorp: (corpid) =>
      listing(() => {
        const listed = index.suitesOf(checkedId(corpid))
        return [...new Set([...listed, ...unreadable.suitesOf(corpid)])].sort()
      }),

    loadToken: (key) =>
      call(() => queue.run(queueOf(key), async () => (await tokens.load(key)).stored)),

    takeTokenTurn: (key, ttlMs) =>
      call(async () => {
        await fences.ready()
        return queue.run(queueOf(key), async () => {
          if (!(await mayHaveTokens(key))) return null
          return { ...(await tokens.load(key)), turn: turns.take(key, ttlMs) }
        })
      }),

    saveToken: (key, token, replaces, turn) =>
      underTurn(key, turn, 'superseded', () => tokens.save(key, token, replaces)),

    noteRefusal: (key, refusal, turn) =>
      underTurn(key, turn, undefined, () => tokens.noteRefusal(key, refusal)),

    endToken: (key, dead) => call(() => queue.run(queueOf(key), () => tokens.end(key, dead))),

    ...ofService.ports,

    ...createVisits({
      table: createVisitTable(),
      clock,
      since: clock.now(),
      unserved: index.unserved,
      authorized: () => index.summaries().filter(({ status }) => status === 'authorized'),
      run: listing,
    }),
    ...createBudgets({ table: new Map(), clock, call }),

    acquireLease: (name, ttlMs) =>
      call(async () => {
        await fences.ready()
        return leases.take(name, ttlMs)
      }),

    checkWritable: (suiteId) =>
      call(() =>
        queue.run('probe', () =>
          suiteId === undefined ? probeAll(fs, dir) : probeCorpsOf(fs, dir, suiteId),
        ),
      ),

    close: async () => {
      await close()
      closing = true
      await Promise.all([whenRead, ofService.whenRead, permissionsRepaired])
    },
  }
}
