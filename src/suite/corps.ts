/**
 * The companies in use: their records, read from the store once and cached while they are asked
 * for, so that a signature needs no disk.
 *
 * What another process changes is dropped as soon as it is heard, and is a minute old at most
 * should nobody tell. While the store can't be read, what is cached serves on: how long, the end of
 * the company's tokens decides.
 */
import { type Clock, minuteMs, secondMs, within } from '../clock'
import { ServiceError } from '../errors'
import type { CorpRecord, Store } from '../store/store'
import { type AuthorizedCorp, isAuthorized, unauthorizedReason } from './authorized-corp'
import { type CachedCorp, createCorpCache } from './corp-cache'

export interface Corps {
  /**
   * The company's record, at most a minute old, or older while the store can't be read; null if it
   * was never seen.
   *
   * @throws {ServiceError} store_unavailable — it is not cached either
   */
  find(suiteId: string, corpid: string): Promise<CorpRecord | null>
  /**
   * The same, at most a second old: for who would refuse by it. However often strangers ask, it is
   * one reading a second.
   *
   * @throws {ServiceError} store_unavailable
   */
  findCurrent(suiteId: string, corpid: string): Promise<CorpRecord | null>
  /** What `require` would give, if it is cached: without any waiting; null otherwise. */
  peek(suiteId: string, corpid: string): AuthorizedCorp | null
  /**
   * The record of a company that has authorised the suite.
   *
   * @throws {ServiceError} corp_not_authorized with the `reason`; store_unavailable
   */
  require(suiteId: string, corpid: string): Promise<AuthorizedCorp>
  /** `store.changeCorp`, with the cached record following. */
  change: Store['changeCorp']
  /** `store.removeCorp`, with the cached record going too. */
  remove: Store['removeCorp']
  /** Another process changed it: what is cached is dropped, and what is being read is not kept. */
  drop(suiteId: string, corpid: string): void
  /** The same for all companies. */
  dropAll(): void
}

/** Another process may have changed a record unheard: a cached one is read again after this. */
const freshForMs = minuteMs
/** Nobody is refused by what is older. */
const currentForMs = secondMs
/** A cached record is served after so long, if the store does not answer. */
const patienceMs = secondMs / 2
/** While the store can't be read, it is tried again so often. */
const betweenTriesMs = secondMs

/** Strangers may make up as many ids as they like, and to look for messages is a search. */
const searchesPerSecond = 10

const isAwayFailure = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'store_unavailable'

export const createCorps = (parts: {
  store: Pick<Store, 'loadCorp' | 'changeCorp' | 'removeCorp' | 'corpidOfOpenCorpid'>
  clock: Clock
  /** Whether the event log holds messages of this company. */
  messagesArrive(suiteId: string, corpid: string): Promise<boolean>
}): Corps => {
  const { store, clock, messagesArrive } = parts
  const cache = createCorpCache()
  /** The readings that nothing was changed under, by the ids that were asked for. */
  const underWay = new Map<string, Promise<CorpRecord | null>>()
  let changes = 0
  let storeIsAway = false
  let triedAt = 0
  const searches = { since: 0, count: 0 }

  const noteChange = () => {
    changes += 1
    underWay.clear()
  }

  /** Callers may know a company by its id of after WeCom's ID upgrade. */
  const findByOpenCorpid = async (suiteId: string, openCorpid: string) => {
    const corpid = await store.corpidOfOpenCorpid(suiteId, openCorpid)
    return corpid === null ? null : store.loadCorp(suiteId, corpid)
  }

  const readStore = async (suiteId: string, corpid: string): Promise<CorpRecord | null> => {
    const before = changes
    const readAt = clock.now()
    try {
      const record =
        (await store.loadCorp(suiteId, corpid)) ?? (await findByOpenCorpid(suiteId, corpid))
      storeIsAway = false
      // What was read before a change must not stand in for what the change left.
      if (changes !== before) return record
      if (record) cache.put(record, readAt)
      else cache.drop(suiteId, corpid)
      return record
    } catch (error) {
      if (isAwayFailure(error)) storeIsAway = true
      throw error
    }
  }

  /** All who ask meanwhile share one reading. */
  const read = (suiteId: string, corpid: string): Promise<CorpRecord | null> => {
    const name = `${suiteId} ${corpid}`
    const shared = underWay.get(name)
    if (shared) return shared
    const reading = readStore(suiteId, corpid).finally(() => {
      if (underWay.get(name) === reading) underWay.delete(name)
    })
    underWay.set(name, reading)
    return reading
  }

  /** Reads again what is cached, which serves on where that fails or takes long. */
  const readAgain = (cached: CorpRecord): Promise<CorpRecord | null> => {
    const reading = read(cached.suiteId, cached.corpid).catch((error) => {
      if (isAwayFailure(error)) return cached
      throw error
    })
    return within(clock, patienceMs, reading, () => {
      storeIsAway = true
      return cached
    })
  }

  const tryStore = ({ suiteId, corpid }: CorpRecord): void => {
    const now = clock.now()
    if (Math.abs(now - triedAt) < betweenTriesMs) return
    triedAt = now
    read(suiteId, corpid).catch(() => undefined)
  }

  /** What is cached and may serve without any waiting. */
  const serving = (cached: CachedCorp | null): CorpRecord | null => {
    if (cached === null) return null
    if (clock.now() - cached.readAt < freshForMs) return cached.record
    if (!storeIsAway) return null
    tryStore(cached.record)
    return cached.record
  }

  const find: Corps['find'] = async (suiteId, corpid) => {
    const cached = cache.of(suiteId, corpid)
    const ready = serving(cached)
    if (ready) return ready
    return cached ? readAgain(cached.record) : read(suiteId, corpid)
  }

  const findCurrent: Corps['findCurrent'] = async (suiteId, corpid) => {
    const cached = cache.of(suiteId, corpid)
    const isCurrent = cached !== null && Math.abs(clock.now() - cached.readAt) < currentForMs
    return isCurrent ? cached.record : read(suiteId, corpid)
  }

  /**
   * Only for words on why it can't be served: beyond so many a second they say less.
   */
  const areMessagesArriving = async (suiteId: string, corpid: string): Promise<boolean> => {
    const now = clock.now()
    if (Math.abs(now - searches.since) >= secondMs)
      Object.assign(searches, { since: now, count: 0 })
    searches.count += 1
    return searches.count <= searchesPerSecond && (await messagesArrive(suiteId, corpid))
  }

  return {
    find,
    findCurrent,
    peek(suiteId, corpid) {
      const record = serving(cache.of(suiteId, corpid))
      return record && isAuthorized(record) ? record : null
    },
    async require(suiteId, corpid) {
      const found = await find(suiteId, corpid)
      if (found && isAuthorized(found)) return found
      // It may have come back, and only another process knows.
      const record = found && (await findCurrent(suiteId, corpid))
      if (record && isAuthorized(record)) return record
      const arriving = record === null && (await areMessagesArriving(suiteId, corpid))
      const reason = unauthorizedReason(record, arriving)
      throw new ServiceError('corp_not_authorized', 'This company has not authorised the app.', {
        extra: { reason },
      })
    },
    async change(suiteId, corpid, ...change) {
      const before = changes
      const changed = await store.changeCorp(suiteId, corpid, ...change)
      // Whoever else changed something meanwhile may have changed this, and later.
      if (changes !== before) cache.drop(suiteId, corpid)
      else if (changed.after) cache.put(changed.after, clock.now())
      noteChange()
      return changed
    },
    async remove(suiteId, corpid, isGone) {
      const removed = await store.removeCorp(suiteId, corpid, isGone)
      noteChange()
      if (removed) cache.drop(suiteId, corpid)
      return removed
    },
    drop(suiteId, corpid) {
      noteChange()
      cache.drop(suiteId, corpid)
    },
    dropAll() {
      noteChange()
      cache.clear()
    },
  }
}
