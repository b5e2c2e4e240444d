import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../src/clock'
import { checkUrl, command, push } from '../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../scene'
import {
  corpTokenPath,
  crowd,
  needToken,
  refuse,
  statusOf,
  suspicionsOf,
} from '../suite/authorization/refused-corp'

const statusNow = (scene: Scene) => scene.ask('/api/status')

describe('settings that are read again leave', () => {
  test('the start where it was: it is the process’s', async () => {
    const scene = await createScene()
    await scene.clock.advance(hourMs)
    const reloaded = await scene.reload()
    expect((await statusNow(reloaded)).startedAt).toBe(startAt)
    expect((await statusNow(await reloaded.restart())).startedAt).toBe(startAt + hourMs)
  })

  test('a suspected revocation to be confirmed when it is due, without another word', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    const reloaded = await scene.reload()
    await reloaded.clock.advance(2 * minuteMs)
    expect(await statusOf(reloaded, corpid)).toBe('invalid')
    expect(suspicionsOf(reloaded)).toBe(1)
  })

  test('the guard over many companies in place, until it is settled', async () => {
    const scene = await crowd(20)
    for (const corpid of scene.corpids.slice(0, 6)) {
      refuse(scene, corpid)
      await needToken(scene, corpid)
    }
    await scene.clock.advance(2 * minuteMs)
    const before = (await statusNow(scene)).warnings
    expect(before).toEqual([expect.stringContaining('6 companies')])
    const reloaded = await scene.reload()
    expect((await statusNow(reloaded)).warnings).toEqual(before)
    await reloaded.clock.advance(30 * minuteMs)
    expect(await scene.store.countCorps(scene.suiteId)).toMatchObject({ authorized: 20 })
    reloaded.simulator.faults.clear()
    await reloaded.simulator.pusher.pushTicket(reloaded.suiteId)
    await reloaded.clock.advance(15 * minuteMs)
    expect((await statusNow(reloaded)).warnings).toEqual([])
  })

  test('what WeCom refused counted', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    refuse(scene, corpid, 48004, 1)
    await needToken(scene, corpid)
    const before = (await statusNow(scene)).refusals
    expect(before).toMatchObject([{ errcode: 48004, count: 1 }])
    expect((await statusNow(await scene.reload())).refusals).toEqual(before)
  })

  test('an address that WeCom refuses named', async () => {
    const scene = await createScene()
    scene.simulator.world.provider.allowedIps = ['198.51.100.1']
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    scene.simulator.faults.add({ path: '/cgi-bin/*', reset: true })
    const { waiting } = await statusNow(await scene.reload())
    expect(waiting.map(({ code }: { code: string }) => code)).toContain('ip_not_allowed')
  })
})

describe('a suspected company', () => {
  test('of a suite that the new settings lack is asked about no more', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    scene.simulator.calls.clear()
    const reloaded = await scene.reload({ WECOM_SUITE_ID: 'wwanother' })
    await reloaded.clock.advance(10 * minuteMs)
    expect(reloaded.calls(corpTokenPath)).toBe(0)
    expect(await statusOf(reloaded, corpid)).toBe('authorized')
    expect(
      scene.logs.filter(({ message }) => message.startsWith('a suspected revocation')),
    ).toEqual([])
  })
})

describe('an id that nobody has entered', () => {
  const discovered = async (scene: Scene): Promise<string[]> =>
    (await statusNow(scene)).waiting
      .map(({ code }: { code: string }) => code)
      .filter((code: string) => code === 'suite_id' || code === 'provider_corpid')

  const curesOf = async (scene: Scene): Promise<string> =>
    (await statusNow(scene)).waiting.map(({ cure }: { cure: string }) => cure).join(' ')

  const ids = (scene: Scene) => ({
    WECOM_SUITE_ID: scene.suiteId,
    WECOM_PROVIDER_CORPID: scene.simulator.world.provider.corpid,
  })

  const named = async (): Promise<Scene> => {
    const scene = await createScene({ env: { WECOM_SUITE_ID: '', WECOM_PROVIDER_CORPID: '' } })
    await checkUrl(scene)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    return scene
  }

  test('stays known over a reload, and is not said again', async () => {
    const scene = await named()
    const reloaded = await scene.reload()
    const { WECOM_SUITE_ID, WECOM_PROVIDER_CORPID } = ids(scene)
    const cures = await curesOf(reloaded)
    expect(cures).toContain(`WECOM_SUITE_ID=${WECOM_SUITE_ID}`)
    expect(cures).toContain(`WECOM_PROVIDER_CORPID=${WECOM_PROVIDER_CORPID}`)
    const said = scene.logs.length
    await reloaded.simulator.pusher.pushTicket(reloaded.suiteId)
    expect(scene.logs.slice(said).filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('is awaited no more once it is entered, while the other one is', async () => {
    const scene = await named()
    const { WECOM_SUITE_ID, WECOM_PROVIDER_CORPID } = ids(scene)
    const half = await scene.reload({ WECOM_PROVIDER_CORPID })
    expect(await discovered(half)).toEqual(['suite_id'])
    expect(await discovered(await half.reload({ WECOM_SUITE_ID }))).toEqual([])
  })

  test('leaves room for others once it is settled', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_ID: '' } })
    for (let n = 0; n < 20; n++) {
      await push(scene, { message: command(scene, { SuiteId: `wwsuite${n}` }) })
    }
    const reloaded = await scene.reload({
      WECOM_SUITE_ID: scene.suiteId,
      WECOM_PROVIDER_CORPID: '',
    })
    expect(await discovered(reloaded)).toEqual([])
    await checkUrl(reloaded)
    expect(await discovered(reloaded)).toEqual(['provider_corpid'])
  })
})
