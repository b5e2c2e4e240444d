/** Deliveries as the service wires them, with endpoints that a test plays. */
import { type Endpoint, filterOf } from '../../src/delivery/endpoint'
import { createEndpointDirectory } from '../../src/delivery/endpoint-directory'
import { markForDispatch } from '../../src/delivery/marked-log'
import type { Sender, Sent } from '../../src/delivery/send/sender'
import { createDeliverySharing } from '../../src/delivery/sharing'
import { withBell } from '../../src/events/event-bell'
import { factRule } from '../../src/events/fact-rule'
import { createOwnEvents } from '../../src/events/own-events'
import { createLogger } from '../../src/log'
import { createDelivery, type Delivery } from '../../src/service/delivery'
import type { EndpointState } from '../../src/store/deliveries'
import type { EventLogDriver, StoreDriver } from '../../src/store/driver/drivers'
import type { EventLog } from '../../src/store/event-log'
import type { Delivery as DeliveryRecord, NewEvent } from '../../src/store/event-record'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import { freshBytes } from '../fresh-bytes'
import { createManualClock, type ManualClock } from '../manual-clock'

export const startMs = 1_700_000_000_000

/** What an endpoint says to one attempt; a number is a status, an object more than that. */
export type Said = number | (Partial<Sent> & { readonly status?: number; readonly tookMs?: number })

export interface Arrived {
  readonly endpoint: string
  readonly id: string
  readonly body: string
  readonly at: number
}

export const endpointOf = (changes: Partial<Endpoint> = {}): Endpoint => ({
  name: 'crm',
  url: 'https://crm.example.com/hook',
  signing: { format: 'standard', secrets: [{ secret: 'whsec_x', until: null }] },
  types: null,
  suites: null,
  corps: null,
  order: 'none',
  replies: false,
  private: false,
  maxPerSecond: null,
  concurrency: 4,
  headers: {},
  createdAt: startMs,
  origin: 'settings',
  ...changes,
})

/** What several benches hold together. */
interface SharedOfBenches {
  readonly store: StoreDriver
  /** Of the bench that began, for those that are given none. */
  readonly endpoints: Endpoint[]
  /** What came to the endpoints, from whichever process. */
  readonly arrived: Arrived[]
  readonly attempts: Map<string, number>
  readonly living: Set<{ readonly endpoints: readonly Endpoint[] }>
  /** Suites that only another process has in its settings. */
  readonly suitesOfOthers: { key: string; suiteId: string }[]
  ids: number
}

export interface DeliveryBench {
  readonly clock: ManualClock
  readonly lines: { level: string; msg: string }[]
  readonly eventLog: EventLog
  readonly deliveries: EventLogDriver
  readonly arrived: readonly Arrived[]
  /** What of that came from this process. */
  readonly delivered: readonly Arrived[]
  readonly shared: SharedOfBenches
  readonly delivery: Delivery
  /** Whether nobody can have taken over what it has in hand. */
  beSure(isSure: boolean): void
  start(): Promise<void>
  /** Ends the process; what is under way gets the time for that. */
  stop(): Promise<void>
  /** Ends the process and begins another one on the same state. */
  restart(): Promise<void>
  append(n: number, changes?: Partial<NewEvent>): Promise<'stored' | 'duplicate'>
  idsAt(endpoint?: string): number[]
  deliveriesOf(n: number): Promise<readonly DeliveryRecord[] | undefined>
  stateOf(endpoint?: string): Promise<EndpointState | undefined>
  ownEvents(): Promise<{ type: string; [name: string]: unknown }[]>
}

export const createDeliveryBench = (given: {
  endpoints?: Endpoint[]
  /** What an endpoint answers; 200 unless told otherwise. */
  says?: (attempt: Arrived, nth: number) => Said
  /** In the memory log's place. */
  driver?: EventLogDriver
  /** In the place of one that asks `says`. */
  sender?: (clock: ManualClock) => Sender
  /** Another process on the state of this one, with its receivers; its endpoints, unless given. */
  beside?: DeliveryBench
}): DeliveryBench => {
  const { says = () => 200, beside } = given
  const clock = beside?.clock ?? createManualClock(startMs)
  const lines: { level: string; msg: string }[] = []
  const log = createLogger({
    level: 'debug',
    format: 'json',
    now: clock.now,
    write: (line) => lines.push(JSON.parse(line)),
  })
  const driver = given.driver ?? beside?.deliveries ?? createMemoryEventLog(factRule)
  const shared: SharedOfBenches = beside?.shared ?? {
    store: createMemoryStore({ clock, freshBytes }),
    endpoints: given.endpoints ?? [endpointOf()],
    arrived: [],
    attempts: new Map(),
    living: new Set(),
    suitesOfOthers: [],
    ids: 0,
  }
  const { store, arrived, attempts } = shared
  const self = { endpoints: given.endpoints ?? shared.endpoints }
  const endpoints = createEndpointDirectory({
    ofSettings: self.endpoints,
    store,
    ofOthers: () =>
      [...shared.living]
        .filter((one) => one !== self)
        .flatMap((one) => one.endpoints.map(filterOf)),
    clock,
  })
  const { eventLog, bell } = withBell(markForDispatch(driver, endpoints.hasAny), clock)
  const newId = () => `own-${String(++shared.ids).padStart(5, '0')}`
  let isSure = true

  const delivered: Arrived[] = []

  const played: Sender = {
    async send({ endpoint, event, body }) {
      const at = clock.now()
      const attempt = { endpoint: endpoint.name, id: event.id, body, at }
      arrived.push(attempt)
      const nth = (attempts.get(`${endpoint.name} ${event.id}`) ?? 0) + 1
      attempts.set(`${endpoint.name} ${event.id}`, nth)
      delivered.push(attempt)
      const said = says(attempt, nth)
      const {
        status = 200,
        tookMs = 0,
        ...more
      } = typeof said === 'number' ? { status: said } : said
      if (tookMs > 0) await clock.sleep(tookMs)
      const isSuccess = status >= 200 && status < 300
      return {
        attempt: {
          endpoint: endpoint.name,
          at,
          address: '192.0.2.1',
          status,
          error: isSuccess ? null : `status ${status}`,
          durationMs: tookMs,
          answer: '',
        },
        verdict: isSuccess ? 'done' : status === 410 ? 'gone' : 'retry',
        retryAfterSeconds: null,
        answer: '',
        ...more,
      }
    },
  }
  const sender = given.sender?.(clock) ?? played

  const wire = () =>
    createDelivery({
      endpoints,
      deliveries: driver,
      eventLog,
      bell,
      ownEvents: createOwnEvents({ eventLog, clock, log, newId }),
      sender,
      endpointStore: store,
      sharing: createDeliverySharing({
        store,
        livingReplicas: () => shared.living.size,
        isSure: () => isSure,
        suitesOfOthers: () => shared.suitesOfOthers,
      }),
      settings: { SUITED_EVENT_RETENTION_DAYS: 30 },
      freshBytes,
      newId,
      suites: { all: [], byId: (id) => (id === 'wwsuite' ? ({ key: 'crm' } as never) : null) },
      clock,
      random: () => 0.5,
      log,
    })
  let delivery = wire()

  return {
    clock,
    lines,
    eventLog,
    deliveries: driver,
    arrived,
    delivered,
    shared,
    get delivery() {
      return delivery
    },
    beSure(sure) {
      isSure = sure
    },
    async start() {
      shared.living.add(self)
      await endpoints.all()
      delivery.start()
      await delivery.follow()
      await clock.advance(0)
    },
    async stop() {
      shared.living.delete(self)
      const ended = delivery.stop()
      await clock.advance(20_000)
      await ended
    },
    async restart() {
      await delivery.stop()
      delivery = wire()
      await this.start()
    },
    append: (n: number, changes: Partial<NewEvent> = {}) =>
      eventLog.append({
        id: `event-${String(n).padStart(5, '0')}`,
        identity: `identity-${n}`,
        suiteId: 'wwsuite',
        corpid: 'wpCorpA',
        source: 'data',
        type: 'text',
        receivedAt: clock.now(),
        body: `<xml><MsgType>text</MsgType><Content>第 ${n} 条</Content></xml>`,
        status: 'done',
        lastError: null,
        dispatchAt: null,
        ...changes,
      }),
    idsAt: (endpoint = 'crm') =>
      arrived.filter((one) => one.endpoint === endpoint).map(({ id }) => Number(id.slice(-5))),
    deliveriesOf: async (n: number) =>
      (await eventLog.get(`event-${String(n).padStart(5, '0')}`))?.deliveries,
    stateOf: async (endpoint = 'crm') =>
      (await driver.listEndpointStates()).find((state) => state.endpoint === endpoint),
    ownEvents: async () =>
      (await eventLog.list({ limit: 200 })).items
        .filter(({ source }) => source === 'suited')
        .map(({ type, body }) => ({ type, ...JSON.parse(body) })),
  }
}
