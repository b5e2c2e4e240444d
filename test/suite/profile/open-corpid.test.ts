import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, jsonOf, pageUrl, type Scene } from '../../scene'
import { eventsOf, refuse, statusOf } from '../authorization/refused-corp'
import { answersAt, createProviderScene, openCorpidPath } from '../provider-scene'

/** For tests through whole days: thousands of rounds of what goes on in the background. */
const longMs = 30 * secondMs

/** Since the upgrade WeCom knows a company by another id: the same one behind `wpOpen`. */
const otherIdOf = (corpid: string) => `wpOpen${corpid.slice(2)}`

const upgradedScene = async () => {
  const between = answersAt(openCorpidPath, (_, { corpid }) => ({
    open_corpid: otherIdOf(String(corpid)),
  }))
  const scene = await createProviderScene({ between })
  const corpid = await scene.installed()
  return { scene, corpid, other: otherIdOf(corpid) }
}

const signAs = async ({ request }: Scene, corpid: string) =>
  request(`/sign?${new URLSearchParams({ corpid, url: pageUrl })}`)

describe('the id of after the upgrade', () => {
  test(
    'is asked for once, with the install',
    async () => {
      const { scene, corpid, other } = await upgradedScene()
      expect((await scene.ask(`/api/corps/${corpid}`)).openCorpid).toBe(other)
      scene.simulator.pusher.startTickets()
      await scene.clock.stride(25 * hourMs)
      expect(scene.calls(openCorpidPath)).toBe(1)
    },
    longMs,
  )

  test('names the same company for signatures, tokens and everything else', async () => {
    const { scene, corpid, other } = await upgradedScene()
    const answer = await signAs(scene, other)
    expect(answer.status).toBe(200)
    expect((await jsonOf(answer)).corpid).toBe(other)
    const [mine, others] = await Promise.all(
      [corpid, other].map((id) => scene.ask(`/api/corps/${id}/access-token`)),
    )
    expect(others).toEqual(mine)
    expect(await scene.ask(`/api/corps/${other}`)).toEqual(await scene.ask(`/api/corps/${corpid}`))
    expect((await scene.ask(`/api/corps/${other}/admins`)).items).toHaveLength(2)
    const recheck = await scene.ask(`/api/corps/${other}/recheck`, { method: 'POST' })
    expect(recheck).toMatchObject({ corpid, status: 'authorized' })
    expect((await scene.ask('/api/corps')).items).toHaveLength(1)
  })

  test('needs no more disk for a signature than the other one', async () => {
    const { scene, other } = await upgradedScene()
    await signAs(scene, other)
    let loads = 0
    const { loadCorp } = scene.store
    scene.store.loadCorp = (...ids) => {
      loads += 1
      return loadCorp(...ids)
    }
    for (let n = 0; n < 10; n++) expect((await signAs(scene, other)).status).toBe(200)
    expect(loads).toBe(0)
  })

  test('is compared exactly, letter case included', async () => {
    const { scene, corpid, other } = await upgradedScene()
    for (const id of [other.toLowerCase(), other.toUpperCase(), corpid.toLowerCase()]) {
      expect((await signAs(scene, id)).status).toBe(404)
      expect((await scene.ask(`/api/corps/${id}`)).code).toBe('corp_not_authorized')
    }
  })

  test('is asked for later where the provider’s secret came later', async () => {
    const scene = await createScene({ simulator: { provider: { secret: 'later' } } })
    const corpid = await scene.installed()
    expect(scene.calls(openCorpidPath)).toBe(0)
    const next = await scene.restart({ WECOM_PROVIDER_SECRET: 'later' })
    await next.clock.advance(2 * minuteMs)
    expect(next.calls(openCorpidPath)).toBe(1)
    expect((await next.ask(`/api/corps/${corpid}`)).openCorpid).toBe(corpid)
  })

  test('costs an install nothing if it can’t be asked for, and little later', async () => {
    const scene = await createProviderScene()
    scene.simulator.faults.add({ path: openCorpidPath, errcode: 48001 })
    const corpid = await scene.installed()
    expect((await scene.ask('/api/events?type=create_auth')).items[0].status).toBe('done')
    expect((await scene.sign(corpid)).status).toBe(200)
    scene.simulator.pusher.startTickets()
    await scene.clock.stride(5 * hourMs)
    expect(scene.calls(openCorpidPath)).toBeLessThanOrEqual(7)
  })
})

describe('an event that names a company by its id of after the upgrade', () => {
  test('change_auth: is about the company that is kept under the other one', async () => {
    const { scene, corpid, other } = await upgradedScene()
    const { world, pusher } = scene.simulator
    const installation = world.installations.get(`${scene.suiteId}/${corpid}`)!.at(-1)!
    installation.authMode = 1
    await pusher.pushEvent('change_auth', { corpid: other })
    await scene.settle()
    expect((await scene.ask(`/api/corps/${corpid}`)).authMode).toBe(1)
    expect((await scene.ask('/api/corps')).items).toHaveLength(1)
  })

  test.each(['the one id', 'the other id'])(
    'cancel_auth by %s: erases the secrets and payloads of both',
    async (by) => {
      const { scene, corpid, other } = await upgradedScene()
      const { pusher } = scene.simulator
      await pusher.pushEvent('text', { corpid, fields: { Content: 'before' } })
      await pusher.pushEvent('text', { corpid: other, fields: { Content: 'after' } })
      await scene.clock.advance(10 * minuteMs)
      const named = by === 'the one id' ? corpid : other
      await pusher.pushEvent('cancel_auth', { corpid: named })
      await scene.settle()
      const record = await scene.store.loadCorp(scene.suiteId, corpid)
      expect(record).toMatchObject({ status: 'cancelled', permanentCode: null })
      for (const event of await eventsOf(scene, 'text')) expect(event.payload).toEqual({})
      expect((await signAs(scene, other)).status).toBe(404)
    },
  )

  test('change_app_admin and unlicensed_notify: change that company’s record', async () => {
    const { scene, corpid, other } = await upgradedScene()
    for (const type of ['event.change_app_admin', 'event.unlicensed_notify']) {
      await scene.simulator.pusher.pushEvent(type, { corpid: other })
    }
    await scene.settle()
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown.admins).toHaveLength(2)
    expect(shown.unlicensed).toMatchObject({ notices: 1 })
  })

  test('a message: brings a company back that had become invalid', async () => {
    const { scene, corpid, other } = await upgradedScene()
    refuse(scene, corpid, 48004, 1)
    await scene.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })
    expect(await statusOf(scene, corpid)).toBe('invalid')
    await scene.simulator.pusher.pushEvent('text', { corpid: other })
    await scene.clock.advance(minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })

  test('any: stands in the one history of the company', async () => {
    const { scene, corpid, other } = await upgradedScene()
    const { pusher } = scene.simulator
    await pusher.pushEvent('corp_arch_auth', { corpid })
    await scene.clock.advance(minuteMs)
    await pusher.pushEvent('approve_special_auth', { corpid: other })
    for (const id of [corpid, other]) {
      const { items } = await scene.ask(`/api/corps/${id}/timeline?limit=2`)
      expect(items.map(({ type }: { type: string }) => type)).toEqual([
        'approve_special_auth',
        'corp_arch_auth',
      ])
    }
  })
})
