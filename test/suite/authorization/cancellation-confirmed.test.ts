import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene } from '../../scene'
import { eventsOf, installedScene, leave, secretsIn } from './departing-corp'
import { authInfoPath } from './refused-corp'

describe('a cancel_auth', () => {
  test('clearly newer than the exchange is believed without asking WeCom', async () => {
    const { scene, corpid } = await installedScene()
    await leave(scene, corpid)
    expect(scene.calls('*')).toBe(0)
  })

  test('close to the exchange is confirmed with WeCom and then believed', async () => {
    const { scene, corpid } = await installedScene(minuteMs)
    await leave(scene, corpid)
    expect(scene.calls(authInfoPath)).toBe(1)
    expect(await secretsIn(scene, corpid)).toBe(0)
  })

  test.each([40084, 48004, 301007])('is confirmed by %i', async (errcode) => {
    const { scene, corpid } = await installedScene(minuteMs)
    scene.simulator.faults.add({ path: authInfoPath, errcode })
    await scene.simulator.pusher.pushEvent('cancel_auth', { corpid })
    await scene.settle()
    expect(await secretsIn(scene, corpid)).toBe(0)
  })
})

describe('a cancel_auth of before a reinstallation', () => {
  /** Left and came back, and the cancel_auth of then comes only now. */
  const reinstalledScene = async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.clock.advance(hourMs)
    const leftAt = scene.clock.now() / secondMs
    const suite = scene.simulator.world.suites.get(scene.suiteId)!
    const { commandUrl } = suite
    suite.commandUrl = null
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    suite.commandUrl = commandUrl
    await scene.clock.advance(30 * secondMs)
    await scene.installed(corpid)
    await scene.clock.advance(minuteMs)
    scene.simulator.calls.clear()
    const pushLate = async () => {
      const fields = { TimeStamp: leftAt }
      const pushed = await scene.simulator.pusher.pushEvent('cancel_auth', { corpid, fields })
      await scene.settle()
      return pushed
    }
    return { scene, corpid, pushLate }
  }

  test('erases nothing, for WeCom confirms the new authorisation', async () => {
    const { scene, corpid, pushLate } = await reinstalledScene()
    expect((await pushLate()).body).toBe('success')
    expect(scene.calls(authInfoPath)).toBe(1)
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await eventsOf(scene, corpid, 'cancel_auth'))[0].status).toBe('done')
  })

  test('erases nothing while WeCom can’t be asked, and is asked about again', async () => {
    const { scene, corpid, pushLate } = await reinstalledScene()
    scene.simulator.faults.add({ path: authInfoPath, errcode: -1 })
    await pushLate()
    await scene.clock.advance(10 * minuteMs)
    expect((await eventsOf(scene, corpid, 'cancel_auth'))[0].status).toBe('pending')
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(authInfoPath)).toBeLessThan(30)
    scene.simulator.faults.clear()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(20 * minuteMs)
    expect((await eventsOf(scene, corpid, 'cancel_auth'))[0].status).toBe('done')
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('that turns out to be true after an outage erases then', async () => {
    const { scene, corpid } = await installedScene(minuteMs)
    scene.simulator.faults.add({ path: '/cgi-bin/*', hang: true })
    await leave(scene, corpid)
    await scene.clock.advance(10 * minuteMs)
    expect(await secretsIn(scene, corpid)).toBeGreaterThan(0)
    scene.simulator.faults.clear()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(20 * minuteMs)
    expect(await secretsIn(scene, corpid)).toBe(0)
    expect((await scene.sign(corpid)).status).toBe(404)
  })
})
