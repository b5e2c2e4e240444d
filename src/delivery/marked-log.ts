/** The event log whose new events are marked for dispatch, as long as there are endpoints. */
import { unreadType } from '../events/unread-type'
import type { EventLog } from '../store/event-log'
import { dispatchAtOnce } from '../store/event-record'

/**
 * An event that can't be read is marked once a retry has read it: the log does that itself.
 *
 * @param hasEndpoints whether anybody may want events
 */
export const markForDispatch = (eventLog: EventLog, hasEndpoints: () => boolean): EventLog => ({
  ...eventLog,
  append: (event) =>
    eventLog.append(
      event.dispatchAt === null && event.type !== unreadType && hasEndpoints()
        ? { ...event, dispatchAt: dispatchAtOnce }
        : event,
    ),
})
