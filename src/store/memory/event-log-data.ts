/**
 * The data that the ports of the memory event log share: events, what was seen, facts, the audit,
 * what is had once.
 */
import type { Attempt, EndpointState } from '../deliveries'
import type { Replay } from '../replays'
import type { Entry } from './entry'
import { createMemoryAuditData, type MemoryAuditData } from './memory-audit-log'
import { createMemoryFactsData, type MemoryFactsData } from './memory-facts'
import type { OnceEntry } from './memory-once-values'
import { createMemoryWatchData, type MemoryWatchData } from './watch/memory-watch'

/** What one or several logs hold together. */
export interface MemoryEventLogData extends MemoryFactsData, MemoryAuditData {
  /** In the order of arrival. */
  entries: Entry[]
  /** When each identity was first seen. */
  readonly identities: Map<string, number>
  lastSeq: number
  readonly outgoing: MemoryOutgoing
  /** By kind and key. */
  readonly once: Map<string, OnceEntry>
  readonly watch: MemoryWatchData
}

/** What the ports to deliveries hold beside the events. */
export interface MemoryOutgoing {
  lastSeq: number
  readonly states: Map<string, EndpointState>
  /** In the order in which they ended. */
  attempts: {
    readonly seq: number
    readonly eventId: string
    readonly suiteId: string | null
    readonly corpid: string | null
    readonly attempt: Attempt
  }[]
  readonly replays: Map<string, Replay>
}

export const createMemoryEventLogData = (): MemoryEventLogData => ({
  entries: [],
  identities: new Map(),
  lastSeq: 0,
  outgoing: { lastSeq: 0, states: new Map(), attempts: [], replays: new Map() },
  once: new Map(),
  watch: createMemoryWatchData(),
  ...createMemoryFactsData(),
  ...createMemoryAuditData(),
})

export const findEntry = ({ entries }: MemoryEventLogData, id: string): Entry | undefined =>
  entries.find(({ record }) => record.id === id)
