/** Replays: a job walks through the log and puts what an endpoint missed on its way once more. */
import type { Clock } from '../clock'
import type { Deliveries } from '../store/deliveries'
import type { EventHistory } from '../store/event-log'
import type { EventRecord, Outgoing } from '../store/event-record'
import type { Replay } from '../store/replays'
import { outgoingOf } from './dispatcher'
import type { Endpoint, EndpointDirectory } from './endpoint'
import type { SuiteKeyOf } from './wanted'

/** Few enough events to hold up nothing else while they are read. */
const stretchLength = 200

const hasHad = (event: EventRecord, endpoint: string): boolean =>
  event.deliveries.some((delivery) => delivery.endpoint === endpoint && delivery.status === 'done')

/** Runs all replays that are running, a stretch at a time, until their search has ended. */
export const createReplayJob = (parts: {
  deliveries: Pick<Deliveries, 'listRunningReplays' | 'continueReplay' | 'endReplay' | 'getReplay'>
  eventLog: Pick<EventHistory, 'listAfter'>
  endpoints: EndpointDirectory
  suiteKeyOf: SuiteKeyOf
  clock: Clock
  /** Told of every endpoint that has something due. */
  onDue(endpoint: string): void
}): ((stopping: AbortSignal) => Promise<void>) => {
  const { deliveries, eventLog, endpoints, suiteKeyOf, clock, onDue } = parts

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
    endpoint: Endpoint,
    { query }: Replay,
    now: number,
  ): Outgoing[] =>
    events
      .filter((event) => event.status !== 'pending')
      .filter((event) => query.all || !hasHad(event, endpoint.name))
      .map((event) => outgoingOf(event, [endpoint], suiteKeyOf, now))
      .filter((outgoing) => outgoing.endpoints.length > 0)

  const search = async (replay: Replay, stopping: AbortSignal) => {
    let current: Replay | null = replay
    while (current?.status === 'running' && !current.searched && !stopping.aborted) {
      const endpoint = await endpoints.byName(current.endpoint)
      if (!endpoint) {
        await deliveries.endReplay(current.id, 'cancelled', clock.now())
        return
      }
      const events = await stretchOf(current)
      await deliveries.continueReplay({
        id: current.id,
        from: current.searchedTo,
        searchedTo: events.at(-1)?.id ?? current.searchedTo,
        searched: events.length < stretchLength,
        found: toSend(events, endpoint, current, clock.now()),
        now: clock.now(),
      })
      onDue(endpoint.name)
      current = await deliveries.getReplay(current.id)
    }
  }

  return async (stopping) => {
    for (const replay of await deliveries.listRunningReplays()) {
      await search(replay, stopping)
      const now = await deliveries.getReplay(replay.id)
      if (now?.status === 'running' && now.searched && now.sent === now.total) {
        await deliveries.endReplay(replay.id, 'done', clock.now())
      }
    }
  }
}
