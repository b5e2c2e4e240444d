/** The store as JSON documents in a folder, one for each suite and for each company in a suite. */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { corpPage, countByStatus } from '../driver/corp-list'
import { checkedId } from '../driver/id'
import { asIoFailure } from '../driver/io-failure'
import { type LeaseTable, takeLease } from '../driver/leases'
import { createGate } from '../driver/lifecycle'
import { type Sealing, withoutKey } from '../driver/sealing'
import type { CorpIds, Store } from '../store'
import type { TokenKey } from '../token-record'
import { createCorpDocuments } from './corp-documents'
import { createCorpIndex } from './corp-index'
import { type FileSystem, nodeFileSystem } from './disk/file-system'
import { createKeyedQueue } from './disk/keyed-queue'
import { createClosing } from './disk/private-files'
import { createDocuments, DamagedDocument } from './document/documents'
import { createUnreadableDocuments } from './document/unreadable-documents'
import { corpFile, type Inventory, openLayout, suiteFile, tokenFile } from './folder/layout'
import { probeAll, probeCorpsOf } from './folder/probe'
import { createSuiteDocuments } from './suite-documents'
import { createTokenDocuments } from './token-documents'

export interface FileStoreOptions {
  /** The data folder; its lock is the caller's business. */
  readonly dir: string
  readonly clock: Clock
  readonly log: Logger
  /** How secrets stand in the documents; in clear by default. */
  readonly sealing?: Sealing
  readonly fs?: FileSystem
}

const subject = 'The data folder'

/** Documents that are read at the same time while the index is built. */
const readsAtOnce = 32

/** From so many on, reading them leaves tens of megabytes of garbage. */
const manyCorps = 20_000

/** Unreadable documents that are looked at again whenever somebody asks for them. */
const looksAtOnce = 20

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
  sealing = withoutKey,
  fs = nodeFileSystem,
}: FileStoreOptions): Promise<Store> => {
  const { inventory, own, listings } = await openLayout(fs, dir, log).catch((error) => {
    throw asIoFailure(subject, error)
  })
  const closingToOthers = createClosing(fs)
  await closingToOthers.close([own], () => false)
  const { enter, close } = createGate('The store')
  const queue = createKeyedQueue()
  const unreadable = createUnreadableDocuments()
  const documents = createDocuments({ dir, fs, log, sealing, unreadable })
  const index = createCorpIndex()
  const suites = createSuiteDocuments(documents, index)
  const tokens = createTokenDocuments(documents, log)
  const corps = createCorpDocuments(documents, tokens, index)
  const leases: LeaseTable = new Map()

  const call = <T>(work: () => T | Promise<T>): Promise<T> =>
    enter(async () => {
      try {
        return await work()
      } catch (error) {
        throw asIoFailure(subject, error)
      }
    })

  let closing = false
  /** Those that were there and could not be read: they are in no list, but they exist. */
  const unread: CorpIds[] = []
  const readAll = async ({ suiteIds, corps: all }: Inventory) => {
    const reads = (function* () {
      for (const suiteId of suiteIds) yield { suiteId, corpid: null }
      yield* all
    })()
    const reader = async () => {
      for (const { suiteId, corpid } of reads) {
        if (closing) return
        await (corpid === null ? suites.load(suiteId) : corps.load(suiteId, corpid)).catch(
          (error) => {
            if (corpid !== null) unread.push({ suiteId, corpid })
            // Damage is in the log already; either way the others are to be listed.
            if (error instanceof DamagedDocument) return
            log.error('a document is missing from the lists', { reason: reasonOf(error) })
          },
        )
      }
    }
    await Promise.all(Array.from({ length: readsAtOnce }, reader))
    // The engine would keep what so much reading left behind for as long as little else happens.
    if (all.length >= manyCorps) Bun.gc(true)
  }
  const indexBuilt = readAll(inventory)
  // Of a hundred thousand companies it takes seconds; nobody else gets into the folder by now.
  const closedToOthers = closingToOthers
    .close(listings, () => closing)
    .then(() => closingToOthers.tell(log))

  /** A call that needs to know every company. */
  const listing = <T>(work: () => T | Promise<T>): Promise<T> =>
    call(async () => {
      await indexBuilt
      return work()
    })

  /** Reading notes what is mended, and brings it back into the lists. */
  const lookAgain = async () => {
    const looks = unreadable
      .list()
      .slice(0, looksAtOnce)
      .map(({ suiteId, corpid }) =>
        corpid === null ? suites.load(suiteId) : corps.load(suiteId, corpid),
      )
    await Promise.allSettled(looks)
  }

  /** The tokens of a company take turns with its record: whether it has a code decides on them. */
  const queueOf = ({ suiteId, corpid }: Omit<TokenKey, 'kind'>) =>
    corpid === null ? tokenFile(suiteId, null) : corpFile(suiteId, corpid)

  const mayHaveTokens = async ({ suiteId, corpid }: TokenKey) =>
    corpid === null || Boolean((await corps.load(suiteId, corpid))?.permanentCode)

  return {
    loadSuite: (suiteId) =>
      call(async () => {
        const suite = await suites.load(suiteId)
        if (suite) return suite
        await indexBuilt
        return index.hasSuite(suiteId) ? { version: 1, suiteId, ticket: null } : null
      }),

    listSuiteIds: () => listing(() => index.suiteIds()),

    saveTicket: (suiteId, ticket) =>
      call(() => queue.run(suiteFile(suiteId), () => suites.saveTicket(suiteId, ticket))),

    loadCorp: (suiteId, corpid) => call(() => corps.load(suiteId, corpid)),

    changeCorp: (suiteId, corpid, change) =>
      call(() =>
        queue.run(queueOf({ suiteId, corpid }), () => corps.change(suiteId, corpid, change)),
      ),

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

    listCorpIds: () =>
      listing(() => {
        const ids = new Map<string, CorpIds>()
        for (const { suiteId, corpid } of [...unread, ...index.summaries()]) {
          ids.set(corpFile(suiteId, corpid), { suiteId, corpid })
        }
        return [...ids.values()]
      }),

    listUnreadable: () =>
      listing(async () => {
        await lookAgain()
        return unreadable.list().sort((a, b) => (a.file < b.file ? -1 : 1))
      }),

    countCorps: (suiteId) => listing(() => countByStatus(index.summaries(), suiteId)),

    suitesOfCorp: (corpid) =>
      listing(() => {
        const listed = index.suitesOf(checkedId(corpid))
        return [...new Set([...listed, ...unreadable.suitesOf(corpid)])].sort()
      }),

    loadToken: (key) => call(() => queue.run(queueOf(key), () => tokens.load(key))),

    saveToken: (key, token, replaces) =>
      call(() =>
        queue.run(queueOf(key), async () =>
          (await mayHaveTokens(key)) ? tokens.save(key, token, replaces) : 'superseded',
        ),
      ),

    acquireLease: (name, ttlMs) => call(() => takeLease(leases, clock, name, ttlMs)),

    checkWritable: (suiteId) =>
      call(() =>
        queue.run('probe', () =>
          suiteId === undefined ? probeAll(fs, dir) : probeCorpsOf(fs, dir, suiteId),
        ),
      ),

    close: async () => {
      await close()
      closing = true
      await Promise.all([indexBuilt, closedToOthers])
    },
  }
}
