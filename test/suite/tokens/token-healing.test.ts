import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import type { Fault } from '../../../src/simulator/faults/faults'
import { createScene, jsonOf } from '../../scene'

const suiteTokenPath = '/cgi-bin/service/get_suite_token'
const corpTokenPath = '/cgi-bin/service/get_corp_token'
const jsapiPath = '/cgi-bin/get_jsapi_ticket'

const installedScene = async (options: Parameters<typeof createScene>[0] = {}) => {
  const scene = await createScene(options)
  const corpid = await scene.installed()
  scene.simulator.calls.clear()
  return { scene, corpid }
}

describe('a token that WeCom calls dead', () => {
  test.each([
    ['40014', 'invalid'],
    ['42001', 'expired'],
  ] as const)('of a company (%s) is replaced once and the call repeated once', async (_, as) => {
    const { scene, corpid } = await installedScene()
    scene.simulator.killTokens({ kind: 'access_token', as })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(jsapiPath)).toBe(2)
    expect(scene.calls(corpTokenPath)).toBe(1)
    expect(scene.calls('*')).toBe(3)
  })

  test.each([
    ['40082', 'invalid'],
    ['42009', 'expired'],
  ] as const)('of the suite (%s) is replaced once and the call repeated once', async (_, as) => {
    const { scene, corpid } = await installedScene()
    scene.simulator.killTokens({ kind: 'access_token' })
    scene.simulator.killTokens({ kind: 'suite_access_token', as })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(suiteTokenPath)).toBe(1)
    expect(scene.simulator.calls.list({ path: corpTokenPath }).map((c) => c.errcode)).toEqual([
      as === 'invalid' ? 40082 : 42009,
      0,
    ])
  })

  test('again with its successor is an error, not a loop', async () => {
    const { scene, corpid } = await installedScene({ simulator: { repeatedFetch: 'new' } })
    scene.simulator.faults.add({ path: jsapiPath, errcode: 40014 })
    const answer = await scene.sign(corpid)
    expect(answer.status).toBe(502)
    expect(await jsonOf(answer)).toMatchObject({ code: 'wecom_error', errcode: 40014 })
    expect(scene.calls(jsapiPath)).toBe(2)
    expect(scene.calls(corpTokenPath)).toBe(1)
  })

  test('leaves the ticket and all other tokens alone', async () => {
    const { scene, corpid } = await installedScene()
    const other = await scene.installed(scene.corpids[1])
    expect((await scene.sign(other)).status).toBe(200)
    scene.simulator.calls.clear()
    scene.simulator.killTokens({ kind: 'access_token', corpid, as: 'expired' })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await scene.sign(other)).status).toBe(200)
    expect(scene.calls(suiteTokenPath)).toBe(0)
    expect(scene.simulator.calls.count({ corpid: other })).toBe(0)
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket).not.toBeNull()
  })

  test('that an exchange carries is replaced too', async () => {
    const { scene } = await installedScene()
    scene.simulator.killTokens({ kind: 'suite_access_token' })
    const corpid = await scene.installed(scene.corpids[1])
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(2)
    expect(scene.calls(suiteTokenPath)).toBe(1)
  })
})

describe('a call that fails in passing', () => {
  const passing: [string, Omit<Fault, 'path'>][] = [
    ['WeCom is busy (-1)', { errcode: -1 }],
    ['two requests collide (6000)', { errcode: 6000 }],
    ['too many come at once (45033)', { errcode: 45033 }],
    ['the connection is cut', { reset: true }],
    ['a gateway answers 502 with a page', { garbage: 'html', status: 502 }],
    ['the answer is half a JSON', { garbage: 'truncated' }],
    ['the answer is empty', { garbage: 'empty' }],
    ['the answer is no JSON', { garbage: 'not_json' }],
    ['HTTP 503', { status: 503 }],
  ]

  test.each(passing)('is repeated and succeeds: %s', async (_, fault) => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, ...fault, times: 2 })
    const signed = scene.sign(corpid)
    await scene.clock.advance(10 * secondMs)
    expect((await signed).status).toBe(200)
    expect(scene.calls(jsapiPath)).toBe(3)
  })

  test.each(passing)('is tried three times at most: %s', async (_, fault) => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, ...fault })
    const signed = scene.sign(corpid)
    await scene.clock.advance(10 * secondMs)
    const answer = await signed
    expect(answer.status).toBe(502)
    expect((await jsonOf(answer)).code).toBe('wecom_error')
    expect(scene.calls(jsapiPath)).toBe(3)
  })

  test('by a time-out is tried three times at most and answered 504', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, hang: true })
    const signed = scene.sign(corpid)
    await scene.clock.advance(30 * secondMs)
    const answer = await signed
    expect(answer.status).toBe(504)
    expect((await jsonOf(answer)).code).toBe('wecom_timeout')
    expect(scene.calls(jsapiPath)).toBe(3)
  })

  test('waits before each further try, longer each time', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, errcode: -1 })
    const signed = scene.sign(corpid)
    await scene.settle()
    expect(scene.calls(jsapiPath)).toBe(1)
    await scene.clock.advance(10 * secondMs)
    await signed
    const [first, second, third] = scene.simulator.calls.list({ path: jsapiPath })
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(200)
    expect(third!.at - second!.at).toBeGreaterThan(second!.at - first!.at)
  })
})

describe('a call refused for good', () => {
  test.each([48002, 60011, 301007])('is not repeated at once: %i', async (errcode) => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, errcode })
    expect((await scene.sign(corpid)).status).toBe(502)
    expect((await scene.sign(corpid)).status).toBe(502)
    expect(scene.calls(jsapiPath)).toBe(1)
  })

  test('for its frequency (45009) waits for its window', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: jsapiPath, errcode: 45009, times: 1 })
    expect((await scene.sign(corpid)).status).toBe(502)
    await scene.clock.advance(40 * secondMs)
    const held = await scene.sign(corpid)
    expect(held.status).toBe(502)
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(scene.calls(jsapiPath)).toBe(1)
    await scene.clock.advance(2 * minuteMs)
    expect((await scene.sign(corpid)).status).toBe(200)
  })
})
