/** Events on their way out: dispatched when our own work on them has ended, sent, replayed. */
import { type Clock, dayMs } from '../clock'
import type { Settings } from '../config/settings'
import { createDispatcher } from '../delivery/dispatcher'
import type { EndpointDirectory } from '../delivery/endpoint'
import { createEndpointNotices } from '../delivery/endpoint-notices'
import { createEndpointAdmin, type EndpointAdmin } from '../delivery/endpoints/endpoint-admin'
import {
  endpointsInShort,
  endpointWarnings,
  holdingNames,
  type StandingEndpoint,
  standingEndpoints,
  waitingForNobody,
  warningForNobody,
} from '../delivery/endpoints/endpoint-status'
import {
  createPassiveReplies,
  type PassiveReplies,
} from '../delivery/passive-reply/passive-replies'
import { createReplayJobs } from '../delivery/replay-jobs'
import type { Sender } from '../delivery/send/sender'
import type { DeliverySharing } from '../delivery/sharing'
import { createStateCache } from '../delivery/state-cache'
import { createDeliveryWorkers } from '../delivery/workers'
import { reasonOf } from '../errors'
import type { EventBell } from '../events/event-bell'
import type { OwnEvents } from '../events/own-events'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Deliveries } from '../store/deliveries'
import type { Endpoints } from '../store/endpoints'
import type { EventLog } from '../store/event-log'
import type { Suites } from '../suite/suites'

export interface Delivery {
  /** Answers to members while WeCom waits. */
  readonly passiveReplies: PassiveReplies
  readonly admin: EndpointAdmin
  /** All endpoints, and how they stand. */
  standing(): Promise<StandingEndpoint[]>
  /** The endpoints that take nothing now. */
  holding(): Promise<ReadonlySet<string>>
  /** The names of the endpoints that the API made. */
  namesOfStore(): ReadonlySet<string>
  /** How many deliveries are under way now. */
  inHand(): number
  /** The endpoints in short, and what of them deserves a word. */
  status(): Promise<{ endpoints: ReturnType<typeof endpointsInShort>; warnings: string[] }>
  /** Gives up what was held too long, and forgets old attempts. */
  purge(): Promise<void>
  start(): void
  /** Endpoints, or what is due for one, were changed: looks at once. */
  lookAgain(): void
  /** Begins workers for new endpoints and ends those of endpoints that are gone. */
  follow(): Promise<void>
  /** Resolves when what was begun has ended. */
  stop(): Promise<void>
}

/** What is held is kept so long, or as long as events are. */
const heldAtLeastDays = 30
const attemptsKeptMs = 14 * dayMs
const mostAttempts = 200_000

export const createDelivery = (parts: {
  endpoints: EndpointDirectory
  endpointStore: Endpoints
  deliveries: Deliveries
  eventLog: EventLog
  bell: EventBell
  ownEvents: OwnEvents
  sender: Sender
  sharing: DeliverySharing
  suites: Pick<Suites, 'byId' | 'all'>
  settings: Pick<Settings, 'SUITED_EVENT_RETENTION_DAYS'>
  freshBytes(count: number): Uint8Array
  newId(): string
  clock: Clock
  random: Random
  log: Logger
}): Delivery => {
  const { endpoints, deliveries, eventLog, bell, ownEvents, sender, suites } = parts
  const { sharing, clock, random, log, endpointStore, freshBytes, newId } = parts
  const heldForMs = Math.max(heldAtLeastDays, parts.settings.SUITED_EVENT_RETENTION_DAYS) * dayMs
  const suiteKeyOf = (suiteId: string) =>
    suites.byId(suiteId)?.key ?? sharing.suiteKeyElsewhere(suiteId)
  const states = createStateCache(deliveries, clock)
  const notices = createEndpointNotices({ ownEvents, log })
  const workers = createDeliveryWorkers({
    endpoints,
    states,
    suiteKeyOf,
    deliveries,
    sender,
    notices,
    sharing,
    clock,
    random,
    log,
  })
  const dispatcher = createDispatcher({
    deliveries,
    endpoints,
    suiteKeyOf,
    sharing,
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
    sharing,
    clock,
    random,
    log,
    onDue: workers.wake,
    beside: workers.beside,
  })
  const replays = createReplayJobs({
    deliveries,
    eventLog,
    endpoints,
    suiteKeyOf,
    sharing,
    clock,
    onDue: workers.wake,
    log,
  })
  bell.subscribe(dispatcher.wake)

  const lookAgain = () => {
    endpoints.forget()
    states.clear()
    dispatcher.wake()
    workers.wakeAll()
    replays.wake()
    workers.follow().catch((error) => {
      log.error('endpoints could not be looked for', { reason: reasonOf(error) })
    })
  }
  const standing = () => standingEndpoints({ endpoints, deliveries })

  return {
    passiveReplies,
    admin: createEndpointAdmin({
      endpoints,
      store: endpointStore,
      deliveries,
      sender,
      suiteKeys: suites.all.map(({ key }) => key),
      clock,
      freshBytes,
      newId,
      onChange: lookAgain,
    }),
    standing,
    holding: async () => holdingNames(await deliveries.listEndpointStates()),
    namesOfStore: endpoints.namesOfStore,
    inHand: workers.inHand,
    async status() {
      const all = await standing()
      const left = await waitingForNobody({ endpoints, deliveries })
      const now = clock.now()
      return {
        endpoints: endpointsInShort(all),
        warnings: [
          ...all.flatMap((one) => endpointWarnings(one, now, heldForMs)),
          ...left.map((one) => warningForNobody(one, heldForMs)),
        ],
      }
    },
    async purge() {
      const before = clock.now() - heldForMs
      const names = (await endpoints.all()).map(({ name }) => name)
      const left = await waitingForNobody({ endpoints, deliveries })
      for (const name of [...names, ...left.map(({ endpoint }) => endpoint)]) {
        const dropped = await deliveries.dropDeliveries(name, before, 'nobody took it in time')
        if (dropped > 0)
          log.warn('events that were held too long were given up', { endpoint: name, dropped })
      }
      await deliveries.purgeAttempts(clock.now() - attemptsKeptMs, mostAttempts)
    },
    start() {
      dispatcher.start()
      replays.start()
    },
    lookAgain,
    follow: workers.follow,
    async stop() {
      await Promise.all([dispatcher.stop(), replays.stop(), passiveReplies.stop()])
      await workers.stop()
    },
  }
}
