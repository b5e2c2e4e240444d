/**
 * The companies in use: their records, read from the store once and cached while they are asked
 * for, so that a signature needs no disk.
 */
import { type Clock, minuteMs } from '../clock'
import { ServiceError } from '../errors'
import type { CorpRecord, Store } from '../store/store'
import { type AuthorizedCorp, isAuthorized, unauthorizedReason } from './authorized-corp'

export interface Corps {
  /** The company's record, at most a minute old; null if it was never seen. */
  find(suiteId: string, corpid: string): Promise<CorpRecord | null>
  /** What `require` would give, if it is cached and fresh: without any waiting; null otherwise. */
  peek(suiteId: string, corpid: string): AuthorizedCorp | null
  /**
   * The record of a company that has authorised the suite.
   *
   * @throws {ServiceError} corp_not_authorized with the `reason`
   */
  require(suiteId: string, corpid: string): Promise<AuthorizedCorp>
  /** `store.changeCorp`, with the cached record following. */
  change: Store['changeCorp']
  /** `store.removeCorp`, with the cached record going too. */
  remove: Store['removeCorp']
}

/** Another replica may have changed a record: a cached one is read again after this. */
const freshForMs = minuteMs
const mostCached = 20_000

/** The ids by which WeCom and callers may name a company: the stored one first. */
export const idsOf = ({ corpid, openCorpid }: CorpRecord): string[] =>
  openCorpid === undefined || openCorpid === corpid ? [corpid] : [corpid, openCorpid]

const nameOf = (suiteId: string, corpid: string) => `${suiteId} ${corpid}`

export const createCorps = (parts: {
  store: Pick<Store, 'loadCorp' | 'changeCorp' | 'removeCorp' | 'corpidOfOpenCorpid'>
  clock: Clock
  /** Whether the event log holds messages of this company. */
  messagesArrive(suiteId: string, corpid: string): Promise<boolean>
}): Corps => {
  const { store, clock, messagesArrive } = parts
  const cached = new Map<string, { record: CorpRecord; readAt: number }>()
  /** Other ids of those that are cached. */
  const corpidByOther = new Map<string, string>()
  let changes = 0

  const cache = (record: CorpRecord) => {
    if (cached.size >= mostCached) cached.delete(cached.keys().next().value ?? '')
    cached.set(nameOf(record.suiteId, record.corpid), { record, readAt: clock.now() })
    for (const other of idsOf(record).slice(1)) {
      corpidByOther.set(nameOf(record.suiteId, other), record.corpid)
    }
  }

  const cachedOf = (suiteId: string, corpid: string) => {
    const name = nameOf(suiteId, corpid)
    return cached.get(name) ?? cached.get(nameOf(suiteId, corpidByOther.get(name) ?? corpid))
  }

  /** Callers may know a company by its id of after WeCom's ID upgrade. */
  const findByOpenCorpid = async (suiteId: string, openCorpid: string) => {
    const corpid = await store.corpidOfOpenCorpid(suiteId, openCorpid)
    return corpid === null ? null : store.loadCorp(suiteId, corpid)
  }

  const freshOf = (suiteId: string, corpid: string): CorpRecord | null => {
    const entry = cachedOf(suiteId, corpid)
    return entry && clock.now() - entry.readAt < freshForMs ? entry.record : null
  }

  const find: Corps['find'] = async (suiteId, corpid) => {
    const fresh = freshOf(suiteId, corpid)
    if (fresh) return fresh
    const before = changes
    const record =
      (await store.loadCorp(suiteId, corpid)) ?? (await findByOpenCorpid(suiteId, corpid))
    // What was read before a change must not stand in for what the change left.
    if (record && changes === before) cache(record)
    return record
  }

  return {
    find,
    peek(suiteId, corpid) {
      const record = freshOf(suiteId, corpid)
      return record && isAuthorized(record) ? record : null
    },
    async require(suiteId, corpid) {
      const record = await find(suiteId, corpid)
      if (record && isAuthorized(record)) return record
      const arriving = record === null && (await messagesArrive(suiteId, corpid))
      const reason = unauthorizedReason(record, arriving)
      throw new ServiceError('corp_not_authorized', 'This company has not authorised the app.', {
        extra: { reason },
      })
    },
    async change(suiteId, corpid, change, under) {
      const changed = await store.changeCorp(suiteId, corpid, change, under)
      changes += 1
      if (changed.after) cache(changed.after)
      return changed
    },
    async remove(suiteId, corpid, isGone) {
      const removed = await store.removeCorp(suiteId, corpid, isGone)
      changes += 1
      if (removed) cached.delete(nameOf(suiteId, corpid))
      return removed
    },
  }
}
