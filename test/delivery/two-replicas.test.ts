import { expect, test } from 'bun:test'
import { systemClock } from '../../src/clock'
import { createEndpointDirectory } from '../../src/delivery/endpoint-directory'
import { markForDispatch } from '../../src/delivery/marked-log'
import type { Sender, Sent } from '../../src/delivery/send/sender'
import { createDeliverySharing } from '../../src/delivery/sharing'
import { withBell } from '../../src/events/event-bell'
import { createOwnEvents } from '../../src/events/own-events'
import { type EventFramesParts, eventFrames } from '../../src/http/api/stream/event-frames'
import { createDelivery } from '../../src/service/delivery'
import type { EventLogDriver } from '../../src/store/driver/drivers'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import { until } from '../binary/until'
import { freshBytes } from '../fresh-bytes'
import { describeWithTool } from '../optional-tool'
import { findPostgres } from '../postgres/server'
import { attempt } from '../store/conformance/dispatched'
import { event } from '../store/conformance/records'
import { useLogBench } from '../store/postgres/events/log-bench'
import { createRecordingLog } from '../store/recording-log'
import { endpointOf } from './delivery-bench'

describeWithTool('PostgreSQL', findPostgres, 'two replicas that deliver from one database', () => {
  const bench = useLogBench()
  const clock = systemClock

  /** A process that delivers, in the time of the machine. */
  const startReplica = async (log: EventLogDriver, send: Sender['send']) => {
    const store = createMemoryStore({ clock, freshBytes })
    const ofSettings = [endpointOf({ order: 'corp' })]
    const endpoints = createEndpointDirectory({ ofSettings, store, ofOthers: () => [], clock })
    const { eventLog, bell } = withBell(markForDispatch(log, endpoints.hasAny), clock)
    const newId = () => crypto.randomUUID()
    const logger = createRecordingLog()
    const delivery = createDelivery({
      endpoints,
      deliveries: log,
      eventLog,
      bell,
      ownEvents: createOwnEvents({ eventLog, clock, log: logger, newId }),
      sender: { send },
      endpointStore: store,
      sharing: createDeliverySharing({
        store,
        livingReplicas: () => 1,
        isSure: () => true,
        suitesOfOthers: () => [],
      }),
      settings: { SUITED_EVENT_RETENTION_DAYS: 30 },
      freshBytes,
      newId,
      suites: { all: [], byId: () => null },
      clock,
      random: () => 0.5,
      log: logger,
    })
    await endpoints.all()
    delivery.start()
    await delivery.follow()
    return { delivery, eventLog, bell }
  }
  const appendTo = (log: Pick<EventLogDriver, 'append'>, n: number, corp: string) =>
    log.append(event(n, { status: 'done', corpid: corp, receivedAt: clock.now() }))
  const corps = ['wp1', 'wp2', 'wp3', 'wp4']

  test('one goes on with what the other had in hand when its life ended, in order', async () => {
    const [one, other] = [await bench.open({ clock: null }), await bench.open({ clock: null })]
    const stuck: string[] = []
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const sent: Sent = {
      attempt: attempt({ endpoint: 'crm', at: clock.now() }),
      verdict: 'done',
      retryAfterSeconds: null,
      answer: '',
    }
    const hanging = await startReplica(one.log, async ({ event: { id } }) => {
      stuck.push(id)
      await released
      return sent
    })
    for (let n = 1; n <= 12; n++) await appendTo(hanging.eventLog, n, corps[n % 4]!)
    await until('four attempts that hang', () => stuck.length === 4)

    const arrived: string[] = []
    const living = await startReplica(other.log, async ({ event: { id } }) => {
      arrived.push(id)
      return sent
    })
    await appendTo(living.eventLog, 13, corps[1]!)
    await bench.endLife(one)
    await until('all to have arrived', () => arrived.length === 13)
    expect(new Set(arrived).size).toBe(13)
    const numbers = arrived.map((id) => Number(id.slice('event-'.length)))
    for (const place of [0, 1, 2, 3]) {
      const ofCorp = numbers.filter((n) => n % 4 === place)
      expect(ofCorp).toEqual(ofCorp.toSorted((a, b) => a - b))
    }
    await living.delivery.stop()
    release()
    await hanging.delivery.stop()
    expect(await other.log.countDeliveries()).toEqual([])
  })

  test('a stream of one has what came to the other, in the order of arrival', async () => {
    const [one, other] = [await bench.open({ clock: null }), await bench.open({ clock: null })]
    const { eventLog, bell } = withBell(one.log, clock)
    const leaving = new AbortController()
    const parts: EventFramesParts = {
      eventLog,
      bell,
      clock,
      shower: async () => (shown) => shown as never,
      isAllowed: async () => true,
      signal: leaving.signal,
    }
    const seen: string[] = []
    const reading = (async () => {
      for await (const frame of eventFrames(parts, { filter: {}, after: null, hasGap: false })) {
        const id = /^id: (event-\d+)\ndata/.exec(frame)?.[1]
        if (id !== undefined) seen.push(id)
        if (seen.length === 60) leaving.abort('gone')
      }
    })()
    for (let n = 1; n <= 60; n += 4) {
      const logs = [other.log, eventLog, other.log, other.log]
      await Promise.all(logs.map((log, at) => appendTo(log, n + at, corps[at]!)))
    }
    await reading
    const kept = (await other.log.listAfter({ after: null, limit: 100 })) ?? []
    expect(seen).toEqual(kept.map(({ id }) => id))
    expect(seen).toHaveLength(60)
  })
})
