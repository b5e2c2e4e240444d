/** The way of docs/moving.md, walked: from a back-end with WxJava and Redis to suited, and back. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../src/clock'
import type { Fetch } from '../../src/simulator/simulator'
import { installationsOf } from '../../src/simulator/world/installations'
import { adminToken, createScene, type Scene } from '../scene'
import { createWxJavaBackend, type WxJavaBackend } from './wxjava-backend'

/** Where the proxy sends what WeCom pushes; `mirrored`: to the other one, and a copy to suited. */
type Proxy = 'other' | 'mirrored' | 'suited'

/** Both back-ends behind one proxy, with WeCom behind them. suited only observes at first. */
const sideBySide = async () => {
  let other: WxJavaBackend | null = null
  let suited: Scene | null = null
  let proxy: Proxy = 'other'
  let observe = true
  let asked = 0

  const toSuited = (request: Request): Promise<Response> => suited!.service.app.handle(request)
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init)
    if (proxy === 'suited') return toSuited(request)
    if (proxy === 'mirrored') expect((await toSuited(new Request(url, init))).status).toBe(200)
    return other!.receive(request)
  }
  const counted =
    (wecom: Fetch): Fetch =>
    (...call) => {
      asked += 1
      return wecom(...call)
    }
  const scene = await createScene({
    simulator: {
      send,
      companies: ['wpOld1', 'wpOld2', 'wpWatched', 'wpSwitch', 'wpLater'].map((corpid) => ({
        corpid,
      })),
    },
    between: counted,
    file: ({ world }) => ({
      suites: [...world.suites.values()].map((suite) => ({
        key: 'crm',
        token: suite.token,
        encoding_aes_key: suite.encodingAesKey,
        id: suite.suiteId,
        secret: suite.suiteSecret,
        observe,
      })),
    }),
  })
  suited = scene
  const backend = createWxJavaBackend(scene.simulator, scene.clock)
  other = backend
  const { pusher } = scene.simulator
  const { suiteId } = scene

  return {
    other: backend,
    corpids: scene.corpids,
    suited: () => suited!,
    askedBySuited: () => asked,
    route(to: Proxy) {
      proxy = to
    },
    /** As after SIGHUP. */
    async observe(on: boolean) {
      observe = on
      suited = await suited!.reload()
      await suited.settle()
    },
    async ticket() {
      expect((await pusher.pushTicket(suiteId)).ok).toBe(true)
      await scene.settle()
    },
    async install(corpid: string) {
      expect((await pusher.install(suiteId, corpid)).push?.ok).toBe(true)
      await scene.settle()
    },
    async message(corpid: string) {
      await pusher.message(suiteId, corpid, { text: 'hello' })
      await scene.settle()
    },
    /** Companies whose messages arrive at suited and of which it has no code. */
    async missing(): Promise<string[]> {
      const events = (await suited!.ask('/api/events?suite=crm&limit=200')).items
      const corps = (await suited!.ask('/api/corps?suite=crm&limit=200')).items
      const known = corps.map(({ corpid }: { corpid: string }) => corpid)
      const arriving = events.flatMap(({ corpid }: { corpid: string | null }) => corpid ?? [])
      return [...new Set<string>(arriving)].filter((corpid) => !known.includes(corpid)).sort()
    },
    /** The provider's own table, as CSV, imported. */
    async importTable() {
      const rows = [...backend.table].map(([corpid, code]) => `${corpid},${code},crm`)
      const response = await suited!.request('/api/import', {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}` },
        body: ['corpid,permanentCode,suite', ...rows].join('\n'),
      })
      const text = response.text()
      await scene.clock.advance(minuteMs)
      const lines = (await text).split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line).result)
    },
    /** How WeCom knows each company's code, which both must agree with. */
    codeOf: (corpid: string) =>
      installationsOf(scene.simulator.world, suiteId, corpid).at(-1)?.permanentCode,
    signs: async (corpid: string) => (await suited!.sign(corpid)).status === 200,
  }
}

describe('a provider with WxJava and Redis', () => {
  test('takes suited in its place app by app, without a gap and without a loss, and can go back', async () => {
    const stage = await sideBySide()
    const [old1 = '', old2 = '', watched = '', atSwitch = '', later = ''] = stage.corpids
    const { other } = stage

    // Before suited: two companies, known to the provider's own table alone.
    await stage.ticket()
    await stage.install(old1)
    await stage.install(old2)
    expect(await other.ticketFor(old1)).toBe(0)

    // Watch: what is pushed comes to both, and the other one exchanges what comes.
    stage.route('mirrored')
    await stage.ticket()
    for (const corpid of [old1, old2]) await stage.message(corpid)
    await stage.install(watched)
    await stage.suited().clock.advance(11 * minuteMs)
    expect(stage.askedBySuited()).toBe(0)
    expect(await stage.missing()).toEqual([old1, old2].sort())

    // Switch: the proxy first, then suited. The other one signs on with what it has.
    stage.route('suited')
    await stage.install(atSwitch)
    await stage.observe(false)
    expect(await stage.signs(atSwitch)).toBe(true)
    for (const corpid of [old1, old2, watched]) {
      expect(await other.ticketFor(corpid)).toBe(0)
      expect(await stage.signs(corpid)).toBe(false)
    }

    // Import: nobody is missing afterwards, and each code is the one that WeCom knows.
    expect(await stage.importTable()).toEqual(['imported', 'imported', 'imported'])
    expect(await stage.missing()).toEqual([])
    for (const corpid of [old1, old2, watched, atSwitch]) {
      expect(await stage.signs(corpid)).toBe(true)
      const record = await stage.suited().store.loadCorp(stage.suited().suiteId, corpid)
      expect(record?.permanentCode).toBe(stage.codeOf(corpid))
    }
    const { events, waiting } = await stage.suited().ask('/api/status')
    expect([events.pending, events.dead, waiting]).toEqual([0, 0, []])

    // Back: codes that came meanwhile go into the table, the proxy back, and suited observes again.
    for await (const line of stage.suited().service.stateExport.lines()) {
      if (line.kind === 'corp') other.table.set(line.corp.corpid, line.corp.permanentCode!)
    }
    await stage.observe(true)
    stage.route('mirrored')
    await stage.suited().clock.advance(120 * minuteMs)
    await stage.ticket()
    const before = stage.askedBySuited()
    await stage.install(later)
    for (const corpid of [old1, old2, watched, atSwitch, later]) {
      expect(await other.ticketFor(corpid)).toBe(0)
      expect(other.table.get(corpid)).toBe(stage.codeOf(corpid)!)
    }
    await stage.suited().clock.advance(20 * minuteMs)
    expect(stage.askedBySuited()).toBe(before)
    expect((await stage.suited().ask('/api/status')).events).toMatchObject({ pending: 0, dead: 0 })
  })
})
