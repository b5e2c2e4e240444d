/**
 * The data that the ports of the memory event log share: events, what was seen, facts, the audit.
 */
import type { Entry } from './entry'
import { createMemoryAuditData, type MemoryAuditData } from './memory-audit-log'
import { createMemoryFactsData, type MemoryFactsData } from './memory-facts'

/** What one or several logs hold together. */
export interface MemoryEventLogData extends MemoryFactsData, MemoryAuditData {
  /** In the order of arrival. */
  entries: Entry[]
  /** When each identity was first seen. */
  readonly identities: Map<string, number>
  lastSeq: number
}

export const createMemoryEventLogData = (): MemoryEventLogData => ({
  entries: [],
  identities: new Map(),
  lastSeq: 0,
  ...createMemoryFactsData(),
  ...createMemoryAuditData(),
})

export const findEntry = ({ entries }: MemoryEventLogData, id: string): Entry | undefined =>
  entries.find(({ record }) => record.id === id)
