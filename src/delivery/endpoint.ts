/** An endpoint of the business app, wherever it was made. No I/O. */
import type { EndpointFilter, EndpointRecord } from '../store/endpoints'

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
  /**
   * Those that the settings of other replicas have and that are none here: what is for them is
   * dispatched by all, and sent by those others. None where nobody shares the state.
   */
  elsewhere(): readonly EndpointFilter[]
  /**
   * Where events go: to all of them, and to those elsewhere. One name may have several filters,
   * the own one first, where settings differ. @throws {ServiceError} as `all`
   */
  destinations(): Promise<readonly EndpointFilter[]>
  /** The filters that the settings of other replicas have for one of this name. */
  filtersElsewhere(name: string): readonly EndpointFilter[]
  /** The names of those that the API made here and the settings of other replicas have, too. */
  ambiguous(): readonly string[]
  /** The names of those that the API made, as they were read last. */
  namesOfStore(): ReadonlySet<string>
  /** Those that were read last, without a wait; none until they were read once. */
  known(): readonly Endpoint[]
  /** Whether there is any, here or elsewhere, as is known; true until they were read once. */
  hasAny(): boolean
  /** They were changed here: what is remembered is forgotten. */
  forget(): void
}

/** What tells another replica which events an endpoint gets. */
export const filterOf = ({
  name,
  types,
  suites,
  corps,
  order,
  signing: { format },
}: EndpointFilter): EndpointFilter => ({ name, types, suites, corps, order, signing: { format } })

/** Of the others those whose key none of `own` has, of several with one key the first. */
const beside = <Own, Other extends Own>(
  own: readonly Own[],
  others: readonly Other[],
  keyOf: (one: Own) => string,
): readonly Other[] => {
  if (others.length === 0) return others
  const known = new Set(own.map(keyOf))
  return others.filter((one) => !known.has(keyOf(one)) && known.add(keyOf(one)))
}

/**
 * Of the endpoints of others those with a filter that none of `own` has, each once: one that has a
 * name of `own` gets what either filter lets through.
 */
export const filtersBeside = (
  own: readonly EndpointFilter[],
  others: readonly EndpointFilter[],
): readonly EndpointFilter[] => beside(own, others, (one) => JSON.stringify(filterOf(one)))

/** Of the endpoints of others those whose name is none of `own`, each once: the first counts. */
export const lackedAmong = (
  own: readonly Pick<EndpointFilter, 'name'>[],
  others: readonly EndpointFilter[],
): readonly EndpointFilter[] => beside(own, others, ({ name }) => name)
