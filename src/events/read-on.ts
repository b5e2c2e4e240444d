/** Reading on from an event: a page of what came after it, and from where the next one begins. */
import type { EventLog, EventsAfter } from '../store/event-log'
import type { EventRecord } from '../store/event-record'

export interface EventsBehind {
  readonly events: readonly EventRecord[]
  /** Where to read on; null while nothing was there yet. */
  readonly next: string | null
}

const hasFilter = ({ after: _, limit: __, ...filters }: EventsAfter): boolean =>
  Object.values(filters).some((filter) => filter !== undefined)

/**
 * Null if there is no event of the id `after` (any more). Where a filter left nothing the next page
 * begins behind the latest event, so that what didn't fit is not gone through again, and the place
 * stays known for as long as events are kept.
 */
export const readOn = async (
  eventLog: Pick<EventLog, 'listAfter' | 'bounds'>,
  query: EventsAfter,
): Promise<EventsBehind | null> => {
  // Asked before: what comes meanwhile stands behind it.
  const bounds = hasFilter(query) ? await eventLog.bounds() : null
  const events = await eventLog.listAfter(query)
  if (events === null) return null
  return { events, next: events.at(-1)?.id ?? bounds?.latest ?? query.after }
}
