import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { timelineTypes } from '../../../src/events/timeline'
import { catalogue } from '../../../src/wecom/catalogue/catalogue'
import { createScene, type Scene } from '../../scene'
import { leaveWithoutNotice } from '../../suite/authorization/refused-corp'
import { createProviderScene } from '../../suite/provider-scene'

interface Item {
  readonly at: number
  readonly type: string
  readonly title: { readonly en: string; readonly zh: string } | null
  readonly eventId: string
  readonly payload: Record<string, unknown>
  readonly subject: Record<string, unknown>
}

const timeline = async (scene: Scene, corpid: string, query = ''): Promise<Item[]> =>
  (await scene.ask(`/api/corps/${corpid}/timeline${query}`)).items

const typesOf = (items: readonly Item[]) => items.map(({ type }) => type)

/**
 * A company with some history: an install, a change, an order, a departure, each a minute apart.
 */
const livelyScene = async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  const { pusher } = scene.simulator
  await scene.clock.advance(minuteMs)
  await pusher.changeAuth(scene.suiteId, corpid, { authMode: 1 })
  await scene.clock.advance(minuteMs)
  await pusher.pushEvent('pay_for_app_success', { corpid, fields: { OrderId: 'order-1' } })
  await scene.clock.advance(10 * minuteMs)
  return { scene, corpid }
}

describe('a company’s history', () => {
  test('tells the newest first what happened, in both languages', async () => {
    const { scene, corpid } = await livelyScene()
    const items = await timeline(scene, corpid)
    expect(typesOf(items)).toEqual([
      'pay_for_app_success',
      'suited.corp_changed',
      'change_auth',
      'suited.corp_authorized',
      'create_auth',
    ])
    const times = items.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    for (const { title } of items) {
      expect(title?.en).toMatch(/^[A-Z]/)
      expect(title?.zh).toMatch(/\p{Script=Han}/u)
    }
  })

  test('names the event behind each entry, and what that is about', async () => {
    const { scene, corpid } = await livelyScene()
    const [order] = await timeline(scene, corpid)
    expect(order).toMatchObject({ subject: { OrderId: 'order-1' } })
    expect(await scene.ask(`/api/events/${order!.eventId}`)).toMatchObject({
      type: order!.type,
      receivedAt: order!.at,
      payload: order!.payload,
    })
  })

  test('comes in pages', async () => {
    const { scene, corpid } = await livelyScene()
    const all = await timeline(scene, corpid)
    const seen: Item[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = `?limit=2${cursor && `&cursor=${cursor}`}`
      const page = await scene.ask(`/api/corps/${corpid}/timeline${query}`)
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items)
      cursor = page.next
    }
    expect(seen).toEqual(all)
  })

  test('holds none of what members and customers do', async () => {
    const { scene, corpid } = await livelyScene()
    const before = typesOf(await timeline(scene, corpid))
    for (const type of [
      'text',
      'event.subscribe',
      'event.enter_agent',
      'event.unlicensed_notify',
      'change_contact.create_user',
      'event.change_contact.create_user',
      'change_external_contact.add_external_contact',
      'change_external_chat.create',
      'change_external_tag.create',
      'change_school_contact.create_student',
      'conversation_new_message',
      'chat_archive_audit_approved_single',
      'event.customer_acquisition.friend_request',
      'batch_job_result',
    ]) {
      expect((await scene.simulator.pusher.pushEvent(type, { corpid })).ok).toBe(true)
    }
    await scene.settle()
    expect(typesOf(await timeline(scene, corpid))).toEqual(before)
  })

  test.each([
    'event.change_app_admin',
    'event.close_inactive_agent',
    'event.reopen_inactive_agent',
    'share_agent_change',
    'share_chain_change',
    'corp_arch_auth',
    'approve_special_auth',
    'auth_data_permission',
    'open_order',
    'refund',
    'change_editon',
    'device_data_auth_change',
  ])('holds %s', async (type) => {
    const { scene, corpid } = await livelyScene()
    await scene.simulator.pusher.pushEvent(type, { corpid })
    await scene.settle()
    expect(typesOf(await timeline(scene, corpid))).toContain(type)
  })

  test('holds what the provider is told of the company, and of no other', async () => {
    const { scene, corpid } = await livelyScene()
    scene.simulator.world.provider.systemUrl = 'http://localhost/callback/system'
    const next = await scene.restart({
      WECOM_SYSTEM_TOKEN: scene.simulator.world.provider.systemToken,
      WECOM_SYSTEM_ENCODING_AES_KEY: scene.simulator.world.provider.systemEncodingAesKey,
    })
    await next.simulator.pusher.pushEvent('license_pay_success', { corpid })
    await next.simulator.pusher.pushEvent('license_refund', { corpid: next.corpids[1]! })
    const types = typesOf(await timeline(next, corpid))
    expect(types[0]).toBe('license_pay_success')
    expect(types).not.toContain('license_refund')
  })

  test('tells how the company stood with WeCom', async () => {
    const { scene, corpid } = await livelyScene()
    const recheck = () => scene.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    scene.simulator.faults.add({ path: '/cgi-bin/*', corpid, errcode: 50003, times: 1 })
    await recheck()
    await recheck()
    await leaveWithoutNotice(scene, corpid)
    await recheck()
    const [gone, back, asleep] = await timeline(scene, corpid)
    expect([gone?.type, back?.type, asleep?.type]).toEqual([
      'suited.corp_invalid',
      'suited.corp_restored',
      'suited.corp_suspended',
    ])
    expect(asleep?.payload.reason).toContain('50003')
  })

  test('of a company that left says so, and of before only that it was', async () => {
    const { scene, corpid } = await livelyScene()
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.clock.advance(secondMs)
    const [left, cancelled, ...earlier] = await timeline(scene, corpid)
    expect([left?.type, cancelled?.type]).toEqual(['suited.corp_cancelled', 'cancel_auth'])
    expect(earlier).toHaveLength(5)
    for (const { payload, subject } of earlier) expect([payload, subject]).toEqual([{}, {}])
  })

  test('of a company that nobody knows is empty', async () => {
    const { scene } = await livelyScene()
    expect(await scene.ask('/api/corps/wpNever/timeline')).toEqual({ items: [], next: null })
  })

  test('tells no secret', async () => {
    const scene = await createProviderScene()
    const corpid = await scene.installed()
    const { permanentCode } = (await scene.store.loadCorp(scene.suiteId, corpid))!
    const shown = JSON.stringify(await timeline(scene, corpid))
    expect(shown).not.toContain(permanentCode!)
    const { AuthCode } = (await timeline(scene, corpid)).at(-1)!.payload
    expect(AuthCode).toBe('***')
  })
})

test('whatever is history is known to the catalogue, or noted by suited', () => {
  const known = new Set(catalogue().map(({ type }) => type))
  const strangers = timelineTypes.filter((type) => !known.has(type) && !type.startsWith('suited.'))
  expect(strangers).toEqual([])
  expect(new Set(timelineTypes).size).toBe(timelineTypes.length)
})
