/** Events on their way out: dispatched when our own work on them has ended, sent, replayed. */
import type { Clock } from '../clock'
import { createDispatcher } from '../delivery/dispatcher'
import type { EndpointDirectory } from '../delivery/endpoint'
import { createEndpointNotices } from '../delivery/endpoint-notices'
import {
  createPassiveReplies,
  type PassiveReplies,
} from '../delivery/passive-reply/passive-replies'
import { createReplayJobs } from '../delivery/replay-jobs'
import type { Sender } from '../delivery/send/sender'
import { createStateCache, type StateCache } from '../delivery/state-cache'
import { createDeliveryWorkers } from '../delivery/workers'
import { reasonOf } from '../errors'
import type { EventBell } from '../events/event-bell'
import type { OwnEvents } from '../events/own-events'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Deliveries } from '../store/deliveries'
import type { EventLog } from '../store/event-log'
import type { Suites } from '../suite/suites'

export interface Delivery {
  readonly states: StateCache
  /** Answers to members while WeCom waits. */
  readonly passiveReplies: PassiveReplies
  start(): void
  /** Endpoints, or what is due for one, were changed: looks at once. */
  lookAgain(): void
  /** Begins workers for new endpoints and ends those of endpoints that are gone. */
  follow(): Promise<void>
  /** Resolves when what was begun has ended. */
  stop(): Promise<void>
}

export const createDelivery = (parts: {
  endpoints: EndpointDirectory
  deliveries: Deliveries
  eventLog: EventLog
  bell: EventBell
  ownEvents: OwnEvents
  sender: Sender
  suites: Pick<Suites, 'byId'>
  clock: Clock
  random: Random
  log: Logger
}): Delivery => {
  const { endpoints, deliveries, eventLog, bell, ownEvents, sender, suites } = parts
  const { clock, random, log } = parts
  const suiteKeyOf = (suiteId: string) => suites.byId(suiteId)?.key ?? null
  const states = createStateCache(deliveries, clock)
  const notices = createEndpointNotices({ ownEvents, log })
  const workers = createDeliveryWorkers({
    endpoints,
    states,
    suiteKeyOf,
    deliveries,
    sender,
    notices,
    clock,
    random,
    log,
  })
  const dispatcher = createDispatcher({
    deliveries,
    endpoints,
    suiteKeyOf,
    clock,
    log,
    onDue: workers.wake,
  })
  const passiveReplies = createPassiveReplies({
    endpoints,
    states,
    suiteKeyOf,
    deliveries,
    sender,
    notices,
    clock,
    random,
    log,
    onDue: workers.wake,
  })
  const replays = createReplayJobs({
    deliveries,
    eventLog,
    endpoints,
    suiteKeyOf,
    clock,
    onDue: workers.wake,
    log,
  })
  bell.subscribe(dispatcher.wake)

  return {
    states,
    passiveReplies,
    start() {
      dispatcher.start()
      replays.start()
    },
    lookAgain() {
      endpoints.forget()
      states.clear()
      dispatcher.wake()
      workers.wakeAll()
      replays.wake()
      workers.follow().catch((error) => {
        log.error('endpoints could not be looked for', { reason: reasonOf(error) })
      })
    },
    follow: workers.follow,
    async stop() {
      await Promise.all([dispatcher.stop(), replays.stop(), passiveReplies.stop()])
      await workers.stop()
    },
  }
}
