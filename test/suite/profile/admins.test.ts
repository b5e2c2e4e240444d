import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import { eventsOf } from '../authorization/refused-corp'
import { answersAt } from '../provider-scene'

const adminsPath = '/cgi-bin/service/get_admin_list'

/** A company with two admins, woA and woB, until a test says otherwise. */
const adminsScene = async () => {
  const admins = [
    { userid: 'woA', open_userid: 'woOpenA', auth_type: 1 },
    { userid: 'woB', auth_type: 0 },
  ]
  const scene = await createScene({ between: answersAt(adminsPath, () => ({ admin: admins })) })
  const corpid = await scene.installed()
  await scene.clock.advance(minuteMs)
  scene.simulator.calls.clear()
  return { scene, corpid, admins }
}

const changed = async (scene: Scene, corpid: string) => {
  await scene.simulator.pusher.pushEvent('event.change_app_admin', { corpid })
  await scene.settle()
}

const entries = (scene: Scene) => eventsOf(scene, 'suited.corp_admins_changed')

describe('the admins of an app', () => {
  test('are asked of WeCom, shown and kept', async () => {
    const { scene, corpid } = await adminsScene()
    const expected = [
      { userid: 'woA', openUserid: 'woOpenA', authType: 1 },
      { userid: 'woB', openUserid: null, authType: 0 },
    ]
    expect(await scene.ask(`/api/corps/${corpid}/admins`)).toEqual({ items: expected })
    expect((await scene.ask(`/api/corps/${corpid}`)).admins).toEqual(expected)
    expect(scene.calls(adminsPath)).toBe(1)
  })

  test('read for the first time are no change', async () => {
    const { scene, corpid } = await adminsScene()
    await changed(scene, corpid)
    expect((await scene.ask(`/api/corps/${corpid}`)).admins).toHaveLength(2)
    expect(await entries(scene)).toEqual([])
  })

  test('are read again with change_app_admin, and the difference is entered', async () => {
    const { scene, corpid, admins } = await adminsScene()
    await scene.ask(`/api/corps/${corpid}/admins`)
    admins.splice(0, 2, { userid: 'woB', auth_type: 1 }, { userid: 'woC', auth_type: 1 })
    await changed(scene, corpid)
    expect(await entries(scene)).toMatchObject([
      {
        corpid,
        payload: {
          added: ['woB (manages)', 'woC (manages)'],
          removed: ['woA (manages)', 'woB (messages)'],
        },
      },
    ])
  })

  test('that did not change are not entered', async () => {
    const { scene, corpid } = await adminsScene()
    await scene.ask(`/api/corps/${corpid}/admins`)
    await changed(scene, corpid)
    expect(scene.calls(adminsPath)).toBe(2)
    expect(await entries(scene)).toEqual([])
  })

  test('that WeCom won’t tell now are asked for later, without an error in the log', async () => {
    const { scene, corpid } = await adminsScene()
    scene.simulator.faults.add({ path: adminsPath, errcode: 60011 })
    await changed(scene, corpid)
    const event = async () => (await eventsOf(scene, 'event.change_app_admin'))[0]
    expect(await event()).toMatchObject({
      status: 'pending',
      attempts: 1,
      lastError: expect.stringContaining('60011'),
    })
    expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
    scene.simulator.faults.clear()
    await scene.clock.advance(10 * minuteMs)
    expect((await event()).status).toBe('done')
  })

  test('of a company that is not authorised are asked of nobody', async () => {
    const { scene, corpid } = await adminsScene()
    await changed(scene, 'wpNever')
    expect((await scene.ask('/api/corps/wpNever/admins')).code).toBe('corp_not_authorized')
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    await changed(scene, corpid)
    expect((await scene.ask(`/api/corps/${corpid}/admins`)).reason).toContain('left at')
    expect(scene.calls(adminsPath)).toBe(0)
  })

  test('go with the company', async () => {
    const { scene, corpid } = await adminsScene()
    await scene.ask(`/api/corps/${corpid}/admins`)
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).not.toHaveProperty('admins')
  })
})
