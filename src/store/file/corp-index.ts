/** The index over all companies for lists, counts and searches, kept in memory. No I/O. */
import type { UnservedCorp } from '../driver/corp-visits'
import { summaryOf } from '../driver/records/corp-list'
import type { CorpRecord, CorpSummary } from '../store'
import { recheckEveryMs } from '../watch/corp-visits'

export interface CorpIndex {
  /** Takes over what was just written. */
  set(corp: CorpRecord): void
  /** Takes over what was read, unless the company is known: that may be newer than the read. */
  add(corp: CorpRecord): void
  remove(corp: CorpRecord): void
  addSuite(suiteId: string): void
  hasSuite(suiteId: string): boolean
  suiteIds(): string[]
  summaries(): IteratorObject<CorpSummary>
  /** Those that aren't served and are rechecked. */
  unserved(): Iterable<UnservedCorp>
  suitesOf(corpid: string): string[]
  /** The last company that had this as its other id, or null; it may have another by now. */
  corpidOfOpenCorpid(suiteId: string, openCorpid: string): string | null
  /** The last company that named this event as its install, or null; it may name another by now. */
  corpidOfInstall(suiteId: string, eventId: string): string | null
}

interface SuiteIndex {
  readonly suiteId: string
  readonly summaries: Map<string, CorpSummary>
  /** Few, so that their record's part is no matter. */
  readonly unserved: Map<string, UnservedCorp>
  readonly corpidsByInstall: Map<string, string>
  readonly corpidsByOpenCorpid: Map<string, string>
}

/**
 * Of a hundred thousand companies each byte counts: what is kept of them is one entry under texts
 * that the summary has anyway, and all of a suite share one text of its id.
 */
export const createCorpIndex = (): CorpIndex => {
  const suites = new Map<string, SuiteIndex>()

  const indexOf = (suiteId: string): SuiteIndex => {
    const known = suites.get(suiteId)
    if (known) return known
    const fresh: SuiteIndex = {
      suiteId,
      summaries: new Map(),
      unserved: new Map(),
      corpidsByInstall: new Map(),
      corpidsByOpenCorpid: new Map(),
    }
    suites.set(suiteId, fresh)
    return fresh
  }

  const set = (corp: CorpRecord) => {
    const ofSuite = indexOf(corp.suiteId)
    const { suiteId, summaries, unserved, corpidsByInstall, corpidsByOpenCorpid } = ofSuite
    const { corpid, status, statusAt, installEventId, openCorpid } = corp
    summaries.set(corpid, { ...summaryOf(corp), suiteId })
    if (recheckEveryMs[status] === undefined) unserved.delete(corpid)
    else unserved.set(corpid, { suiteId, corpid, status, statusAt })
    if (installEventId !== null) corpidsByInstall.set(installEventId, corpid)
    // Most companies have but one id: no entry for those.
    if (openCorpid && openCorpid !== corpid) corpidsByOpenCorpid.set(openCorpid, corpid)
  }

  return {
    set,
    add: (corp) => {
      if (!suites.get(corp.suiteId)?.summaries.has(corp.corpid)) set(corp)
    },
    remove: ({ suiteId, corpid, installEventId, openCorpid }) => {
      const { summaries, unserved, corpidsByInstall, corpidsByOpenCorpid } = indexOf(suiteId)
      summaries.delete(corpid)
      unserved.delete(corpid)
      if (installEventId !== null) corpidsByInstall.delete(installEventId)
      if (openCorpid) corpidsByOpenCorpid.delete(openCorpid)
    },
    addSuite: (suiteId) => void indexOf(suiteId),
    hasSuite: (suiteId) => suites.has(suiteId),
    suiteIds: () => [...suites.keys()].sort(),
    summaries: () => suites.values().flatMap((suite) => suite.summaries.values()),
    unserved: () => suites.values().flatMap((suite) => suite.unserved.values()),
    suitesOf: (corpid) =>
      suites
        .values()
        .flatMap(({ suiteId, summaries }) => (summaries.has(corpid) ? [suiteId] : []))
        .toArray()
        .sort(),
    corpidOfOpenCorpid: (suiteId, openCorpid) =>
      suites.get(suiteId)?.corpidsByOpenCorpid.get(openCorpid) ?? null,
    corpidOfInstall: (suiteId, eventId) =>
      suites.get(suiteId)?.corpidsByInstall.get(eventId) ?? null,
  }
}
