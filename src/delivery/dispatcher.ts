/**
 * The dispatcher: once our own work on an event has ended, it composes what is sent of it and
 * chooses the endpoints that get it. What a crash interrupts is dispatched at the next start.
 */
import { type Clock, minuteMs, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import { createNewcomers } from '../newcomers'
import type { DeliveryQueue } from '../store/deliveries'
import type { EndpointFilter } from '../store/endpoints'
import type { EventRecord, Outgoing } from '../store/event-record'
import { composeBody } from './compose'
import type { EndpointDirectory } from './endpoint'
import type { DeliverySharing } from './sharing'
import { endpointsWanting, type SuiteKeyOf } from './wanted'

export interface Dispatcher {
  /** An event may be ready. */
  wake(): void
  /** Runs until `stop`. */
  start(): void
  stop(): Promise<void>
}

const mostAtOnce = 200
/** Other processes add events too, where anybody wants them. */
const lookAtLeastEveryMs = secondMs
const lookWithoutEndpointsEveryMs = minuteMs

type Dispatched = Pick<
  EventRecord,
  'id' | 'type' | 'suiteId' | 'corpid' | 'source' | 'receivedAt' | 'body' | 'outgoing'
>

/** What is sent of an event to those that want it by any of the filters, from `dueAt` on. */
export const outgoingOf = (
  event: Dispatched,
  filters: readonly EndpointFilter[],
  suiteKeyOf: SuiteKeyOf,
  dueAt: number,
): Outgoing => ({
  id: event.id,
  body: event.outgoing ?? composeBody(event),
  endpoints: endpointsWanting(filters, event, suiteKeyOf).map((one) => ({ ...one, dueAt })),
})

export const createDispatcher = (parts: {
  deliveries: Pick<DeliveryQueue, 'listUndispatched' | 'nextDispatchAt' | 'dispatch'>
  endpoints: Pick<EndpointDirectory, 'destinations' | 'elsewhere' | 'ambiguous' | 'hasAny'>
  suiteKeyOf: SuiteKeyOf
  sharing: Pick<DeliverySharing, 'isSure'>
  clock: Clock
  log: Logger
  /** Told of every endpoint that has something due. */
  onDue(endpoint: string): void
}): Dispatcher => {
  const { deliveries, endpoints, suiteKeyOf, sharing, clock, log, onDue } = parts
  const leaving = new AbortController()
  let bell = new AbortController()
  let loop: Promise<void> | null = null
  const newElsewhere = createNewcomers()
  const newAmbiguous = createNewcomers()

  const prepare = (event: EventRecord, all: readonly EndpointFilter[], now: number): Outgoing => {
    try {
      return outgoingOf(event, all, suiteKeyOf, now)
    } catch (error) {
      // A mistake of ours must not stand in the way of all events after it.
      log.error('an event could not be made ready for delivery and goes to no endpoint', {
        id: event.id,
        reason: reasonOf(error),
      })
      return { id: event.id, body: '', endpoints: [] }
    }
  }

  const tellElsewhere = () => {
    const news = newElsewhere(endpoints.elsewhere().map(({ name }) => name))
    if (news.length === 0) return
    log.warn(
      'other replicas have endpoints in their settings that this one lacks: they alone send what is for those. Give all replicas the same settings',
      { endpoints: news },
    )
  }

  const tellAmbiguous = () => {
    const news = newAmbiguous(endpoints.ambiguous())
    if (news.length === 0) return
    log.warn(
      'endpoints that were made by API stand in the settings of other replicas, too: each event goes to one of both addresses. Remove them from those settings or name them otherwise there, or give them to all replicas',
      { endpoints: news },
    )
  }

  /** Returns when to look again. */
  const look = async (): Promise<number> => {
    const now = clock.now()
    tellElsewhere()
    tellAmbiguous()
    // Who was paused doesn't know yet what endpoints the others have got meanwhile.
    if (!sharing.isSure()) return now + secondMs
    const events = await deliveries.listUndispatched(now, mostAtOnce)
    if (events.length === 0) return (await deliveries.nextDispatchAt()) ?? Infinity
    const all = await endpoints.destinations()
    const outgoing = events.map((event) => prepare(event, all, now))
    await deliveries.dispatch(outgoing, now)
    const due = new Set(outgoing.flatMap((one) => one.endpoints.map(({ name }) => name)))
    for (const name of due) onDue(name)
    return events.length === mostAtOnce ? now : ((await deliveries.nextDispatchAt()) ?? Infinity)
  }

  const run = async () => {
    while (!leaving.signal.aborted) {
      bell = new AbortController()
      const again = await look().catch((error) => {
        log.error('events could not be dispatched', { reason: reasonOf(error) })
        return clock.now() + secondMs
      })
      const mostMs = endpoints.hasAny() ? lookAtLeastEveryMs : lookWithoutEndpointsEveryMs
      const waitMs = Math.min(again - clock.now(), mostMs)
      if (waitMs > 0) await clock.sleep(waitMs, bell.signal)
    }
  }

  return {
    wake: () => bell.abort(),
    start() {
      loop ??= run()
    },
    async stop() {
      leaving.abort()
      bell.abort()
      await loop
    },
  }
}
