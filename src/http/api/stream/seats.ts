/** The seats of those who wait for events: so many and no more, and one for each named session. */
import { ServiceError } from '../../../errors'

/** Why somebody has to leave. */
export type Leave =
  /** The other end is gone. */
  | 'gone'
  /** The service goes down, or goes on with other settings. */
  | 'leaving'
  /** Somebody else took over the session. */
  | 'superseded'

export interface Seat {
  /** Aborts when whoever sits here has to leave; its reason is a `Leave`. */
  readonly signal: AbortSignal
  leave(why: Leave): void
  /** Gives the seat back; harmless twice. */
  free(): void
}

export interface Seats {
  /**
   * @param session whoever holds it already is superseded; null: none
   * @throws {ServiceError} too_many_requests; shutting_down
   */
  take(session?: string | null): Seat
  readonly taken: number
}

const full = (most: number, what: string) =>
  new ServiceError('too_many_requests', `There are ${most} ${what} already, which is the most.`, {
    retryAfterSeconds: 5,
  })

/**
 * @param parts.what they are, in words: `streams of events`
 * @param parts.leaving aborts when all of them have to leave
 */
export const createSeats = (parts: { most: number; what: string; leaving: AbortSignal }): Seats => {
  const { most, what, leaving } = parts
  const seats = new Set<Seat>()
  const sessions = new Map<string, Seat>()

  leaving.addEventListener('abort', () => {
    for (const seat of [...seats]) seat.leave('leaving')
  })

  return {
    get taken() {
      return seats.size
    },
    take(session = null) {
      if (leaving.aborted) {
        throw new ServiceError('shutting_down', 'The service is going down.', {
          retryAfterSeconds: 2,
        })
      }
      const before = session === null ? undefined : sessions.get(session)
      if (before) {
        before.leave('superseded')
        before.free()
      }
      if (seats.size >= most) throw full(most, what)
      const told = new AbortController()
      const seat: Seat = {
        signal: told.signal,
        leave: (why) => told.abort(why),
        free() {
          seats.delete(seat)
          if (session !== null && sessions.get(session) === seat) sessions.delete(session)
        },
      }
      seats.add(seat)
      if (session !== null) sessions.set(session, seat)
      return seat
    },
  }
}
