/** What a stream of events consists of, frame by frame, for as long as it lasts. */
import { type Clock, secondMs } from '../../../clock'
import type { EventBell } from '../../../events/event-bell'
import type { EventView } from '../../../events/event-view'
import { readOn } from '../../../events/read-on'
import type { EventLog, EventsAfter } from '../../../store/event-log'
import type { EventRecord } from '../../../store/event-record'
import { endFrame, eventFrame, gapFrame, pingFrame, retryFrame } from './frames'
import type { Leave } from './seats'

/** Readers take two of them without a sign of life for a dead connection. */
const pingEveryMs = 15 * secondMs
/** A key that was revoked elsewhere ends its stream so late at most. */
const judgeEveryMs = 2 * secondMs
/** Other processes add events too, and ring no bell here. */
const lookAtLeastEveryMs = secondMs
/** However fast events come, a stream doesn't ask for them more often. */
const lookAtMostEveryMs = 50

/** Few, since a message may be of a megabyte. */
const eventsAtOnce = 32

export interface EventFramesParts {
  readonly eventLog: Pick<EventLog, 'listAfter' | 'bounds'>
  readonly bell: EventBell
  readonly clock: Clock
  /** How events are shown now: what is pending for an endpoint that takes nothing is held. */
  shower(): Promise<(event: EventRecord) => EventView>
  /** Whether the reader may go on. */
  isAllowed(): Promise<boolean>
  /** Aborts when the stream has to end; its reason is a `Leave`. */
  readonly signal: AbortSignal
}

/** Where a stream begins. */
export interface Beginning {
  readonly filter: Omit<EventsAfter, 'after' | 'limit'>
  /** The id of the event behind which it begins; null: the oldest that is kept. */
  readonly after: string | null
  /** Whether the reader asked for more than is kept. */
  readonly hasGap: boolean
}

export async function* eventFrames(
  { eventLog, bell, clock, shower, isAllowed, signal }: EventFramesParts,
  { filter, after, hasGap }: Beginning,
): AsyncGenerator<string> {
  const gap = async () => gapFrame((await eventLog.bounds())?.oldest ?? null)
  let position = after
  let pingAt = clock.now() + pingEveryMs
  let judgeAt = clock.now() + judgeEveryMs

  yield retryFrame
  if (hasGap) yield await gap()
  // At once: now the reader knows that it is let in, and where it stands.
  yield pingFrame(position, clock.now())

  while (!signal.aborted) {
    const seen = bell.rings()
    const lookedAt = clock.now()
    const page = await readOn(eventLog, { ...filter, after: position, limit: eventsAtOnce })
    if (page === null) {
      yield await gap()
      position = null
      continue
    }
    if (page.events.length > 0) {
      const show = await shower()
      for (const event of page.events) {
        if (signal.aborted) break
        yield eventFrame(show(event))
      }
    }
    position = page.next

    if (clock.now() >= judgeAt) {
      if (!(await isAllowed())) {
        yield endFrame('unauthorized')
        return
      }
      judgeAt = clock.now() + judgeEveryMs
    }
    if (clock.now() >= pingAt) {
      yield pingFrame(position, clock.now())
      pingAt += pingEveryMs * Math.ceil((clock.now() - pingAt + 1) / pingEveryMs)
    }
    if (page.events.length === eventsAtOnce) continue
    await bell.wait(seen, Math.min(lookAtLeastEveryMs, pingAt - clock.now()), signal)
    const pauseMs = lookedAt + lookAtMostEveryMs - clock.now()
    if (pauseMs > 0) await clock.sleep(pauseMs, signal)
  }
  if ((signal.reason as Leave) === 'superseded') yield endFrame('superseded')
}
