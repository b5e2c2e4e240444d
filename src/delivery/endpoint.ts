/** An endpoint of the business app, wherever it was made. No I/O. */
import type { EndpointRecord } from '../store/endpoints'

export interface Endpoint extends Omit<EndpointRecord, 'version'> {
  /** Where it was made: one of the settings can't be changed by API. */
  readonly origin: 'settings' | 'api'
}

/** All endpoints there are now; what others changed is known within two seconds. */
export interface EndpointDirectory {
  all(): Promise<readonly Endpoint[]>
  byName(name: string): Promise<Endpoint | null>
}
