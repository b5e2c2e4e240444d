/** Changes of an endpoint's record among all others. No I/O. No clock. */
import { ServiceError } from '../../../errors'
import { EndpointRecord, endpointNamePattern, mostEndpoints } from '../../endpoints'
import { storable } from './storable'

export type EndpointChange = (current: EndpointRecord | null) => EndpointRecord | null

const pattern = new RegExp(endpointNamePattern)

/** @throws {ServiceError} invalid_request — it can be no endpoint's name */
export const checkedEndpointName = (name: string): string => {
  if (pattern.test(name)) return name
  throw new ServiceError(
    'invalid_request',
    'The name of an endpoint is 1 to 32 of a-z, 0-9 and "-", and begins with no "-".',
    { extra: { errors: [{ field: 'name', message: 'is 1 to 32 of a-z, 0-9 and "-"' }] } },
  )
}

/**
 * What a change makes of a record, as it will read when it comes back from storage; null if it is
 * to stay as it was.
 *
 * @param count how many endpoints there are
 * @throws {ServiceError} invalid_request — there are as many as may be
 * @throws {Error} the change returned another endpoint's record or one that fits no schema
 */
export const endpointWrite = (
  name: string,
  current: EndpointRecord | null,
  count: number,
  change: EndpointChange,
): EndpointRecord | null => {
  const returned = change(structuredClone(current))
  if (returned === null) return null
  const next = storable(EndpointRecord, returned)
  if (next.name !== name) throw new Error(`A change of ${name} returned another endpoint's record`)
  if (current === null && count >= mostEndpoints) {
    throw new ServiceError(
      'invalid_request',
      `There are ${mostEndpoints} endpoints, which is the most there may be: remove one first.`,
    )
  }
  return next
}

/** By name. */
export const byName = (a: EndpointRecord, b: EndpointRecord): number => (a.name < b.name ? -1 : 1)
