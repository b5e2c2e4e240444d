/**
 * The replays: each walks through the log and puts what an endpoint missed on its way once more.
 */
import { type Clock, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Deliveries } from '../store/deliveries'
import type { EndpointFilter } from '../store/endpoints'
import type { EventHistory } from '../store/event-log'
import type { EventRecord, Outgoing } from '../store/event-record'
import type { Lease } from '../store/lease'
import type { Replay } from '../store/replays'
import { outgoingOf } from './dispatcher'
import type { EndpointDirectory } from './endpoint'
import type { DeliverySharing } from './sharing'
import type { SuiteKeyOf } from './wanted'

/** Few enough events to hold up nothing else while they are read. */
const stretchLength = 200

const hasHad = (event: EventRecord, endpoint: string): boolean =>
  event.deliveries.some((delivery) => delivery.endpoint === endpoint && delivery.status === 'done')

export interface ReplayJobs {
  /** One was started. */
  wake(): void
  /** Goes on with those that are running, and with those that come, until `stop`. */
  start(): void
  stop(): Promise<void>
}

/** While one runs it is looked at so often; otherwise one of another process is found so late. */
const lookEveryMs = secondMs
const lookWithoutAnyEveryMs = 10 * secondMs
/** Longer than a stretch takes. A process that dies loses its turn before. */
const turnMs = 30 * secondMs

export const createReplayJobs = (parts: {
  deliveries: Pick<Deliveries, 'listRunningReplays' | 'continueReplay' | 'endReplay' | 'getReplay'>
  eventLog: Pick<EventHistory, 'listAfter'>
  endpoints: Pick<EndpointDirectory, 'destinations'>
  suiteKeyOf: SuiteKeyOf
  sharing: Pick<DeliverySharing, 'takeTurn'>
  clock: Clock
  /** Told of every endpoint that has something due. */
  onDue(endpoint: string): void
  log: Logger
}): ReplayJobs => {
  const { deliveries, eventLog, endpoints, suiteKeyOf, sharing, clock, onDue, log } = parts
  const leaving = new AbortController()
  let bell = new AbortController()
  let loop: Promise<void> | null = null

  const stretchOf = async ({ query, searchedTo }: Replay) => {
    const { since, until, type, corpid } = query
    const asked = {
      limit: stretchLength,
      ...(since !== null && { since }),
      ...(until !== null && { until }),
      ...(type !== null && { type }),
      ...(corpid !== null && { corpid }),
    }
    const events = await eventLog.listAfter({ after: searchedTo, ...asked })
    // The event where the search stood was purged: what is left begins later.
    return events ?? (await eventLog.listAfter({ after: null, ...asked })) ?? []
  }

  const toSend = (
    events: readonly EventRecord[],
    filters: readonly EndpointFilter[],
    { query, endpoint }: Replay,
    now: number,
  ): Outgoing[] =>
    events
      .filter((event) => event.status !== 'pending')
      .filter((event) => query.all || !hasHad(event, endpoint))
      .map((event) => outgoingOf(event, filters, suiteKeyOf, now))
      .filter((outgoing) => outgoing.endpoints.length > 0)

  const search = async (replay: Replay, turn: Lease) => {
    let current: Replay | null = replay
    while (current?.status === 'running' && !current.searched && !leaving.signal.aborted) {
      if (!(await turn.extend(turnMs))) return
      const { endpoint } = current
      const filters = (await endpoints.destinations()).filter(({ name }) => name === endpoint)
      if (filters.length === 0) {
        await deliveries.endReplay(current.id, 'cancelled', clock.now())
        return
      }
      const events = await stretchOf(current)
      await deliveries.continueReplay({
        id: current.id,
        from: current.searchedTo,
        searchedTo: events.at(-1)?.id ?? current.searchedTo,
        searched: events.length < stretchLength,
        found: toSend(events, filters, current, clock.now()),
        now: clock.now(),
      })
      onDue(endpoint)
      current = await deliveries.getReplay(current.id)
    }
  }

  /** Whether any is running afterwards. */
  const goOnWith = async (running: readonly Replay[], turn: Lease): Promise<boolean> => {
    let isAnyRunning = false
    for (const replay of running) {
      await search(replay, turn)
      const now = await deliveries.getReplay(replay.id)
      if (now?.status !== 'running') continue
      if (now.searched && now.sent === now.total) {
        await deliveries.endReplay(replay.id, 'done', clock.now())
      } else isAnyRunning = true
    }
    return isAnyRunning
  }

  /** Of several processes one goes on with them; another one does if that dies. */
  const goOn = async (): Promise<boolean> => {
    const running = await deliveries.listRunningReplays()
    if (running.length === 0) return false
    const turn = await sharing.takeTurn('replays', turnMs)
    if (turn === null) return true
    try {
      return await goOnWith(running, turn)
    } finally {
      await turn.release()
    }
  }

  const run = async () => {
    while (!leaving.signal.aborted) {
      bell = new AbortController()
      const isAnyRunning = await goOn().catch((error) => {
        log.error('replays could not go on', { reason: reasonOf(error) })
        return true
      })
      await clock.sleep(isAnyRunning ? lookEveryMs : lookWithoutAnyEveryMs, bell.signal)
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
