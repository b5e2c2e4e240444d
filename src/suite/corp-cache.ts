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
  /** Other ids of those that are cached. */
  const corpidByOther = new Map<string, string>()

  const storedNameOf = (suiteId: string, corpid: string): string => {
    const name = nameOf(suiteId, corpid)
    if (cached.has(name)) return name
    return nameOf(suiteId, corpidByOther.get(name) ?? corpid)
  }

  return {
    of: (suiteId, corpid) =>
      cached.get(nameOf(suiteId, corpid)) ?? cached.get(storedNameOf(suiteId, corpid)) ?? null,
    put(record, readAt) {
      if (cached.size >= mostCached) cached.delete(cached.keys().next().value ?? '')
      cached.set(nameOf(record.suiteId, record.corpid), { record, readAt })
      for (const other of idsOf(record).slice(1)) {
        corpidByOther.set(nameOf(record.suiteId, other), record.corpid)
      }
    },
    drop: (suiteId, corpid) => void cached.delete(storedNameOf(suiteId, corpid)),
    clear: () => cached.clear(),
  }
}
