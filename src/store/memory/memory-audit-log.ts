/** The audit log beside the memory event log. */
import type { AuditEntry, AuditLog, AuditQuery } from '../audit-log'
import type { Lifecycle } from '../driver/lifecycle'
import {
  cursorAfterDated,
  cursorAfterSeq,
  isBefore,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
} from '../driver/paging'

interface StoredEntry extends AuditEntry {
  /** Place in the order in which they were added. */
  readonly seq: number
}

export interface MemoryAuditData {
  /** By id. */
  readonly audit: Map<string, StoredEntry>
  lastAuditSeq: number
}

const stretchLength = 100

export const createMemoryAuditData = (): MemoryAuditData => ({ audit: new Map(), lastAuditSeq: 0 })

const matches = (
  { actor, action, corpid, at }: AuditEntry,
  { since = 0, until = Infinity, ...query }: AuditQuery,
): boolean =>
  (query.actor === undefined || query.actor === (actor.id ?? actor.kind)) &&
  (query.action === undefined || query.action === action) &&
  (query.corpid === undefined || query.corpid === corpid) &&
  at >= since &&
  at < until

const shown = ({ seq: _, ...entry }: StoredEntry): AuditEntry => structuredClone(entry)

export const createMemoryAuditLog = (data: MemoryAuditData, run: Lifecycle['run']): AuditLog => {
  const add = (entry: AuditEntry): boolean => {
    if (data.audit.has(entry.id)) return false
    data.audit.set(entry.id, { ...structuredClone(entry), seq: ++data.lastAuditSeq })
    return true
  }

  return {
    addAudit: (entry) => run(() => void add(entry)),

    listAudit: (query) =>
      run(() => {
        const before = placeBefore(query.cursor)
        const found = [...data.audit.values()]
          .filter((entry) => isBefore(entry, before) && matches(entry, query))
          .sort((a, b) => b.at - a.at || b.seq - a.seq)
        return mapPage(pageOf(found, query.limit, cursorAfterDated), shown)
      }),

    purgeAudit: (before) =>
      run(() => {
        const old = [...data.audit.values()].filter(({ at }) => at < before)
        for (const { id } of old) data.audit.delete(id)
        return old.length
      }),

    listAllAudit: (cursor) =>
      run(() => {
        const after = seqAfter(cursor)
        const rest = [...data.audit.values()].filter(({ seq }) => seq > after)
        return mapPage(pageOf(rest, stretchLength, cursorAfterSeq), shown)
      }),

    restoreAudit: (entries) => run(() => entries.filter(add).length),
  }
}
