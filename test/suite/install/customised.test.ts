import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

const gettokenPath = '/cgi-bin/gettoken'
const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

/** A customised app (代开发), whose suite id begins with dk. */
const customisedScene = async () => {
  const scene = await createScene({ simulator: { suites: [{ kind: 'customised' }] } })
  const corpid = await scene.installed()
  return { scene, corpid }
}

const permanentCodeOf = async ({ store, suiteId }: Scene, corpid: string) =>
  (await store.loadCorp(suiteId, corpid))?.permanentCode

describe('a customised app', () => {
  test('is recognised by its suite id', async () => {
    const { scene } = await customisedScene()
    expect(scene.suiteId).toStartWith('dk')
    expect((await scene.ask('/api/status')).suites[0].kind).toBe('customised')
  })

  test('gets its token with the permanent code as secret, never by get_corp_token', async () => {
    const { scene, corpid } = await customisedScene()
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    for (const type of ['config', 'agent_config'] as const) {
      expect((await scene.sign(corpid, type)).status).toBe(200)
    }
    expect(scene.calls(gettokenPath)).toBe(1)
    expect(scene.calls('/cgi-bin/service/get_corp_token')).toBe(0)
  })

  test('gets a new token once WeCom calls the old one dead', async () => {
    const { scene, corpid } = await customisedScene()
    scene.simulator.killTokens({ kind: 'access_token' })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(gettokenPath)).toBe(2)
  })

  test('whose Secret was reset gets the new one from reset_permanent_code', async () => {
    const { scene, corpid } = await customisedScene()
    const before = await permanentCodeOf(scene, corpid)
    await scene.clock.advance(minuteMs)
    await scene.simulator.pusher.resetPermanentCode(scene.suiteId, corpid)
    await scene.settle()
    const installation = scene.simulator.world.installations
      .get(`${scene.suiteId}/${corpid}`)!
      .at(-1)!
    expect(await permanentCodeOf(scene, corpid)).toBe(installation.permanentCode)
    expect(installation.permanentCode).not.toBe(before)
    expect(scene.calls(exchangePath)).toBe(2)
    const [event] = (await scene.ask('/api/events?type=reset_permanent_code')).items
    expect(event).toMatchObject({ status: 'done', corpid })
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('keeps its agentid and stays authorised over a reset', async () => {
    const { scene, corpid } = await customisedScene()
    const before = await scene.ask(`/api/corps/${corpid}`)
    await scene.simulator.pusher.resetPermanentCode(scene.suiteId, corpid)
    await scene.settle()
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      agentid: before.agentid,
      status: 'authorized',
    })
  })

  test('with a refused secret (40001) troubles neither the suite nor other companies', async () => {
    const { scene, corpid } = await customisedScene()
    const other = await scene.installed(scene.corpids[1])
    scene.simulator.killTokens({ corpid })
    scene.simulator.faults.add({ path: gettokenPath, corpid, errcode: 40001 })
    scene.simulator.calls.clear()
    for (const _ of [1, 2, 3]) expect((await scene.sign(corpid)).status).toBe(502)
    expect(scene.calls(gettokenPath)).toBe(1)
    expect((await scene.sign(other)).status).toBe(200)
    expect(scene.calls('/cgi-bin/service/get_suite_token')).toBe(0)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
  })

  test('that leaves is erased like any other', async () => {
    const { scene, corpid } = await customisedScene()
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    expect(await permanentCodeOf(scene, corpid)).toBeNull()
    expect((await scene.sign(corpid)).status).toBe(404)
  })
})
