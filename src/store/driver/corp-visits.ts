/** Visits among the handles of one process: when whose turn is, for as long as that lives. */
import type { Clock } from '../../clock'
import type { CorpIds, CorpRecord } from '../store'
import { type CorpVisits, hearAgainAfterMs, refreshEveryMs } from '../watch/corp-visits'
import { nextRecheckAt } from './next-recheck'

/** A company that isn't served and is rechecked. */
export type UnservedCorp = Pick<CorpRecord, 'suiteId' | 'corpid' | 'status' | 'statusAt'>

interface Recheck extends Pick<CorpRecord, 'status' | 'statusAt'> {
  dueAt: number
  /** When it was last brought forward. */
  heardAt: number
}

/** By suite, then by corpid: of a hundred thousand companies each byte counts. */
type BySuite<T> = Map<string, Map<string, T>>

export interface VisitTable {
  readonly rechecks: BySuite<Recheck>
  /** When the next refresh is due, of those that had one. */
  readonly refreshAt: BySuite<number>
}

export const createVisitTable = (): VisitTable => ({ rechecks: new Map(), refreshAt: new Map() })

const ofSuite = <T>(table: BySuite<T>, suiteId: string): Map<string, T> => {
  const known = table.get(suiteId)
  if (known) return known
  const fresh = new Map<string, T>()
  table.set(suiteId, fresh)
  return fresh
}

export const createVisits = (parts: {
  readonly table: VisitTable
  readonly clock: Pick<Clock, 'now'>
  /** Rechecks that were due before this moment are passed over. Epoch milliseconds. */
  readonly since: number
  unserved(): Iterable<UnservedCorp>
  authorized(): Iterable<CorpIds>
  /** Runs a call once all companies are known. */
  run<T>(work: () => T): Promise<T>
}): CorpVisits => {
  const { table, clock, since, unserved, authorized, run } = parts

  /** Null if it isn't rechecked. */
  const recheckOf = (corp: UnservedCorp): Recheck | null => {
    const { suiteId, corpid, status, statusAt } = corp
    const rechecks = ofSuite(table.rechecks, suiteId)
    const known = rechecks.get(corpid)
    if (known?.status === status && known.statusAt === statusAt) return known
    const dueAt = nextRecheckAt(status, statusAt, Math.max(statusAt, since))
    if (dueAt === null) return null
    const recheck = { status, statusAt, dueAt, heardAt: known?.heardAt ?? 0 }
    rechecks.set(corpid, recheck)
    return recheck
  }

  /** Those that are served again are forgotten. */
  const forgetOthers = (seen: ReadonlySet<Recheck>): void => {
    for (const rechecks of table.rechecks.values()) {
      for (const [corpid, recheck] of rechecks) if (!seen.has(recheck)) rechecks.delete(corpid)
    }
  }

  const take = (recheck: Recheck, now: number): void => {
    recheck.dueAt = nextRecheckAt(recheck.status, recheck.statusAt, now) ?? recheck.dueAt
  }

  const takeRechecks = (suiteIds: readonly string[], limit: number): CorpIds[] => {
    const now = clock.now()
    const seen = new Set<Recheck>()
    const due: { readonly ids: CorpIds; readonly recheck: Recheck }[] = []
    for (const corp of unserved()) {
      const recheck = recheckOf(corp)
      if (recheck === null) continue
      seen.add(recheck)
      const { suiteId, corpid } = corp
      if (recheck.dueAt > now || !suiteIds.includes(suiteId)) continue
      due.push({ ids: { suiteId, corpid }, recheck })
    }
    forgetOthers(seen)
    const taken = due.sort((a, b) => a.recheck.dueAt - b.recheck.dueAt).slice(0, limit)
    for (const { recheck } of taken) take(recheck, now)
    return taken.map(({ ids }) => ids)
  }

  const findRecheck = (suiteId: string, corpid: string): Recheck | null => {
    for (const corp of unserved()) {
      if (corp.corpid === corpid && corp.suiteId === suiteId) return recheckOf(corp)
    }
    return null
  }

  const takeRecheck = (suiteId: string, corpid: string): void => {
    const recheck = findRecheck(suiteId, corpid)
    if (recheck) take(recheck, clock.now())
  }

  const hearOfCorp = (suiteId: string, corpid: string): void => {
    const now = clock.now()
    const recheck = findRecheck(suiteId, corpid)
    if (recheck === null || now - recheck.heardAt < hearAgainAfterMs) return
    recheck.heardAt = now
    recheck.dueAt = Math.min(recheck.dueAt, now)
  }

  const takeRefreshes = (suiteIds: readonly string[], limit: number): CorpIds[] => {
    const now = clock.now()
    const taken: CorpIds[] = []
    for (const { suiteId, corpid } of authorized()) {
      if (taken.length >= limit) break
      if (!suiteIds.includes(suiteId)) continue
      const refreshAt = ofSuite(table.refreshAt, suiteId)
      if ((refreshAt.get(corpid) ?? 0) > now) continue
      refreshAt.set(corpid, now + refreshEveryMs)
      taken.push({ suiteId, corpid })
    }
    return taken
  }

  return {
    takeRechecks: (suiteIds, limit) => run(() => takeRechecks(suiteIds, limit)),
    takeRecheck: (suiteId, corpid) => run(() => takeRecheck(suiteId, corpid)),
    hearOfCorp: (suiteId, corpid) => run(() => hearOfCorp(suiteId, corpid)),
    takeRefreshes: (suiteIds, limit) => run(() => takeRefreshes(suiteIds, limit)),
    refreshCorpAt: (suiteId, corpid, at) =>
      run(() => void ofSuite(table.refreshAt, suiteId).set(corpid, at)),
  }
}
