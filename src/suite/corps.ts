/**
 * The companies in use: their records, read from the store once and kept while they are asked for,
 * so that a signature needs no disk.
 */
import { type Clock, minuteMs } from '../clock'
import { ServiceError } from '../errors'
import type { CorpRecord, Store } from '../store/store'

/** What `require` gives: a company in good standing has a permanent code. */
export type AuthorizedCorp = CorpRecord & { readonly permanentCode: string }

export interface Corps {
  /** The company's record, at most a minute old; null if it was never seen. */
  find(suiteId: string, corpid: string): Promise<CorpRecord | null>
  /** What `require` would give, if it is kept here and fresh: without any waiting; null otherwise. */
  peek(suiteId: string, corpid: string): AuthorizedCorp | null
  /**
   * The record of a company that has authorised the suite.
   *
   * @throws {ServiceError} corp_not_authorized with the `reason`
   */
  require(suiteId: string, corpid: string): Promise<AuthorizedCorp>
  /** `store.changeCorp`, with what is kept here following. */
  change: Store['changeCorp']
}

/** Another replica may have changed a record: what is kept is looked up again after this. */
const freshForMs = minuteMs
const mostKept = 20_000

/** The ids by which WeCom and callers may name a company: the kept one first. */
export const idsOf = ({ corpid, openCorpid }: CorpRecord): string[] =>
  openCorpid === undefined || openCorpid === corpid ? [corpid] : [corpid, openCorpid]

const date = (at: number): string => new Date(at).toISOString()

const isAuthorized = (record: CorpRecord): record is AuthorizedCorp =>
  record.permanentCode !== null && record.status === 'authorized'

/** Why a company can't be served, as one sentence; null if it can. */
export const unauthorizedReason = (
  record: CorpRecord | null,
  messagesArrive: boolean,
): string | null => {
  if (record === null) {
    return messagesArrive
      ? 'Its messages arrive, but there is no permanent code: installed before suited? Import it.'
      : 'This company was never seen here. Ids are compared exactly, case matters.'
  }
  if (isAuthorized(record)) return null
  const because = record.statusReason ?? 'no reason known'
  if (record.status === 'cancelled') return `It left at ${date(record.statusAt)}.`
  return `It is ${record.status} since ${date(record.statusAt)}: ${because}`
}

export const createCorps = (parts: {
  store: Pick<Store, 'loadCorp' | 'changeCorp' | 'corpidOfOpenCorpid'>
  clock: Clock
  /** Whether the event log holds messages of this company. */
  messagesArrive(suiteId: string, corpid: string): Promise<boolean>
}): Corps => {
  const { store, clock, messagesArrive } = parts
  const kept = new Map<string, { record: CorpRecord; readAt: number }>()
  /** Other ids of those that are kept. */
  const corpidByOther = new Map<string, string>()
  let changes = 0
  const nameOf = (suiteId: string, corpid: string) => `${suiteId} ${corpid}`

  const keep = (record: CorpRecord) => {
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '')
    kept.set(nameOf(record.suiteId, record.corpid), { record, readAt: clock.now() })
    for (const other of idsOf(record).slice(1)) {
      corpidByOther.set(nameOf(record.suiteId, other), record.corpid)
    }
  }

  const keptOf = (suiteId: string, corpid: string) => {
    const name = nameOf(suiteId, corpid)
    return kept.get(name) ?? kept.get(nameOf(suiteId, corpidByOther.get(name) ?? corpid))
  }

  /** Callers may know a company by its id of after WeCom's ID upgrade. */
  const findByOpenCorpid = async (suiteId: string, openCorpid: string) => {
    const corpid = await store.corpidOfOpenCorpid(suiteId, openCorpid)
    return corpid === null ? null : store.loadCorp(suiteId, corpid)
  }

  const freshOf = (suiteId: string, corpid: string): CorpRecord | null => {
    const held = keptOf(suiteId, corpid)
    return held && clock.now() - held.readAt < freshForMs ? held.record : null
  }

  const find: Corps['find'] = async (suiteId, corpid) => {
    const fresh = freshOf(suiteId, corpid)
    if (fresh) return fresh
    const before = changes
    const record =
      (await store.loadCorp(suiteId, corpid)) ?? (await findByOpenCorpid(suiteId, corpid))
    // What was read before a change must not stand in for what the change left.
    if (record && changes === before) keep(record)
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
    async change(suiteId, corpid, change) {
      const changed = await store.changeCorp(suiteId, corpid, change)
      changes += 1
      if (changed.after) keep(changed.after)
      return changed
    },
  }
}
