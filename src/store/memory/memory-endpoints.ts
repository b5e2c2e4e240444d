/** The endpoints of the memory store. */

import type { Lifecycle } from '../driver/lifecycle'
import { byName, checkedEndpointName, endpointWrite } from '../driver/records/endpoint-writes'
import type { EndpointRecord, Endpoints } from '../endpoints'

/** @param endpoints by name */
export const createMemoryEndpoints = (
  endpoints: Map<string, EndpointRecord>,
  run: Lifecycle['run'],
): Endpoints => ({
  listEndpoints: () => run(() => structuredClone([...endpoints.values()].sort(byName))),

  changeEndpoint: (name, change) =>
    run(() => {
      const before = endpoints.get(checkedEndpointName(name)) ?? null
      const after = endpointWrite(name, before, endpoints.size, change) ?? before
      if (after) endpoints.set(name, after)
      return { before: structuredClone(before), after: structuredClone(after) }
    }),

  removeEndpoint: (name) => run(() => endpoints.delete(checkedEndpointName(name))),
})
