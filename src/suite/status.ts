/** How the service stands, for operators: one look over suites, tickets, tokens, companies, events. */
import type { Clock } from '../clock'
import type { EventCounts, EventLog } from '../store/event-log'
import type { CorpStatus, Store } from '../store/store'
import type { BackupStatus, Backups } from './backup'
import type { RefusalCount, RefusalCounts } from './refusal-counts'
import type { SuiteKind, Suites } from './suites'
import { suiteTokenKey } from './token-source'
import type { Awaited, Waiting } from './waiting'

export interface SuiteStatus {
  readonly key: string
  readonly kind: SuiteKind
  readonly suiteId: string | null
  /** Null until one was pushed. Epoch milliseconds. */
  readonly ticketReceivedAt: number | null
  readonly ticketAgeSeconds: number | null
  /** Null if no token is held. Epoch milliseconds. */
  readonly accessTokenExpiresAt: number | null
  /** When WeCom last used a Token of before a rotation; null if not since the start. */
  readonly previousPairUsedAt: number | null
  readonly corps: Record<CorpStatus, number>
}

export interface Status {
  /** What WeCom refused since the start, by errcode. */
  readonly refusals: readonly RefusalCount[]
  readonly version: string
  readonly startedAt: number
  readonly suites: readonly SuiteStatus[]
  readonly events: EventCounts
  readonly waiting: readonly Waiting[]
  /** Null without SUITED_BACKUP_DIR. */
  readonly backup: BackupStatus | null
  readonly warnings: readonly string[]
}

export type ReadStatus = () => Promise<Status>

const noCorps: Record<CorpStatus, number> = {
  authorized: 0,
  suspended: 0,
  invalid: 0,
  cancelled: 0,
}

export const createStatus = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken' | 'countCorps'>
  eventLog: Pick<EventLog, 'counts'>
  awaited: Awaited
  refusals: RefusalCounts
  backups: Pick<Backups, 'status' | 'warnings'>
  clock: Clock
  version: string
  /** When WeCom last used the pair of before a rotation, by the key of the suite. */
  previousPairUsedAt(key: string): number | null
  /** What deserves a word to the operator. */
  warnings(): readonly string[]
}): ReadStatus => {
  const { suites, store, eventLog, awaited, refusals, backups, clock, version } = parts
  const { previousPairUsedAt, warnings } = parts
  const startedAt = clock.now()

  const ofSuite = async (suite: Suites['all'][number]): Promise<SuiteStatus> => {
    const { key, kind, suiteId } = suite
    const ticket = suiteId === null ? null : (await store.loadSuite(suiteId))?.ticket
    const token = suiteId === null ? null : await store.loadToken(suiteTokenKey(suiteId))
    return {
      key,
      kind,
      suiteId,
      ticketReceivedAt: ticket?.receivedAt ?? null,
      ticketAgeSeconds: ticket ? Math.round((clock.now() - ticket.receivedAt) / 1000) : null,
      accessTokenExpiresAt: token?.expiresAt ?? null,
      previousPairUsedAt: previousPairUsedAt(key),
      corps: suiteId === null ? noCorps : await store.countCorps(suiteId),
    }
  }

  return async () => {
    const events = await eventLog.counts()
    const dead =
      events.dead > 0
        ? [`${events.dead} events are dead: look at /api/events?status=dead and retry them.`]
        : []
    return {
      version,
      startedAt,
      suites: await Promise.all(suites.all.map(ofSuite)),
      events,
      waiting: await awaited.list(),
      refusals: refusals.list(),
      backup: await backups.status(),
      warnings: [...warnings(), ...(await backups.warnings()), ...dead],
    }
  }
}
