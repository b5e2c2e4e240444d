/** What operators do with endpoints: make, change, pause, test, replay, remove. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { Deliveries } from '../../store/deliveries'
import type { EndpointRecord, Endpoints } from '../../store/endpoints'
import type { Replay, ReplayQuery } from '../../store/replays'
import { composeBody } from '../compose'
import type { Endpoint, EndpointDirectory } from '../endpoint'
import type { Sender, Sent } from '../send/sender'
import { secretOf } from '../send/signing-secret'
import { defaultConcurrency } from './endpoint-fields'
import {
  alsoOfOtherReplica,
  noReplay,
  notThere,
  ofOtherReplica,
  ofSettings,
} from './endpoint-refusals'
import { checkedEndpoint, type EndpointRequest, type Shown, shownSecret } from './endpoint-request'
import { waitingForNobody } from './endpoint-status'
import { replyConflict } from './reply-conflict'
import { previousUntil, rotated } from './rotation'

export interface EndpointAdmin {
  /** @throws {ServiceError} invalid_request, with the fields; conflict — the name, or replies */
  create(request: EndpointRequest): Promise<Endpoint & Shown>
  /**
   * What is given is changed, also for what waits. @throws {ServiceError} as `create`; not_found
   */
  change(name: string, request: Partial<EndpointRequest>): Promise<Endpoint>
  /**
   * With all that waits for it, also if it is gone from the settings and only that is left.
   * @throws {ServiceError} not_found; conflict — of the settings, also of another replica’s
   */
  remove(name: string): Promise<void>
  /**
   * Both sign until `previousUntil`, and older ones until their own time; with no grace none does.
   *
   * @throws {ServiceError} as `remove`; conflict — too many sign already
   */
  rotate(name: string, graceSeconds: number): Promise<Shown & { previousUntil: number }>
  pause(name: string): Promise<Endpoint>
  /** What waits is due now. */
  resume(name: string): Promise<Endpoint>
  /** Sends it an event that is in no log. */
  test(name: string): Promise<Sent>
  startReplay(name: string, query: ReplayQuery): Promise<Replay>
  getReplay(name: string, id: string): Promise<Replay>
  cancelReplay(name: string, id: string): Promise<Replay>
}

/** Whether it is sent to otherwise than before: what failed before says nothing of it any more. */
const isSentOtherwise = (before: EndpointRecord, after: EndpointRecord): boolean => {
  const way = ({ url, private: mayBePrivate, headers, signing }: EndpointRecord) =>
    JSON.stringify([url, mayBePrivate, headers, signing])
  return way(before) !== way(after)
}

export const createEndpointAdmin = (parts: {
  endpoints: EndpointDirectory
  store: Endpoints
  deliveries: Deliveries
  sender: Sender
  /** The keys of the suites that there are. */
  suiteKeys: readonly string[]
  clock: Clock
  freshBytes(count: number): Uint8Array
  newId(): string
  /** Endpoints, or what is due for one, were changed. */
  onChange(): void
}): EndpointAdmin => {
  const { endpoints, store, deliveries, sender, suiteKeys, clock, freshBytes, newId } = parts

  const isElsewhere = (name: string) => endpoints.elsewhere().some((one) => one.name === name)

  const require = async (name: string): Promise<Endpoint> => {
    const endpoint = await endpoints.byName(name)
    if (endpoint !== null) return endpoint
    throw isElsewhere(name) ? ofOtherReplica(name) : notThere()
  }

  const requireOwn = async (name: string): Promise<Endpoint> => {
    const endpoint = await require(name)
    if (endpoint.origin === 'settings') throw ofSettings(name)
    return endpoint
  }

  const refuseSecondReply = async (record: EndpointRecord): Promise<void> => {
    const other = replyConflict(record, await endpoints.all())
    if (other === null) return
    throw new ServiceError(
      'conflict',
      `The endpoint ${other.name} replies for the same suite already: a message has one reply.`,
    )
  }

  const changed = () => {
    endpoints.forget()
    parts.onChange()
  }

  const asEndpoint = ({ version: _, ...record }: EndpointRecord): Endpoint => ({
    ...record,
    origin: 'api',
  })

  const setStatus = async (name: string, status: 'on' | 'paused', reason: string | null) => {
    const endpoint = await require(name)
    const now = clock.now()
    await deliveries.setEndpointStatus(name, status, reason, now)
    if (status === 'on') await deliveries.makeDeliveriesDue(name, now)
    changed()
    return endpoint
  }

  const requireReplay = async (name: string, id: string): Promise<Replay> => {
    const replay = await deliveries.getReplay(id)
    if (replay?.endpoint !== name) throw noReplay()
    return replay
  }

  return {
    async create(request) {
      if (await endpoints.byName(request.name)) {
        throw new ServiceError('conflict', 'There is an endpoint of this name already.')
      }
      if (isElsewhere(request.name)) throw ofOtherReplica(request.name)
      const fresh = { secret: () => secretOf(freshBytes(32)), freshBytes }
      const record = checkedEndpoint(
        request,
        null,
        suiteKeys,
        fresh,
        clock.now(),
        defaultConcurrency,
      )
      await refuseSecondReply(record)
      const { before } = await store.changeEndpoint(record.name, (current) =>
        current === null ? record : null,
      )
      if (before !== null) {
        throw new ServiceError('conflict', 'There is an endpoint of this name already.')
      }
      changed()
      return { ...asEndpoint(record), ...shownSecret(record) }
    },

    async change(name, request) {
      await requireOwn(name)
      const fresh = { secret: () => secretOf(freshBytes(32)), freshBytes }
      const known = (await store.listEndpoints()).find((record) => record.name === name)
      if (!known) throw notThere()
      const next = (current: EndpointRecord) =>
        checkedEndpoint(
          { ...request, name } as EndpointRequest,
          current,
          suiteKeys,
          fresh,
          clock.now(),
          defaultConcurrency,
        )
      await refuseSecondReply(next(known))
      const { before, after } = await store.changeEndpoint(
        name,
        (current) => current && next(current),
      )
      if (after === null) throw notThere()
      if (before?.order !== after.order) {
        await deliveries.setOrdered(name, after.order === 'corp')
      }
      const now = clock.now()
      if (before && isSentOtherwise(before, after)) {
        await deliveries.setEndpointStatus(name, 'on', null, now, ['on'])
      }
      await deliveries.makeDeliveriesDue(name, now)
      changed()
      return asEndpoint(after)
    },

    async remove(name) {
      const left = await waitingForNobody({ endpoints, deliveries })
      if (!left.some(({ endpoint }) => endpoint === name)) await requireOwn(name)
      // What waits is for theirs, too.
      if (endpoints.filtersElsewhere(name).length > 0) throw alsoOfOtherReplica(name)
      await store.removeEndpoint(name)
      changed()
      await deliveries.forgetEndpoint(name)
    },

    async rotate(name, graceSeconds) {
      await requireOwn(name)
      const now = clock.now()
      const { after } = await store.changeEndpoint(
        name,
        (current) =>
          current && {
            ...current,
            signing: rotated(current.signing, { graceSeconds, now, freshBytes }),
          },
      )
      if (after === null) throw notThere()
      changed()
      return { ...shownSecret(after), previousUntil: previousUntil(after.signing, now) }
    },

    pause: (name) => setStatus(name, 'paused', 'paused by an operator'),
    resume: (name) => setStatus(name, 'on', null),

    async test(name) {
      const endpoint = await require(name)
      const event = {
        id: newId(),
        suiteId: null,
        corpid: null,
        source: 'suited',
        type: 'suited.test',
        receivedAt: clock.now(),
        body: JSON.stringify({ endpoint: name }),
        status: 'done',
        lastError: null,
        attempts: 0,
        nextAttemptAt: null,
        pendingSecret: null,
        dispatchAt: null,
        outgoing: null,
      } as const
      return sender.send({ endpoint, event, body: composeBody(event) })
    },

    async startReplay(name, query) {
      await require(name)
      const id = newId()
      await deliveries.startReplay({ id, endpoint: name, query, startedAt: clock.now() })
      parts.onChange()
      return requireReplay(name, id)
    },

    getReplay: requireReplay,

    async cancelReplay(name, id) {
      await requireReplay(name, id)
      return (await deliveries.endReplay(id, 'cancelled', clock.now())) ?? requireReplay(name, id)
    },
  }
}
