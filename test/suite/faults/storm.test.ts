import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import type { Simulator } from '../../../src/simulator/simulator'
import { pageUrl, type Scene } from '../../scene'
import { authInfoPath, corpTokenPath, crowd, suiteTokenPath } from '../authorization/refused-corp'
import { threeSuites } from '../three-suites'

const jsapiPath = '/cgi-bin/get_jsapi_ticket'

/** Counts the calls to WeCom that are under way. */
const counting = () => {
  const count = { now: 0, most: 0 }
  const between =
    (wecom: Simulator['fetch']): Simulator['fetch'] =>
    async (input, init) => {
      count.now += 1
      count.most = Math.max(count.most, count.now)
      try {
        return await wecom(input, init)
      } finally {
        count.now -= 1
      }
    }
  return { count, between }
}

const statusesOf = async (answers: readonly Promise<Response>[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

describe('tokens that die early, all at once', () => {
  test.each(['invalid', 'expired'] as const)(
    'as %s ones cost each company three calls more, and the suite one, while no page fails',
    async (as) => {
      const companies = 30
      const scene = await crowd(companies)
      const { simulator, corpids } = scene
      simulator.killTokens({ as })
      simulator.calls.clear()
      const answers = corpids.flatMap((corpid) =>
        Array.from({ length: 5 }, () => scene.sign(corpid)),
      )
      expect(await statusesOf(answers)).toEqual({ 200: 5 * companies })
      expect(scene.calls(suiteTokenPath)).toBe(1)
      expect(simulator.calls.count({ path: corpTokenPath, errcode: 0 })).toBe(companies)
      expect(simulator.calls.count({ path: jsapiPath, errcode: 0 })).toBe(companies)
      // One that finds out and one that serves, for the ticket and for the company's token.
      expect(scene.calls('*')).toBeLessThanOrEqual(4 * companies + 1)
    },
  )
})

describe('a crowd of companies that need their tokens at once', () => {
  const companies = 60

  /** So many companies in the app `hr`, one in `crm`, none of which has signed yet. */
  const createCrowd = async () => {
    const { count, between } = counting()
    const { scene, ids } = await threeSuites({
      between,
      simulator: {
        suites: [{}, {}, { kind: 'customised' }],
        companies: Array.from({ length: companies }, () => ({})),
      },
    })
    const { pusher } = scene.simulator
    for (const suiteId of Object.values(ids)) await pusher.pushTicket(suiteId)
    for (const corpid of scene.corpids) await pusher.install(ids.hr, corpid)
    await pusher.install(ids.crm, scene.corpids[0]!)
    for (let n = 0; n < 10; n++) await scene.clock.advance(secondMs)
    count.most = 0
    const sign = (suite: 'crm' | 'hr', corpid: string) =>
      scene.request(`/suites/${suite}/sign?${new URLSearchParams({ corpid, url: pageUrl })}`)
    const signAll = () => scene.corpids.map((corpid) => sign('hr', corpid))
    return { scene, ids, count, sign, signAll }
  }

  const hang = ({ simulator }: Scene, suiteId: string) =>
    simulator.faults.add({ path: '/cgi-bin/*', suiteId, hang: true })

  test('is served a few at a time, and all of it', async () => {
    const { scene, count, signAll } = await createCrowd()
    scene.simulator.faults.add({ path: jsapiPath, delayMs: 100 })
    const answers = signAll()
    await scene.clock.advance(secondMs)
    expect(await statusesOf(answers)).toEqual({ 200: companies })
    expect(count.most).toBe(48)
    await scene.stop()
  })

  test('is told in time if WeCom hangs, and is not more at WeCom than allowed', async () => {
    const { scene, ids, count, signAll } = await createCrowd()
    hang(scene, ids.hr)
    const answers = signAll()
    await scene.clock.advance(17 * secondMs)
    expect(await statusesOf(answers)).toEqual({ 504: companies })
    expect(count.most).toBe(48)
    expect(scene.calls(jsapiPath)).toBe(3 * 48)
    await scene.stop()
  })

  test('does not hold up the pages of another app', async () => {
    const { scene, ids, sign, signAll } = await createCrowd()
    hang(scene, ids.hr)
    const hanging = signAll()
    await scene.clock.advance(100)
    expect((await sign('crm', scene.corpids[0]!)).status).toBe(200)
    await scene.clock.advance(20 * secondMs)
    await Promise.all(hanging)
    await scene.stop()
  })

  test('does not hold up an install', async () => {
    const { scene, ids, signAll } = await createCrowd()
    hang(scene, ids.hr)
    const hanging = signAll()
    await scene.clock.advance(100)
    const corpid = scene.corpids[1]!
    await scene.simulator.pusher.install(ids.crm, corpid)
    await scene.settle()
    const about = { suiteId: ids.crm, corpid, errcode: 0 }
    expect(scene.simulator.calls.count({ path: authInfoPath, ...about })).toBe(1)
    await scene.clock.advance(20 * secondMs)
    await Promise.all(hanging)
    await scene.stop()
  })
})
