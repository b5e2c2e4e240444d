import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

const suiteTokenPath = '/cgi-bin/service/get_suite_token'
const corpTokenPath = '/cgi-bin/service/get_corp_token'
const jsapiPath = '/cgi-bin/get_jsapi_ticket'
const agentPath = '/cgi-bin/ticket/get'

const times = <T>(count: number, work: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => work(n))

const reportDead = (scene: Scene, corpid: string, dead: string) =>
  scene.ask(`/api/corps/${corpid}/access-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dead }),
  })

/** A company that installed the app; its calls so far are forgotten. */
const installedScene = async (options: Parameters<typeof createScene>[0] = {}) => {
  const scene = await createScene(options)
  const corpid = await scene.installed()
  scene.simulator.calls.clear()
  const tokenNow = async () =>
    (await scene.ask(`/api/corps/${corpid}/access-token`)).accessToken as string
  return { scene, corpid, tokenNow }
}

describe('a burst of callers', () => {
  test('200 signatures for a company without token cost one token and one ticket', async () => {
    const { scene, corpid } = await installedScene()
    const stopTickets = scene.simulator.pusher.startTickets()
    await scene.clock.stride(5 * hourMs)
    scene.simulator.calls.clear()
    const answers = await Promise.all(times(200, () => scene.sign(corpid)))
    expect(answers.map(({ status }) => status)).toEqual(times(200, () => 200))
    expect(scene.calls(corpTokenPath)).toBe(1)
    expect(scene.calls(jsapiPath)).toBe(1)
    expect(scene.calls('*')).toBe(2)
    stopTickets()
  })

  test('the two types of signatures share the token and have tickets of their own', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.killTokens({ kind: 'access_token' })
    const answers = await Promise.all(
      times(100, (n) => scene.sign(corpid, n % 2 === 0 ? 'config' : 'agent_config')),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(scene.calls(corpTokenPath)).toBe(1)
    expect(scene.simulator.calls.count({ path: jsapiPath, errcode: 0 })).toBe(1)
    expect(scene.simulator.calls.count({ path: agentPath, errcode: 0 })).toBe(1)
  })

  test('of three companies share one suite token that turns out to be dead', async () => {
    const { scene } = await installedScene()
    for (const corpid of scene.corpids.slice(1)) await scene.installed(corpid)
    scene.simulator.killTokens()
    scene.simulator.calls.clear()
    const answers = await Promise.all(
      scene.corpids.flatMap((corpid) => times(30, () => scene.sign(corpid))),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(scene.calls(suiteTokenPath)).toBe(1)
    expect(scene.simulator.calls.count({ path: corpTokenPath, errcode: 0 })).toBe(3)
  })

  test('waits for a slow refresh together, and a second burst finds its token', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, delayMs: 3 * secondMs })
    const burst = Promise.all(times(50, () => scene.sign(corpid)))
    await scene.clock.advance(3 * secondMs)
    expect((await burst).every(({ status }) => status === 200)).toBe(true)
    await Promise.all(times(50, () => scene.sign(corpid)))
    expect(scene.calls(jsapiPath)).toBe(1)
  })

  test('meets one refusal together: it is not asked for again by each of them', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, errcode: 48002 })
    const answers = await Promise.all(times(100, () => scene.sign(corpid)))
    expect(answers.every(({ status }) => status === 502)).toBe(true)
    await Promise.all(times(100, () => scene.sign(corpid)))
    expect(scene.calls(jsapiPath)).toBe(1)
  })
})

describe('reports of a dead token', () => {
  test('50 of the same one cost one refresh, and all get the good one', async () => {
    const { scene, corpid, tokenNow } = await installedScene()
    const dead = await tokenNow()
    scene.simulator.killTokens({ kind: 'access_token' })
    const answers = await Promise.all(times(50, () => reportDead(scene, corpid, dead)))
    const good = await tokenNow()
    expect(good).not.toBe(dead)
    expect(new Set(answers.map(({ accessToken }) => accessToken))).toEqual(new Set([good]))
    expect(scene.calls(corpTokenPath)).toBe(1)
  })

  test('a late one names what was replaced long ago and costs nothing', async () => {
    const { scene, corpid, tokenNow } = await installedScene()
    const dead = await tokenNow()
    scene.simulator.killTokens({ kind: 'access_token' })
    await reportDead(scene, corpid, dead)
    await scene.clock.advance(10 * minuteMs)
    const { accessToken } = await reportDead(scene, corpid, dead)
    expect(accessToken).toBe(await tokenNow())
    expect(scene.calls(corpTokenPath)).toBe(1)
  })

  test('one of a token that never was costs nothing', async () => {
    const { scene, corpid, tokenNow } = await installedScene()
    const { accessToken } = await reportDead(scene, corpid, 'never-was')
    expect(accessToken).toBe(await tokenNow())
    expect(scene.calls(corpTokenPath)).toBe(0)
  })

  test('of one that WeCom insists on cost one refresh a minute, not a storm', async () => {
    const { scene, corpid, tokenNow } = await installedScene()
    const insistedOn = await tokenNow()
    for (let second = 0; second < 120; second++) {
      const answers = await Promise.all(times(5, () => reportDead(scene, corpid, insistedOn)))
      expect(answers[0].accessToken).toBe(insistedOn)
      await scene.clock.advance(secondMs)
    }
    expect(scene.calls(corpTokenPath)).toBe(2)
  })

  test('touch neither the tokens of other companies nor the suite’s', async () => {
    const { scene, corpid, tokenNow } = await installedScene()
    const other = await scene.installed(scene.corpids[1])
    const before = await scene.ask(`/api/corps/${other}/access-token`)
    const dead = await tokenNow()
    scene.simulator.killTokens({ kind: 'access_token', corpid })
    scene.simulator.calls.clear()
    await reportDead(scene, corpid, dead)
    expect(await scene.ask(`/api/corps/${other}/access-token`)).toEqual(before)
    expect(scene.calls('*')).toBe(1)
  })

  test('are answered with the good one that came meanwhile by a renewal', async () => {
    const { scene, corpid, tokenNow } = await installedScene({
      simulator: { repeatedFetch: 'new' },
    })
    const first = await tokenNow()
    await scene.clock.advance(118 * minuteMs)
    const second = await tokenNow()
    expect(second).not.toBe(first)
    scene.simulator.calls.clear()
    expect((await reportDead(scene, corpid, first)).accessToken).toBe(second)
    expect(scene.calls('*')).toBe(0)
  })
})
