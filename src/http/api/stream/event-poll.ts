/** Reading on from an event where the answer waits until there is one: a long poll. */
import { type Clock, secondMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { EventBell } from '../../../events/event-bell'
import { type EventsBehind, readOn } from '../../../events/read-on'
import type { EventLog, EventsAfter } from '../../../store/event-log'
import type { Access } from '../../access/access'
import { createSeats } from './seats'

const mostWaiting = 200
/** Other processes add events too, and ring no bell here. */
const lookAtLeastEveryMs = secondMs

const unknownAfter = () =>
  new ServiceError(
    'invalid_request',
    'There is no event of the id in `after` (any more). Without `after` the oldest that is kept come.',
    { extra: { errors: [{ field: 'after', message: 'is no event that is kept' }] } },
  )

const ended = () =>
  new ServiceError('unauthorized', 'This API key was revoked or has ended while it waited.')

export interface EventPollParts {
  readonly access: Pick<Access, 'isStillGood'>
  readonly eventLog: Pick<EventLog, 'listAfter' | 'bounds'>
  readonly bell: EventBell
  readonly clock: Clock
  /** Aborts when the service goes down: who waits is answered then. */
  readonly leaving: AbortSignal
}

/**
 * @returns what came after `query.after`; nothing, if nothing came in `waitMs`. Throws
 * invalid_request — that event is unknown; unauthorized — the key ended meanwhile;
 * too_many_requests — too many wait
 */
export const createEventPoll = (parts: EventPollParts) => {
  const { access, eventLog, bell, clock, leaving } = parts
  const seats = createSeats({ most: mostWaiting, what: 'requests that wait for events', leaving })

  const read = async (query: EventsAfter): Promise<EventsBehind> => {
    const page = await readOn(eventLog, query)
    if (page === null) throw unknownAfter()
    return page
  }

  /** What comes, or an empty page when the time is over or whoever waits has to leave. */
  const wait = async (
    request: Request,
    query: EventsAfter,
    signal: AbortSignal,
    until: number,
  ): Promise<EventsBehind> => {
    for (;;) {
      const seen = bell.rings()
      const page = await read(query)
      const leftMs = until - clock.now()
      if (page.events.length > 0 || leftMs <= 0 || signal.aborted) {
        if (!(await access.isStillGood(request))) throw ended()
        return page
      }
      await bell.wait(seen, Math.min(lookAtLeastEveryMs, leftMs), signal)
    }
  }

  return async (request: Request, query: EventsAfter, waitMs: number): Promise<EventsBehind> => {
    const page = await read(query)
    if (page.events.length > 0 || waitMs === 0) return page
    const until = clock.now() + waitMs
    const seat = seats.take()
    const goAway = () => seat.leave('gone')
    request.signal.addEventListener('abort', goAway)
    try {
      return await wait(request, query, seat.signal, until)
    } finally {
      request.signal.removeEventListener('abort', goAway)
      seat.free()
    }
  }
}
