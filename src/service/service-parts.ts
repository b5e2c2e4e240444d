/**
 * The type of a service, and of what it is put together from: drivers, what the process has, what
 * it has seen.
 */
import type { App, AppParts } from '../app'
import type { Clock } from '../clock'
import type { Config } from '../config/config'
import type { Sender } from '../delivery/send/sender'
import type { ProcessUsage } from '../http/operations/metrics-registry'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { DomainFiles } from '../http/wecom/domain-files'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { ApiKeys } from '../store/api-keys'
import type { AuditLog } from '../store/audit-log'
import type { Deliveries } from '../store/deliveries'
import type { Endpoints } from '../store/endpoints'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { OnceValues } from '../store/once-values'
import type { Budgets } from '../store/replicas/budgets'
import type { Shared } from '../store/replicas/shared'
import type { Store } from '../store/store'
import type { CorpVisits } from '../store/watch/corp-visits'
import type { SharedWorkLog } from '../store/watch/shared-work'
import type { SuspectedCorps } from '../store/watch/suspected-corps'
import type { ReadStatus } from '../suite/operations/status'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { BackupFolder } from '../suite/transfer/backup'
import type { StateExport } from '../suite/transfer/export'
import type { StateImport } from '../suite/transfer/import'
import type { ProcessState } from './ground/process-state'
import type { Installs } from './pages/installs'
import type { OwnReplica } from './replicas/own-replica'

/** What is watched of companies, and work that is done once, for all processes on this state. */
export interface Watch {
  readonly corpVisits: CorpVisits
  readonly suspectedCorps: SuspectedCorps
  readonly sharedWork: SharedWorkLog
}

export interface ServiceParts {
  readonly config: Config
  readonly store: Store
  readonly eventLog: EventLog
  readonly facts: Facts
  readonly auditLog: AuditLog
  readonly onceValues: OnceValues
  readonly apiKeys: ApiKeys
  /** Those that were made by the API. */
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  readonly budgets: Budgets
  /** How many processes live on this state, this one included; one unless given. */
  readonly livingReplicas?: () => number
  readonly watch: Watch
  /** What there is besides where other replicas share the state; null unless given. */
  readonly shared?: Shared | null
  /** The way to the endpoints of the business app. */
  readonly sender: Sender
  readonly clock: Clock
  readonly random: Random
  /** Fresh unpredictable bytes, for secrets. */
  readonly freshBytes: (count: number) => Uint8Array
  /** A fresh id that sorts behind those before it. */
  readonly newId: () => string
  /** The way to WeCom. */
  readonly fetch: typeof globalThis.fetch
  readonly log: Logger
  readonly version: string
  readonly domainFiles: DomainFiles
  /** Where snapshots go, if anywhere. */
  readonly backupFolder?: BackupFolder | null
  /** Of the disk that holds the state; null where that can't be told. */
  readonly freeBytes: () => Promise<number | null>
  /** Makes sure of the room that is set aside for a full disk; nothing unless given. */
  readonly makeReserve?: () => Promise<void>
  /** What the process has seen before it got these settings; nothing unless given. */
  readonly processState?: ProcessState
  /** What the operating system says of the process; nothing unless given. */
  readonly processUsage?: () => ProcessUsage
  /** What the process has to say besides, beyond any one service: of its certificate. */
  readonly moreWarnings?: () => readonly string[]
  /** Where existing SDKs find WeCom's API, as it came to be; nowhere unless given. */
  readonly sdkOrigin?: () => string | null
  /** Where requests come from; without it they come over no network. */
  readonly remoteAddressOf?: RemoteAddressOf
}

/** What the process gives, or what stands for it in a test. */
export const partsOfProcess = ({
  backupFolder = null,
  sdkOrigin = () => null,
  makeReserve = async () => undefined,
  moreWarnings = () => [],
  remoteAddressOf = () => null,
  processUsage = () => ({ cpuSeconds: 0, residentBytes: 0 }),
}: ServiceParts) => ({
  backupFolder,
  sdkOrigin,
  makeReserve,
  moreWarnings,
  remoteAddressOf,
  processUsage,
})

export interface Service extends OwnReplica {
  /** Everything on one listener; built when it is first asked for, since not everybody does. */
  readonly app: App
  /** For apps of other shapes over the same service. */
  readonly appParts: AppParts
  readonly suites: Suites
  readonly tokens: Tokens
  /** What pages know of installations. */
  readonly installs: Installs
  readonly readStatus: ReadStatus
  readonly stateExport: StateExport
  readonly stateImport: StateImport
  /** Begins the work in the background: the event log, renewals, retention. */
  start(): void
  /** Work may be due now. */
  lookForWork(): void
  /** Callbacks are refused from here on. */
  leave(): void
  /** Ends the work in the background; the drivers stay open. */
  stop(): Promise<void>
}
