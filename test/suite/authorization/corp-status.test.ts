import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import {
  authInfoPath,
  callsAbout,
  corpTokenPath,
  eventsOf,
  leaveWithoutNotice,
  needToken,
  refuse,
  statusOf,
} from './refused-corp'

const installedScene = async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  scene.simulator.pusher.startTickets()
  await scene.clock.advance(10 * minuteMs)
  scene.simulator.calls.clear()
  return { scene, corpid }
}

/** WeCom refuses the company until the faults are cleared, and suited knows. */
const awayScene = async (errcode: number) => {
  const { scene, corpid } = await installedScene()
  refuse(scene, corpid, errcode)
  await needToken(scene, corpid)
  await scene.clock.advance(75 * secondMs)
  return { scene, corpid }
}

const installationOf = ({ simulator, suiteId }: Scene, corpid: string) =>
  simulator.world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!

const recheck = (scene: Scene, corpid: string) =>
  scene.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })

describe('a recheck', () => {
  test('of a company that is served changes nothing but when its grant was read', async () => {
    const { scene, corpid } = await installedScene()
    const before = await scene.store.loadCorp(scene.suiteId, corpid)
    expect(await recheck(scene, corpid)).toMatchObject({ corpid, status: 'authorized' })
    const after = await scene.store.loadCorp(scene.suiteId, corpid)
    expect(after?.grantReadAt).toBeGreaterThanOrEqual(before?.grantReadAt ?? Infinity)
    expect({ ...after, grantReadAt: 0 }).toEqual({ ...before!, grantReadAt: 0 })
    expect((await eventsOf(scene, 'suited.corp_restored')).length).toBe(0)
  })

  test('reads anew what the company granted', async () => {
    const { scene, corpid } = await installedScene()
    installationOf(scene, corpid).authMode = 1
    expect(await recheck(scene, corpid)).toMatchObject({ authMode: 1 })
    expect(await eventsOf(scene, 'suited.corp_changed')).toHaveLength(1)
  })

  test('applies WeCom’s verdict at once: a company that is gone is invalid at once', async () => {
    const { scene, corpid } = await installedScene()
    await leaveWithoutNotice(scene, corpid)
    const shown = await recheck(scene, corpid)
    expect(shown).toMatchObject({ status: 'invalid', statusAt: scene.clock.now() })
    expect(shown.statusReason).toContain('40084')
    expect(scene.calls(corpTokenPath)).toBe(1)
    expect((await scene.sign(corpid)).status).toBe(404)
  })

  test.each([48004, 50003])('brings back a company that had been refused (%i)', async (errcode) => {
    const { scene, corpid } = await awayScene(errcode)
    scene.simulator.faults.clear()
    expect(await recheck(scene, corpid)).toMatchObject({ status: 'authorized', statusReason: null })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await eventsOf(scene, 'suited.corp_restored')).toHaveLength(1)
  })

  test('of a company that stays refused says so once, not each time', async () => {
    const { scene, corpid } = await awayScene(48004)
    const before = await scene.ask(`/api/corps/${corpid}`)
    for (let n = 0; n < 3; n++) expect(await recheck(scene, corpid)).toEqual(before)
    expect(await eventsOf(scene, 'suited.corp_invalid')).toHaveLength(1)
  })

  test('lets callers try again at once after a suspicion', async () => {
    const { scene, corpid } = await installedScene()
    refuse(scene, corpid, 48004, 1)
    await needToken(scene, corpid)
    await recheck(scene, corpid)
    await scene.clock.advance(20 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.ask(`/api/corps/${corpid}/access-token`)).accessToken).toBeString()
  })

  test('of a company that nobody knows, or that left, asks nobody and says why', async () => {
    const { scene, corpid } = await installedScene()
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    scene.simulator.calls.clear()
    for (const [id, why] of [
      [corpid, 'left at'],
      ['wpNever', 'never seen'],
    ] as const) {
      const problem = await recheck(scene, id)
      expect(problem).toMatchObject({ status: 404, code: 'corp_not_authorized' })
      expect(problem.reason).toContain(why)
    }
    expect(scene.calls('*')).toBe(0)
  })

  test('that WeCom can’t answer leaves everything as it was', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: corpTokenPath, errcode: 45009 })
    expect(await recheck(scene, corpid)).toMatchObject({ code: 'wecom_error', errcode: 45009 })
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })
})

describe('a company that comes back', () => {
  test('has what it changed meanwhile read again', async () => {
    const { scene, corpid } = await awayScene(50003)
    const privilege = { ...installationOf(scene, corpid).privilege, allow_party: [2, 3] }
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { privilege })
    await scene.settle()
    expect(await statusOf(scene, corpid)).toBe('suspended')
    scene.simulator.faults.clear()
    await recheck(scene, corpid)
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown.authInfo.privilege.allow_party).toEqual([2, 3])
    expect((await eventsOf(scene, 'suited.corp_changed'))[0].payload.changes).toHaveLength(1)
  })

  test('by switching the app on again is rechecked with its change_auth', async () => {
    const { scene, corpid } = await installedScene()
    const { pusher } = scene.simulator
    await pusher.changeAuth(scene.suiteId, corpid, { status: 'disabled' })
    await needToken(scene, corpid)
    await scene.clock.advance(secondMs)
    expect(await statusOf(scene, corpid)).toBe('suspended')
    await pusher.changeAuth(scene.suiteId, corpid, { status: 'enabled' })
    await scene.settle()
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('isn’t rechecked twice for one event', async () => {
    const { scene, corpid } = await awayScene(48004)
    scene.simulator.calls.clear()
    await scene.simulator.pusher.pushEvent('change_auth', { corpid })
    await scene.clock.advance(5 * minuteMs)
    expect(callsAbout(scene, corpid)).toBe(1)
    expect(scene.calls(authInfoPath)).toBe(0)
  })
})

describe('an app that nobody used for long', () => {
  test('is suspended with close_inactive_agent if WeCom means it', async () => {
    const { scene, corpid } = await installedScene()
    installationOf(scene, corpid).status = 'inactive'
    await scene.simulator.pusher.pushEvent('event.close_inactive_agent', { corpid })
    await scene.settle()
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown.status).toBe('suspended')
    expect(shown.statusReason).toContain('48006')
  })

  test('is back with reopen_inactive_agent', async () => {
    const { scene, corpid } = await awayScene(48006)
    scene.simulator.faults.clear()
    await scene.simulator.pusher.pushEvent('event.reopen_inactive_agent', { corpid })
    await scene.settle()
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })

  test('stays as it is if the event came late and WeCom serves it', async () => {
    const { scene, corpid } = await installedScene()
    await scene.simulator.pusher.pushEvent('event.close_inactive_agent', { corpid })
    await scene.settle()
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await eventsOf(scene, 'event.close_inactive_agent'))[0].status).toBe('done')
  })

  test('is asked about again while WeCom can’t be reached', async () => {
    const { scene, corpid } = await installedScene()
    installationOf(scene, corpid).status = 'inactive'
    scene.simulator.faults.add({ path: corpTokenPath, errcode: 45009 })
    await scene.simulator.pusher.pushEvent('event.close_inactive_agent', { corpid })
    await scene.settle()
    const [event] = await eventsOf(scene, 'event.close_inactive_agent')
    expect(event).toMatchObject({ status: 'pending', attempts: 1 })
    scene.simulator.faults.clear()
    await scene.clock.advance(10 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('suspended')
  })

  test('of a company that isn’t known is nobody’s', async () => {
    const { scene } = await installedScene()
    await scene.simulator.pusher.pushEvent('event.close_inactive_agent', { corpid: 'wpNever' })
    await scene.settle()
    expect((await eventsOf(scene, 'event.close_inactive_agent'))[0].status).toBe('done')
    expect(scene.calls('*')).toBe(0)
  })
})
