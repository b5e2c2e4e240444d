/** What lists, counts and searches need to know of every company, kept in memory. No I/O. */
import { summaryOf } from '../corp-list'
import type { CorpRecord, CorpSummary } from '../store'

export interface CorpIndex {
  /** Takes over what was just written. */
  set(corp: CorpRecord): void
  /** Takes over what was read, unless the company is known: that may be newer than the read. */
  add(corp: CorpRecord): void
  addSuite(suiteId: string): void
  hasSuite(suiteId: string): boolean
  suiteIds(): string[]
  summaries(): Iterable<CorpSummary>
  suitesOf(corpid: string): string[]
  /** The last company that had this as its other id, or null; it may have another by now. */
  corpidOfOpenCorpid(suiteId: string, openCorpid: string): string | null
  /** The last company that named this event as its install, or null; it may name another by now. */
  corpidOfInstall(suiteId: string, eventId: string): string | null
}

const keyOf = (suiteId: string, id: string) => `${suiteId}/${id}`

export const createCorpIndex = (): CorpIndex => {
  const summaries = new Map<string, CorpSummary>()
  const suites = new Set<string>()
  const suitesByCorp = new Map<string, Set<string>>()
  const corpidsByInstall = new Map<string, string>()
  const corpidsByOpenCorpid = new Map<string, string>()

  const set = (corp: CorpRecord) => {
    const { suiteId, corpid, installEventId, openCorpid } = corp
    summaries.set(keyOf(suiteId, corpid), summaryOf(corp))
    suites.add(suiteId)
    suitesByCorp.set(corpid, (suitesByCorp.get(corpid) ?? new Set()).add(suiteId))
    if (installEventId !== null) corpidsByInstall.set(keyOf(suiteId, installEventId), corpid)
    // Most companies have but one id: no entry for those.
    if (openCorpid && openCorpid !== corpid) {
      corpidsByOpenCorpid.set(keyOf(suiteId, openCorpid), corpid)
    }
  }

  return {
    set,
    add: (corp) => {
      if (!summaries.has(keyOf(corp.suiteId, corp.corpid))) set(corp)
    },
    addSuite: (suiteId) => suites.add(suiteId),
    hasSuite: (suiteId) => suites.has(suiteId),
    suiteIds: () => [...suites].sort(),
    summaries: () => summaries.values(),
    suitesOf: (corpid) => [...(suitesByCorp.get(corpid) ?? [])].sort(),
    corpidOfOpenCorpid: (suiteId, openCorpid) =>
      corpidsByOpenCorpid.get(keyOf(suiteId, openCorpid)) ?? null,
    corpidOfInstall: (suiteId, eventId) => corpidsByInstall.get(keyOf(suiteId, eventId)) ?? null,
  }
}
