/** WeCom's hourly limits on fetching jsapi tickets (document 96909). No I/O. */
import { hourMs } from '../../../clock'
import { Refusal } from '../../world/refusals'
import type { World } from '../../world/world'

/** Counts one more in the hour that ends now, unless `limit` are there already. */
const isOver = (world: World, counted: string, limit: number): boolean => {
  const now = world.clock.now()
  const recent = (world.ticketFetches.get(counted) ?? []).filter((at) => at > now - hourMs)
  world.ticketFetches.set(counted, recent)
  if (recent.length >= limit) return true
  recent.push(now)
  return false
}

/**
 * Counts a fetch of a company's or an app's jsapi ticket; each kind is counted alone.
 *
 * @throws {Refusal} 45009 beyond the limit of the app or of the whole company
 */
export const countTicketFetch = (
  world: World,
  kind: 'jsapi_ticket' | 'agent_ticket',
  { suiteId, corpid }: { suiteId: string; corpid: string },
): void => {
  const { perCompany, perSuiteAndCompany } = world.rules.ticketFetchesPerHour
  if (isOver(world, `${kind}/${corpid}/${suiteId}`, perSuiteAndCompany)) throw new Refusal(45009)
  if (isOver(world, `${kind}/${corpid}`, perCompany)) throw new Refusal(45009)
}
