/** The status of the service for operators, over suites, tickets, tokens, companies, events. */
import type { Clock } from '../../clock'
import type { PeriodicJobs } from '../../periodic'
import type { EventCounts, EventLog } from '../../store/event-log'
import type { CorpStatus, Store, UnreadableRecord } from '../../store/store'
import { counted, verb } from '../../wording'
import type { Suite, SuiteKind, Suites } from '../suites'
import { isDead } from '../tokens/cached-token'
import { suiteTokenKey } from '../tokens/token-source'
import type { BackupStatus, Backups } from '../transfer/backup'
import { ifReadable, mostUnreadableShown, unreadableWarnings } from '../unreadable-records'
import type { Awaited } from './awaited'
import type { RefusalCount, RefusalCounts } from './errcode-counts'
import { type JobStatus, jobStatus, jobWarnings } from './job-warnings'
import type { ReplicaStatus } from './replica-status'
import type { Waiting } from './waiting'

export interface SuiteStatus {
  readonly key: string
  readonly kind: SuiteKind
  readonly suiteId: string | null
  /** Whether another back-end does its work, and suited only watches. */
  readonly observes: boolean
  /** Null until one was pushed. Epoch milliseconds. */
  readonly ticketReceivedAt: number | null
  readonly ticketAgeSeconds: number | null
  /** Null if no token is held. Epoch milliseconds. */
  readonly accessTokenExpiresAt: number | null
  /** When WeCom last used the Token of before a rotation; null if it hasn't. */
  readonly previousPairUsedAt: number | null
  readonly corps: Record<CorpStatus, number>
}

/** Where events go, and what waits for it. Times are epoch milliseconds. */
export interface EndpointStatus {
  readonly name: string
  readonly status: 'on' | 'paused' | 'off'
  /** Why it is paused or off; null while it is on. */
  readonly reason: string | null
  /** Events that wait for it, held ones included. */
  readonly pending: number
  readonly oldestPendingAt: number | null
  /** Since when it takes nothing; null while it does. */
  readonly failingSince: number | null
  readonly lastError: string | null
}

export interface DeliveryStatus {
  /** How many there are, and the first of them: those that take nothing stand before the others. */
  readonly endpoints: { readonly count: number; readonly items: readonly EndpointStatus[] }
  readonly warnings: readonly string[]
}

export interface Status {
  /** What WeCom refused since the start, by errcode. */
  readonly refusals: readonly RefusalCount[]
  readonly version: string
  readonly startedAt: number
  /** Where existing SDKs find WeCom's API; null without SUITED_SDK_PORT. */
  readonly sdkUrl: string | null
  readonly suites: readonly SuiteStatus[]
  /** Those that share the state; none where it is one process's own. */
  readonly replicas: readonly ReplicaStatus[]
  readonly events: EventCounts
  readonly endpoints: DeliveryStatus['endpoints']
  readonly waiting: readonly Waiting[]
  /** Null without SUITED_BACKUP_DIR. */
  readonly backup: BackupStatus | null
  /** Suites and companies whose documents can't be read: how many, and the first of them. */
  readonly unreadable: { readonly count: number; readonly documents: readonly UnreadableRecord[] }
  /** What this service does again and again in the background. */
  readonly jobs: readonly JobStatus[]
  readonly warnings: readonly string[]
}

export type ReadStatus = () => Promise<Status>

const noCorps: Record<CorpStatus, number> = {
  authorized: 0,
  suspended: 0,
  invalid: 0,
  cancelled: 0,
}

const noEndpoints: DeliveryStatus = { endpoints: { count: 0, items: [] }, warnings: [] }

export const createStatus = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken' | 'countCorps' | 'listUnreadable'>
  eventLog: Pick<EventLog, 'counts'>
  awaited: Awaited
  refusals: RefusalCounts
  backups: Pick<Backups, 'status' | 'warnings'>
  clock: Clock
  version: string
  /** Of the process, in epoch milliseconds. */
  startedAt: number
  /** When WeCom last used a suite's pair of before a rotation. */
  previousPairUsedAt(suite: Suite): Promise<number | null>
  jobs: Pick<PeriodicJobs, 'list'>
  sdkOrigin(): string | null
  replicas(): readonly ReplicaStatus[]
  /** Throws store_unavailable, in words for the operator, while nothing can be read. */
  assertReadable(): void
  /** What deserves a word to the operator, beside what is found here. */
  warnings(): readonly string[]
  /** Events on their way out. */
  deliveryStatus(): Promise<DeliveryStatus>
}): ReadStatus => {
  const { suites, store, eventLog, awaited, refusals, backups, jobs, clock, version } = parts
  const { startedAt, previousPairUsedAt, sdkOrigin, warnings, deliveryStatus } = parts

  const ofSuite = async (suite: Suite): Promise<SuiteStatus> => {
    const { key, kind, suiteId, observes } = suite
    const ticket = suiteId === null ? null : (await ifReadable(store.loadSuite(suiteId)))?.ticket
    const token =
      suiteId === null ? null : await ifReadable(store.loadToken(suiteTokenKey(suiteId)))
    return {
      key,
      kind,
      suiteId,
      observes,
      ticketReceivedAt: ticket?.receivedAt ?? null,
      ticketAgeSeconds: ticket ? Math.round((clock.now() - ticket.receivedAt) / 1000) : null,
      accessTokenExpiresAt: token && !isDead(token) ? token.expiresAt : null,
      previousPairUsedAt: await previousPairUsedAt(suite),
      corps: suiteId === null ? noCorps : await store.countCorps(suiteId),
    }
  }

  return async () => {
    parts.assertReadable()
    const events = await eventLog.counts()
    const dead =
      events.dead > 0
        ? [
            `${counted(events.dead, 'event')} ${verb(events.dead, 'is', 'are')} dead: look at /api/events?status=dead and retry ${verb(events.dead, 'it', 'them')}.`,
          ]
        : []
    const ofSuites = await Promise.all(suites.all.map(ofSuite))
    const delivery = (await ifReadable(deliveryStatus())) ?? noEndpoints
    // After they were read: what was met there is among them.
    const unreadable = await store.listUnreadable()
    return {
      version,
      startedAt,
      sdkUrl: sdkOrigin(),
      suites: ofSuites,
      replicas: parts.replicas(),
      events,
      endpoints: delivery.endpoints,
      waiting: (await ifReadable(awaited.list())) ?? [],
      refusals: refusals.list(),
      backup: await backups.status(),
      unreadable: {
        count: unreadable.length,
        documents: unreadable.slice(0, mostUnreadableShown),
      },
      jobs: jobs.list().map(jobStatus),
      warnings: [
        ...warnings(),
        ...delivery.warnings,
        ...jobWarnings(jobs.list(), clock.now()),
        ...unreadableWarnings(unreadable),
        ...(await backups.warnings()),
        ...dead,
      ],
    }
  }
}
