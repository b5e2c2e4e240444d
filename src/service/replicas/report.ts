/** What this process tells the other replicas of itself. */
import { filterOf } from '../../delivery/endpoint'
import type { EndpointFilter } from '../../store/endpoints'
import type { Told } from '../../store/replicas/life'
import type { Suite } from '../../suite/suites'
import type { ProcessState } from '../ground/process-state'

/** What a service has seen, and has in hand now. */
export type Report = () => Told['seen']

export const createReport = (parts: {
  processState: Pick<ProcessState, 'refusedAddress' | 'discoveredIds' | 'heldCodes'>
  /** How many events it works on. */
  eventsInHand(): number
  /** How many deliveries are under way. */
  deliveriesInHand(): number
  /** Those of the settings. */
  suites: readonly Pick<Suite, 'key' | 'suiteId'>[]
  endpoints: readonly EndpointFilter[]
}): Report => {
  const { refusedAddress, discoveredIds, heldCodes } = parts.processState
  const suites = parts.suites.flatMap(({ key, suiteId }) =>
    suiteId === null ? [] : [{ key, suiteId }],
  )
  const endpoints = parts.endpoints.map(filterOf)
  return () => {
    const codes = [...heldCodes.values()]
    return {
      egressAddress: refusedAddress.history()?.address ?? null,
      addressRefused: refusedAddress.current() !== null,
      learntIds: [...discoveredIds.values()].map(({ suiteKey, discovered }) => ({
        suiteKey,
        setting: discovered.setting,
        id: discovered.id,
      })),
      eventsInHand: parts.eventsInHand(),
      deliveriesInHand: parts.deliveriesInHand(),
      codesInHand: codes.length,
      codesInMemory: codes.filter(({ place }) => place === 'in memory').length,
      suites,
      endpoints,
    }
  }
}
