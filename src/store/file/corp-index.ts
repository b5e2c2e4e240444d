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
  /** The company whose permanent code came from this event, or null. */
  corpidOfInstall(suiteId: string, eventId: string): string | null
}

interface Entry {
  readonly summary: CorpSummary
  readonly installEventId: string | null
}

export const createCorpIndex = (): CorpIndex => {
  /** By corpid, then by suite. */
  const corps = new Map<string, Map<string, Entry>>()
  const suites = new Set<string>()

  const set = (corp: CorpRecord) => {
    const ofCorp = corps.get(corp.corpid) ?? new Map<string, Entry>()
    ofCorp.set(corp.suiteId, { summary: summaryOf(corp), installEventId: corp.installEventId })
    corps.set(corp.corpid, ofCorp)
    suites.add(corp.suiteId)
  }

  return {
    set,
    add: (corp) => {
      if (!corps.get(corp.corpid)?.has(corp.suiteId)) set(corp)
    },
    addSuite: (suiteId) => suites.add(suiteId),
    hasSuite: (suiteId) => suites.has(suiteId),
    suiteIds: () => [...suites].sort(),
    *summaries() {
      for (const ofCorp of corps.values()) {
        for (const { summary } of ofCorp.values()) yield summary
      }
    },
    suitesOf: (corpid) => [...(corps.get(corpid)?.keys() ?? [])].sort(),
    corpidOfInstall: (suiteId, eventId) => {
      for (const [corpid, ofCorp] of corps) {
        if (ofCorp.get(suiteId)?.installEventId === eventId) return corpid
      }
      return null
    },
  }
}
