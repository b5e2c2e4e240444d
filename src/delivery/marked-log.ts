/** The event log whose new events are marked for dispatch, as long as there are endpoints. */
import { unreadType } from '../events/unread-type'
import type { EventLog } from '../store/event-log'

/**
 * Before any clock's time: what is for at once goes in the order in which it arrived in the log.
 * The times of two replicas differ by milliseconds, and would turn that around.
 */
const atOnce = 0

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
        ? { ...event, dispatchAt: atOnce }
        : event,
    ),
})
