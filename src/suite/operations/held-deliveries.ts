/** The deliveries held for endpoints that don't take them: nothing of them can be given up. */
import { type Deliveries, failingAfter } from '../../store/deliveries'
import { counted, verb } from '../../wording'

/** A sentence for each endpoint for which events are held. */
export const heldSentences = async (
  deliveries: Pick<Deliveries, 'countDeliveries' | 'listEndpointStates'>,
): Promise<string[]> => {
  const states = new Map(
    (await deliveries.listEndpointStates()).map((state) => [state.endpoint, state]),
  )
  return (await deliveries.countDeliveries()).flatMap(({ endpoint, pending, oldestPendingAt }) => {
    const state = states.get(endpoint)
    const takesThem = !state || (state.status === 'on' && state.failures < failingAfter)
    if (takesThem || pending === 0 || oldestPendingAt === null) return []
    const since = new Date(oldestPendingAt).toISOString()
    return [
      `${counted(pending, 'event')} ${verb(pending, 'is', 'are')} held for endpoint ${endpoint} since ${since}, and can’t be given up to make room on the disk: resume, remove or mend it.`,
    ]
  })
}
