/**
 * What all replicas want at once, and WeCom is asked for once; what WeCom refuses them; and what it
 * pushes to all of them at once: three processes of the binary on one database.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { secondMs, systemClock } from '../../src/clock'
import { addSuite } from '../../src/simulator/world/create-world'
import { killTokens } from '../../src/simulator/world/tokens'
import type { Suite } from '../../src/simulator/world/world'
import { writeSettings } from '../binary/settings-file'
import { localTop, suiteTable } from '../binary/several-suites'
import { listening, type Suited } from '../binary/suited'
import { until } from '../binary/until'
import type { Wecom } from '../binary/wecom'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { newDatabase } from '../postgres/database'
import { findPostgres } from '../postgres/server'
import { keyNamed } from '../store/sealed-with'

const suiteTokenPath = '/cgi-bin/service/get_suite_token'

/** How WeCom refuses a suite, and how many calls seven tickets may cost in all then. */
const refusals = [
  { key: 'wrong-secret', errcode: 40001, calls: [1, 2, 3, 4, 5, 6, 6] },
  // One for each ticket, of which WeCom pushes six an hour.
  { key: 'wrong-ticket', errcode: 40085, calls: [1, 2, 3, 4, 5, 6, 7] },
  { key: 'too-often', errcode: 45009, calls: [1, 1, 1, 1, 1, 1, 1] },
] as const

describeWithTool('PostgreSQL', findPostgres, 'three replicas', () => {
  const workshop = useWorkshop(afterAll)
  let wecom: Wecom
  let replicas: readonly Suited[]
  /** No ticket of it has come. */
  let fresh: Suite
  /** The suite of each refusal. */
  let refused: readonly Suite[]
  /** WeCom's pushes, each to all replicas at the same moment. */
  let splitter: Bun.Server<undefined>

  const pushTo = (suite: Suite, origin: string, key = 'default') => {
    suite.commandUrl = `${origin}/suites/${key}/callback/command`
    suite.dataUrl = `${origin}/suites/${key}/callback/data/$CORPID$`
  }

  beforeAll(async () => {
    wecom = workshop.wecom()
    const { simulator, suite } = wecom
    fresh = addSuite(simulator.world)
    refused = refusals.map(() => addSuite(simulator.world))
    const cwd = await workshop.folder()
    const path = writeSettings(cwd, {
      top: { ...localTop(wecom), rate_limit: 0 },
      provider: { corpid: simulator.world.provider.corpid },
      suites: [
        { ...suiteTable('default', suite), default: true },
        suiteTable('fresh', fresh),
        ...refusals.map(({ key }, n) => suiteTable(key, refused[n]!)),
      ],
    })
    const env = {
      SUITED_STORE: await newDatabase(),
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    const start = async () =>
      listening(await workshop.start(['serve', '--config', path], { cwd, env }))
    replicas = await Promise.all([start(), start(), start()])
    splitter = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        const { pathname, search } = new URL(request.url)
        const { method, headers } = request
        const body = await request.arrayBuffer()
        const answers = await Promise.all(
          replicas.map(({ url }) => fetch(`${url}${pathname}${search}`, { method, headers, body })),
        )
        return answers.find(({ status }) => status !== 200) ?? answers[0]!
      },
    })
    pushTo(suite, splitter.url.origin)
    pushTo(fresh, splitter.url.origin, 'fresh')
    await wecom.giveTicket(replicas[0]!)
    for (const corpid of wecom.corpids) await wecom.install(replicas[0]!, corpid)
  }, 90_000)
  afterAll(() => splitter.stop(true))

  const callsOf = (path: string, suiteId = wecom.suiteId) =>
    wecom.simulator.calls.count({ path: `/cgi-bin/${path}`, suiteId })

  /** So many requests, spread over all of them. */
  const spread = <T>(count: number, ask: (replica: Suited) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => ask(replicas[n % replicas.length]!)))

  const oneOf = <T>(all: readonly T[]): T => {
    expect(new Set(all).size).toBe(1)
    return all[0]!
  }

  describe('ask WeCom once', () => {
    test('for the token that one ticket gives them all', async () => {
      const path = '/api/suites/fresh/access-token'
      const without = await spread(30, (replica) => replica.ask(path))
      expect(oneOf(without.map(({ code }) => code))).toBe('suite_ticket_missing')
      expect((await wecom.simulator.pusher.pushTicket(fresh.suiteId)).ok).toBe(true)
      const answers = await spread(30, (replica) => replica.ask(path))
      expect(oneOf(answers.map(({ accessToken }) => accessToken))).toBeString()
      expect(callsOf('service/get_suite_token', fresh.suiteId)).toBe(1)
    })

    test('for a token, and for a ticket with it, that 150 pages of a company wait for', async () => {
      const [corpid] = wecom.corpids
      const given = (path: string) =>
        wecom.simulator.calls.count({ path: `/cgi-bin/${path}`, corpid, errcode: 0 })
      // The one of its install works no more, as they will find.
      killTokens(wecom.simulator.world, { kind: 'access_token', corpid })
      const before = given('service/get_corp_token')
      const answers = await spread(150, (replica) => replica.sign(corpid))
      expect(oneOf(answers.map(({ status }) => status))).toBe(200)
      expect(given('service/get_corp_token') - before).toBe(1)
      expect(given('get_jsapi_ticket')).toBe(1)
    })

    test('for the successor of a token that 30 report dead', async () => {
      const path = `/api/corps/${wecom.corpids[1]}/access-token`
      const [{ accessToken: dead }] = (await spread(3, (replica) => replica.ask(path))) as [
        { accessToken: string },
      ]
      killTokens(wecom.simulator.world, { kind: 'access_token', corpid: wecom.corpids[1] })
      const before = callsOf('service/get_corp_token')
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ dead })
      const answers = await spread(30, (replica) =>
        replica.ask(path, { method: 'POST', headers, body }),
      )
      expect(oneOf(answers.map(({ accessToken }) => accessToken))).not.toBe(dead)
      expect(callsOf('service/get_corp_token') - before).toBe(1)
    })
  })

  test('store once what is pushed to all of them at once', async () => {
    const { pusher } = wecom.simulator
    const texts = Array.from({ length: 20 }, (_, n) => `message ${n + 1}`)
    for (const text of texts) {
      expect(await pusher.message(wecom.suiteId, wecom.corpids[0], { text })).toMatchObject({
        ok: true,
        attempts: 1,
      })
    }
    const { items } = await replicas[1]!.ask('/api/events?type=text&limit=200')
    expect(items).toHaveLength(texts.length)
  })

  test('are refused six times an hour in all, whichever of them tickets come to', async () => {
    const { calls, faults, pusher } = wecom.simulator
    const callsOfAll = () =>
      refused.map(({ suiteId }) => calls.count({ path: suiteTokenPath, suiteId }))
    for (const [n, { errcode }] of refusals.entries()) {
      faults.add({ path: suiteTokenPath, suiteId: refused[n]!.suiteId, errcode })
    }
    for (let ticket = 0; ticket < 7; ticket++) {
      const { url } = replicas[ticket % replicas.length]!
      for (const [n, suite] of refused.entries()) {
        pushTo(suite, url, refusals[n]!.key)
        expect(await pusher.pushTicket(suite.suiteId)).toMatchObject({ ok: true })
      }
      const wanted = refusals.map(({ calls: most }) => most[ticket]!)
      await until(`calls ${wanted}`, () => callsOfAll().every((count, n) => count >= wanted[n]!))
      // The next ticket has the time of another second; by then all have heard of this one.
      await systemClock.sleep(1.1 * secondMs)
      expect(callsOfAll()).toEqual(wanted)
    }
  })
})
