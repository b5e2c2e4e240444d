/** The records of companies in use, as they were read last. No I/O. No clock. */
import type { CorpRecord } from '../store/store'

export interface CachedCorp {
  readonly record: CorpRecord
  /** When the reading began. Epoch milliseconds. */
  readonly readAt: number
}

export interface CorpCache {
  /** By any of the company's ids. */
  of(suiteId: string, corpid: string): CachedCorp | null
  put(record: CorpRecord, readAt: number): void
  drop(suiteId: string, corpid: string): void
  clear(): void
}

const mostCached = 20_000

/** The ids by which WeCom and callers may name a company: the stored one first. */
export const idsOf = ({ corpid, openCorpid }: CorpRecord): string[] =>
  openCorpid === undefined || openCorpid === corpid ? [corpid] : [corpid, openCorpid]

const nameOf = (suiteId: string, corpid: string) => `${suiteId} ${corpid}`

export const createCorpCache = (): CorpCache => {
  const cached = new Map<string, CachedCorp>()
  /** Under which name those stand that are asked for by another id. */
  const storedNames = new Map<string, string>()

  return {
    of(suiteId, corpid) {
      const name = nameOf(suiteId, corpid)
      return cached.get(name) ?? cached.get(storedNames.get(name) ?? name) ?? null
    },
    put(record, readAt) {
      if (cached.size >= mostCached) cached.delete(cached.keys().next().value ?? '')
      const name = nameOf(record.suiteId, record.corpid)
      cached.set(name, { record, readAt })
      for (const other of idsOf(record).slice(1)) {
        storedNames.set(nameOf(record.suiteId, other), name)
      }
    },
    drop(suiteId, corpid) {
      const name = nameOf(suiteId, corpid)
      if (!cached.delete(name)) cached.delete(storedNames.get(name) ?? name)
    },
    clear: () => cached.clear(),
  }
}
