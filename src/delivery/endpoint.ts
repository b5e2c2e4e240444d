/** An endpoint of the business app, wherever it was made. No I/O. */
import type { EndpointRecord } from '../store/endpoints'

export interface Endpoint extends Omit<EndpointRecord, 'version' | 'createdAt'> {
  /** Where it was made: one of the settings can't be changed by API. */
  readonly origin: 'settings' | 'api'
  /** Epoch milliseconds; null: it stands in the settings, which don't tell. */
  readonly createdAt: number | null
}

/** All endpoints there are now; what others changed is known within two seconds. */
export interface EndpointDirectory {
  /** By name. @throws {ServiceError} store_unavailable, if they were never read */
  all(): Promise<readonly Endpoint[]>
  byName(name: string): Promise<Endpoint | null>
  /** Those that were read last, without a wait; none until they were read once. */
  known(): readonly Endpoint[]
  /** Whether there is any, as far as is known; true until they were read once. */
  hasAny(): boolean
  /** They were changed here: what is remembered is forgotten. */
  forget(): void
}
