import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, pageUrl, type Scene } from '../../scene'
import { corpTokenPath, suiteTokenPath } from '../authorization/refused-corp'

const jsapiPath = '/cgi-bin/get_jsapi_ticket'

/** From now on suited's clock shows another time; WeCom's goes on as it was. */
const setOurClock = ({ clock, simulator }: Scene, aheadMs: number): void => {
  const { now, sleep } = clock
  Object.assign(simulator.world, { clock: { now, sleep } })
  clock.now = () => now() + aheadMs
}

/** What WeCom's client says to the signatures of ten minutes, asked for every ten seconds. */
const tenMinutesOfPages = async (scene: Scene, corpid: string) => {
  const { clock, simulator, suiteId } = scene
  const verdicts = new Set<number>()
  for (let elapsed = 0; elapsed < 10 * minuteMs; elapsed += 10 * secondMs) {
    const answer = await scene.sign(corpid)
    if (answer.status !== 200) verdicts.add(answer.status)
    else {
      const { timestamp, nonceStr, signature } = (await answer.json()) as {
        timestamp: number
        nonceStr: string
        signature: string
      }
      const page = { suiteId, corpid, type: 'config' as const, url: pageUrl }
      const verdict = simulator.acceptsSignature({ ...page, timestamp, nonceStr, signature })
      verdicts.add(verdict.ok ? 200 : verdict.errcode)
    }
    await clock.advance(10 * secondMs)
  }
  return [...verdicts]
}

describe.each([
  ['ahead', 5 * hourMs],
  ['behind', -5 * hourMs],
])('with WeCom’s clock five hours %s', (_, clockAheadMs) => {
  test('companies install, events are taken and pages signed as ever', async () => {
    const scene = await createScene({ simulator: { clockAheadMs } })
    const corpid = await scene.installed()
    scene.simulator.pusher.startTickets()
    expect((await scene.simulator.pusher.pushEvent('event.enter_agent')).ok).toBe(true)
    expect(await tenMinutesOfPages(scene, corpid)).toEqual([200])
    expect(scene.calls(suiteTokenPath)).toBe(1)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
  })
})

describe.each([
  ['forward by five hours', 5 * hourMs],
  ['back by five hours', -5 * hourMs],
  ['back by half an hour', -hourMs / 2],
])('when our clock is put %s', (_, aheadMs) => {
  const usedScene = async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    scene.simulator.pusher.startTickets()
    await scene.sign(corpid)
    await scene.clock.advance(95 * minuteMs)
    scene.simulator.calls.clear()
    return { scene, corpid }
  }

  test('pages get signatures that WeCom takes, for a handful of calls', async () => {
    const { scene, corpid } = await usedScene()
    setOurClock(scene, aheadMs)
    for (let part = 0; part < 4; part++) {
      expect(await tenMinutesOfPages(scene, corpid)).toEqual([200])
    }
    for (const path of [suiteTokenPath, corpTokenPath, jsapiPath]) {
      expect(scene.calls(path)).toBeLessThanOrEqual(6)
    }
  })

  test('what WeCom refused before is tried again within two minutes', async () => {
    const { scene, corpid } = await usedScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', errcode: -1 })
    await scene.clock.advance(30 * minuteMs)
    await scene.sign(corpid)
    setOurClock(scene, aheadMs)
    scene.simulator.faults.clear()
    scene.simulator.killTokens()
    for (let n = 0; n < 12; n++) {
      await scene.sign(corpid)
      await scene.clock.advance(10 * secondMs)
    }
    expect((await scene.sign(corpid)).status).toBe(200)
  })
})

describe('tickets that arrive out of order', () => {
  test('are kept by WeCom’s time: an old one neither replaces the newest nor costs a call', async () => {
    const scene = await createScene()
    const { simulator, suiteId, clock } = scene
    const corpid = await scene.installed()
    const seconds = Math.floor(clock.now() / secondMs)
    const push = (SuiteTicket: string, TimeStamp: number) =>
      simulator.pusher.pushEvent('suite_ticket', { suiteId, fields: { SuiteTicket, TimeStamp } })
    const good = simulator.issueTicket(suiteId)
    await push(good, seconds + 600)
    simulator.calls.clear()
    for (const late of [0, 300, 599]) {
      expect((await push(`old-${late}`, seconds + late)).ok).toBe(true)
    }
    expect((await scene.store.loadSuite(suiteId))?.ticket?.value).toBe(good)
    expect(scene.calls('*')).toBe(0)
    simulator.killTokens()
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(simulator.calls.count({ path: suiteTokenPath, errcode: 40085 })).toBe(0)
  })
})
