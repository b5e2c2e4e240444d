import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { command } from '../../http/wecom/sealed-callback'
import { createScene } from '../../scene'
import { eventsOf, leaveWithoutNotice } from '../authorization/refused-corp'
import { createFaultyDrivers, unavailable } from '../faulty-drivers'

describe('of two permanent codes', () => {
  test('the one whose exchange began last stays, though the disk held the other one up', async () => {
    const { instead, drivers } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    const [corpid = ''] = scene.corpids
    const { pusher, world } = scene.simulator
    await pusher.pushTicket(scene.suiteId)
    instead.store = { changeCorp: unavailable }
    await pusher.install(scene.suiteId, corpid)
    await scene.clock.advance(13 * secondMs)
    await leaveWithoutNotice(scene, corpid)
    instead.store = {}
    await pusher.install(scene.suiteId, corpid)
    await scene.settle()
    await scene.clock.advance(5 * minuteMs)
    const { permanentCode } = world.installations.get(`${scene.suiteId}/${corpid}`)!.at(-1)!
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.permanentCode).toBe(permanentCode)
    expect((await scene.sign(corpid)).status).toBe(200)
    const statuses = (await eventsOf(scene, 'create_auth')).map(
      ({ status }: { status: string }) => status,
    )
    expect(statuses).toEqual(['done', 'done'])
  })
})

describe('a create_auth', () => {
  test('after the company had left is an install, even if it names the company', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const { pusher } = scene.simulator
    await scene.clock.advance(10 * minuteMs)
    await pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    const { authCode } = await pusher.install(scene.suiteId, corpid, { from: 'provider' })
    const xml = command(scene, { InfoType: 'create_auth', AuthCode: authCode, AuthCorpId: corpid })
    await pusher.push(scene.suiteId, xml)
    const [event] = await eventsOf(scene, 'create_auth')
    expect(event.corpid).toBeNull()
    await scene.settle()
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
  })

  test('that was exchanged is entered into the company’s history', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    expect(await eventsOf(scene, 'suited.corp_authorized')).toMatchObject([
      { corpid, suiteId: scene.suiteId, source: 'suited', payload: { by: 'create_auth' } },
    ])
  })
})
