import { afterEach, describe, expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import { secretOf } from '../../src/delivery/send/signing-secret'
import { createSeries } from '../scene'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()
const long = Bun.env.SUITED_LONG_TESTS === '1'
const kills = long ? 500 : 3

const secret = secretOf(new Uint8Array(32).fill(5))

interface Arrival {
  readonly id: string
  readonly at: number
  readonly body: string
}

let servers: { stop(closeActiveConnections?: boolean): unknown }[] = []
afterEach(() => {
  for (const server of servers) server.stop(true)
  servers = []
})

/** A business app that verifies whatever it is sent with the library of Standard Webhooks. */
const businessApp = (answer: (arrival: Arrival) => Response | Promise<Response>) => {
  const arrivals: Arrival[] = []
  const unverified: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const body = await request.text()
      try {
        new Webhook(secret).verify(body, Object.fromEntries(request.headers))
      } catch (error) {
        unverified.push(String(error))
      }
      const arrival = { id: request.headers.get('webhook-id') ?? '', at: Date.now(), body }
      arrivals.push(arrival)
      return answer(arrival)
    },
  })
  servers.push(server)
  return { url: `http://127.0.0.1:${server.port}/hook`, arrivals, unverified }
}

const ok = () => new Response('ok')

describe('events reach the business app', () => {
  test('signed, as plain JSON, and those that came while it was down as soon as it is back', async () => {
    let isDown = false
    const app = businessApp(() => (isDown ? new Response(null, { status: 503 }) : ok()))
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder(), {
      SUITED_FORWARD_URL: app.url,
      SUITED_FORWARD_SECRET: secret,
    })
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    await until('the install arrives', () =>
      app.arrivals.some(({ body }) => body.includes('"type":"create_auth"')),
    )
    const first = JSON.parse(
      app.arrivals.find(({ body }) => body.includes('"type":"create_auth"'))!.body,
    )
    expect(first).toMatchObject({ type: 'create_auth', corpid, payload: { AuthCode: '***' } })

    isDown = true
    const before = app.arrivals.length
    for (let n = 0; n < 20; n++) {
      await wecom.simulator.pusher.message(wecom.suiteId, corpid, { text: `消息 ${n}` })
    }
    await until('the first try', () => app.arrivals.length > before)
    await until('they are held', async () => {
      const { items } = await suited.ask('/api/endpoints')
      return items[0].pending >= 20 && items[0].failures >= 5
    })
    isDown = false
    await until('all of them arrive', () => {
      const texts = app.arrivals.filter(({ body }) => body.includes('消息'))
      return new Set(texts.map(({ id }) => id)).size === 20
    })
    expect(app.unverified).toEqual([])
    const { items } = await suited.ask('/api/endpoints')
    expect(items[0]).toMatchObject({ name: 'default', origin: 'settings', status: 'on' })
  })

  test(
    'none is lost to kill -9, and only what was under way comes twice',
    async () => {
      const app = businessApp(ok)
      const wecom = workshop.wecom()
      const folder = await workshop.folder()
      const random = createSeries(20261130)
      const settings = { SUITED_FORWARD_URL: app.url, SUITED_FORWARD_SECRET: secret }
      const [corpid] = wecom.corpids
      const killedAt: number[] = []
      const born = await workshop.serviceFor(wecom, folder, settings)
      await wecom.giveTicket(born)
      await wecom.install(born, corpid)
      await born.process.kill()
      let acknowledged = 0
      for (let n = 0; n < kills; n++) {
        const suited = await workshop.serviceFor(wecom, folder, settings)
        const before = acknowledged
        const pushes = Array.from({ length: 15 }, (_, i) =>
          wecom.simulator.pusher
            .message(wecom.suiteId, corpid, { text: `${n}-${i}` })
            .then(({ ok }) => {
              if (ok) acknowledged += 1
            })
            .catch(() => undefined),
        )
        // Some of them are on their way then, hardly ever all.
        await until('one is taken', () => acknowledged > before)
        await Bun.sleep(random() * 100)
        await suited.process.kill()
        killedAt.push(Date.now())
        await Promise.all(pushes)
      }
      const last = await workshop.serviceFor(wecom, folder, settings)
      const held = async () => (await last.ask('/api/endpoints')).items[0].pending
      await until('nothing is pending', async () => (await held()) === 0)
      const stored: string[] = []
      for (let after = ''; ; ) {
        const query = after === '' ? '' : `&after=${after}`
        const { items, next } = await last.ask(`/api/events?order=asc&type=text&limit=200${query}`)
        if (items.length === 0) break
        stored.push(...items.map(({ id }: { id: string }) => id))
        after = next
      }
      expect(acknowledged).toBeGreaterThanOrEqual(kills)
      expect(stored.length).toBeGreaterThanOrEqual(acknowledged)
      const arrived = app.arrivals.filter(({ body }) => body.includes('"type":"text"'))
      expect(stored.filter((id) => !arrived.some((one) => one.id === id))).toEqual([])
      expect(app.unverified).toEqual([])
      const twice = [...Map.groupBy(arrived, ({ id }) => id).values()].filter(
        (all) => all.length > 1,
      )
      const pairs = twice.flatMap((all) =>
        all.slice(1).map((later, i) => [all[i]!, later] as const),
      )
      for (const [one, other] of pairs) {
        // The first was answered, and its outcome was not on the disk yet when the process ended.
        expect(killedAt.some((at) => one.at <= at && at <= other.at && at - one.at < 1000)).toBe(
          true,
        )
      }
      process.stdout.write(
        `deliveries and kill -9: ${kills} kills, ${acknowledged} acknowledged, ${stored.length} kept, ${arrived.length} arrived, ${twice.length} more than once\n`,
      )
    },
    60_000 + kills * 6000,
  )
})
