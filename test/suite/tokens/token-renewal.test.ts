import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { RepeatedFetch } from '../../../src/simulator/world/rules'
import { createScene, jsonOf, pageUrl, type Scene } from '../../scene'

const corpTokenPath = '/cgi-bin/service/get_corp_token'
const jsapiPath = '/cgi-bin/get_jsapi_ticket'
const lifeMs = 2 * hourMs

/** A company that signed a page just now; tickets come all the time. */
const signingScene = async (
  options: { repeatedFetch?: RepeatedFetch; lifetimesSeconds?: Record<string, number> } = {},
) => {
  const scene = await createScene({ simulator: { repeatedFetch: 'new', ...options } })
  const corpid = await scene.installed()
  expect((await scene.sign(corpid)).status).toBe(200)
  scene.simulator.pusher.startTickets()
  return { scene, corpid }
}

const verdictOn = async ({ simulator, suiteId }: Scene, answer: Response) =>
  simulator.acceptsSignature({ suiteId, type: 'config', url: pageUrl, ...(await jsonOf(answer)) })

describe('the renewal of what is in use', () => {
  test('does not begin before the last sixth of a life', async () => {
    const { scene } = await signingScene()
    await scene.clock.advance((lifeMs * 5) / 6 - minuteMs)
    expect(scene.calls(jsapiPath)).toBe(1)
    expect(scene.calls(corpTokenPath)).toBe(1)
  })

  test('happens ahead of the end with nobody asking just then', async () => {
    const { scene } = await signingScene()
    await scene.clock.advance(lifeMs - minuteMs)
    expect(scene.calls(jsapiPath)).toBe(2)
    expect(scene.calls(corpTokenPath)).toBe(2)
  })

  test('goes by the life that WeCom gave, not by the usual one', async () => {
    const { scene } = await signingScene({ lifetimesSeconds: { jsapi_ticket: 600 } })
    await scene.clock.advance(499 * secondMs)
    expect(scene.calls(jsapiPath)).toBe(1)
    await scene.clock.advance(99 * secondMs)
    expect(scene.calls(jsapiPath)).toBe(2)
  })

  test('ends with the first life in which nobody used it', async () => {
    const { scene, corpid } = await signingScene()
    await scene.clock.stride(24 * hourMs)
    expect(scene.calls(jsapiPath)).toBe(2)
    expect(scene.calls(corpTokenPath)).toBeLessThanOrEqual(3)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('is not begun for a company that nobody asked about since a restart', async () => {
    const { scene } = await signingScene()
    const again = await scene.restart()
    scene.simulator.calls.clear()
    await again.clock.stride(24 * hourMs)
    expect(scene.calls(corpTokenPath)).toBe(0)
    expect(scene.calls(jsapiPath)).toBe(0)
  })

  test('is taken up again after a restart for a company that is asked about', async () => {
    const { scene, corpid } = await signingScene()
    const again = await scene.restart()
    expect((await again.sign(corpid)).status).toBe(200)
    scene.simulator.calls.clear()
    await again.clock.advance(lifeMs - minuteMs)
    expect(scene.calls(jsapiPath)).toBe(1)
  })

  test('keeps no caller waiting while the token at hand is good', async () => {
    const { scene, corpid } = await signingScene()
    await scene.clock.advance((lifeMs * 5) / 6 - minuteMs)
    scene.simulator.faults.add({ path: '/cgi-bin/*', hang: true })
    let inLastSixth = 0
    while (scene.clock.now() < scene.simulator.calls.list({ path: jsapiPath })[0]!.at + lifeMs) {
      // Time stands still here: whoever waited for WeCom would wait for ever.
      const answer = await scene.sign(corpid)
      expect(await verdictOn(scene, answer)).toEqual({ ok: true })
      inLastSixth += 1
      await scene.clock.advance(minuteMs)
    }
    expect(inLastSixth).toBeGreaterThan(15)
    expect(scene.calls(jsapiPath)).toBeGreaterThan(1)
  })

  test('may fail and fail again: the token at hand serves until it really ends', async () => {
    const { scene, corpid } = await signingScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', errcode: -1 })
    await scene.clock.advance(lifeMs - secondMs)
    expect(await verdictOn(scene, await scene.sign(corpid))).toEqual({ ok: true })
    scene.simulator.faults.clear()
    await scene.clock.advance(2 * minuteMs)
    expect(await verdictOn(scene, await scene.sign(corpid))).toEqual({ ok: true })
  })

  test.each(['same', 'new', 'replace'] as const)(
    'leaves no moment in which a page gets a bad signature, if WeCom repeats a fetch with %s',
    async (repeatedFetch) => {
      const lifetimesSeconds = { jsapi_ticket: 1200, access_token: 1200, suite_access_token: 1200 }
      const { scene, corpid } = await signingScene({ repeatedFetch, lifetimesSeconds })
      for (let seconds = 0; seconds < 3 * 1200; seconds += 10) {
        const verdict = await verdictOn(scene, await scene.sign(corpid))
        if (!verdict.ok) throw new Error(`after ${seconds} seconds: ${verdict.errmsg}`)
        await scene.clock.advance(10 * secondMs)
      }
    },
  )

  test('asks for few tokens at a time, and for all of them in the end', async () => {
    const companies = Array.from({ length: 30 }, (_, n) => ({ corpid: `wpCompany${n}` }))
    const scene = await createScene({ simulator: { repeatedFetch: 'new', companies } })
    for (const { corpid } of companies) await scene.installed(corpid)
    scene.simulator.pusher.startTickets()
    scene.simulator.calls.clear()
    scene.simulator.faults.add({ path: corpTokenPath, hang: true })
    await scene.clock.stride(lifeMs - 26 * minuteMs)
    await scene.clock.advance(20 * minuteMs)
    const first = scene.simulator.calls.list({ path: corpTokenPath })
    expect(first.length).toBeGreaterThan(30)
    const begun = (at: number) =>
      first.filter((call) => call.at <= at && call.at > at - 5000).length
    expect(Math.max(...first.map(({ at }) => begun(at)))).toBeLessThanOrEqual(16)
    scene.simulator.faults.clear()
    await scene.clock.advance(4 * minuteMs)
    const renewed = scene.simulator.calls.list({ path: corpTokenPath, errcode: 0 })
    expect(new Set(renewed.map(({ corpid }) => corpid)).size).toBe(30)
  })
})
