import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import { command, memberMessage, push, xml } from '../wecom/sealed-callback'

const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)

/** Events on which suited has no work to do, the newest first. */
const crowded = async (count: number) => {
  const scene = await createScene()
  for (let n = 0; n < count; n++) await push(scene, { message: command(scene, { Serial: n }) })
  return scene
}

const payloadOf = async (scene: Scene, type: string) =>
  (await scene.ask(`/api/events?type=${type}`)).items[0].payload

describe('the list of events', () => {
  test('shows each in full', async () => {
    const scene = await createScene()
    const message = command(scene, { UserID: 'zhangsan' })
    await push(scene, { message })
    const { items, next } = await scene.ask('/api/events')
    expect(next).toBeNull()
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      id: expect.any(String),
      suiteId: scene.suiteId,
      corpid: scene.corpids[0],
      source: 'command',
      type: 'corp_arch_auth',
      receivedAt: scene.clock.now(),
      status: 'done',
      attempts: 0,
      lastError: null,
      deliveries: [],
    })
    expect(items[0].payload).toEqual({
      SuiteId: scene.suiteId,
      InfoType: 'corp_arch_auth',
      TimeStamp: String(scene.clock.now() / 1000),
      AuthCorpId: scene.corpids[0],
      UserID: 'zhangsan',
    })
    expect(items[0]).not.toHaveProperty('body')
  })

  test('is newest first, fifty a page', async () => {
    const scene = await crowded(51)
    const page = await scene.ask('/api/events')
    const serials = page.items.map(({ payload }: { payload: { Serial: string } }) => payload.Serial)
    expect(serials).toEqual(Array.from({ length: 50 }, (_, n) => String(50 - n)))
    expect(page.next).not.toBeNull()
  })

  test.each([1, 7, 200])('is complete and without repeats over pages of %i', async (limit) => {
    const scene = await crowded(23)
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`
      const page = await scene.ask(`/api/events?limit=${limit}${cursor}`)
      seen.push(...idsOf(page))
      next = page.next
    }
    expect(seen).toHaveLength(23)
    expect(seen).toEqual([...seen].sort().reverse())
    expect(new Set(seen).size).toBe(23)
  })

  test('goes on where it was when events come meanwhile', async () => {
    const scene = await crowded(6)
    const all = idsOf(await scene.ask('/api/events'))
    const first = await scene.ask('/api/events?limit=3')
    await push(scene, { message: command(scene, { Serial: 'new' }) })
    const second = await scene.ask(`/api/events?limit=3&cursor=${first.next}`)
    expect([...idsOf(first), ...idsOf(second)]).toEqual(all)
  })

  test.each(['0', '201', 'x'])('has no pages of %s', async (limit) => {
    const scene = await createScene()
    const problem = await scene.ask(`/api/events?limit=${limit}`)
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(problem.errors[0].field).toBe('limit')
  })

  test('knows only cursors that it gave', async () => {
    const problem = await (await createScene()).ask('/api/events?cursor=nonsense')
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  test('can be of one type, one company, one status, one suite', async () => {
    const scene = await createScene()
    const [mine, other] = scene.corpids
    await push(scene, { message: command(scene, { AuthCorpId: mine! }) })
    await push(scene, { message: command(scene, { AuthCorpId: other! }) })
    await push(scene, { message: memberMessage(scene), receiveId: mine! })
    await push(scene, { message: 'not xml' })
    const count = async (query: string) => (await scene.ask(`/api/events?${query}`)).items.length
    expect(await count('type=corp_arch_auth')).toBe(2)
    expect(await count(`corpid=${mine}`)).toBe(2)
    expect(await count(`corpid=${mine}&type=text`)).toBe(1)
    expect(await count('status=dead')).toBe(1)
    expect(await count('status=done')).toBe(3)
    expect(await count('suite=default')).toBe(4)
    expect((await scene.ask('/api/events?suite=none')).code).toBe('suite_not_found')
    expect((await scene.ask('/api/events?status=lost')).code).toBe('invalid_request')
  })

  test('never shows a ticket', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    expect((await scene.ask('/api/events')).items).toEqual([])
  })
})

describe('one event', () => {
  test('is found by its id', async () => {
    const scene = await crowded(3)
    const { items } = await scene.ask('/api/events')
    expect(await scene.ask(`/api/events/${items[1].id}`)).toEqual(items[1])
  })

  test.each(['none', '..%2Fevents', '%00'])('of the id %s there is none', async (id) => {
    const scene = await crowded(1)
    for (const [method, path] of [
      ['GET', `/api/events/${id}`],
      ['POST', `/api/events/${id}/retry`],
    ]) {
      expect(await scene.ask(path!, { method: method! })).toMatchObject({
        status: 404,
        code: 'event_not_found',
      })
    }
  })
})

describe('a retry by hand', () => {
  test('makes a waiting event due now', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: -1 })
    await scene.installed()
    await scene.clock.advance(10 * minuteMs)
    scene.simulator.faults.clear()
    const [{ id }] = (await scene.ask('/api/events?type=create_auth')).items
    const retried = await scene.ask(`/api/events/${id}/retry`, { method: 'POST' })
    expect(retried).toMatchObject({ id, status: 'pending' })
    await scene.settle()
    expect((await scene.ask(`/api/events/${id}`)).status).toBe('done')
  })

  test('of what is done changes nothing and costs nothing', async () => {
    const scene = await createScene()
    await scene.installed()
    await scene.settle()
    scene.simulator.calls.clear()
    const [event] = (await scene.ask('/api/events?type=create_auth')).items
    const retried = await scene.ask(`/api/events/${event.id}/retry`, { method: 'POST' })
    expect(retried).toEqual(event)
    await scene.settle()
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(0)
  })

  test('of what can’t be understood leaves it dead in the end', async () => {
    const scene = await createScene()
    await push(scene, { message: 'not xml' })
    const [{ id }] = (await scene.ask('/api/events')).items
    await scene.ask(`/api/events/${id}/retry`, { method: 'POST' })
    await scene.settle()
    expect((await scene.ask(`/api/events/${id}`)).status).not.toBe('pending')
  })

  test('needs no body and no content type, and takes any', async () => {
    const scene = await crowded(1)
    const [{ id }] = (await scene.ask('/api/events')).items
    for (const init of [
      {},
      { body: 'x' },
      { body: '{}', headers: { 'content-type': 'text/xml' } },
    ]) {
      expect((await scene.ask(`/api/events/${id}/retry`, { method: 'POST', ...init })).id).toBe(id)
    }
  })
})

describe('a payload', () => {
  test('masks AuthCode, RegisterCode and ContactSync.AccessToken, and only these', async () => {
    const scene = await createScene()
    const { corpid } = scene.simulator.world.provider
    await push(scene, { message: command(scene, { InfoType: 'reset_x', AuthCode: 'secret-1' }) })
    const registration = xml({
      ServiceCorpId: corpid,
      InfoType: 'register_corp',
      TimeStamp: 1,
      RegisterCode: 'secret-2',
      AccessToken: 'not the one inside ContactSync',
      ContactSync: '<AccessToken>secret-3</AccessToken><ExpiresIn>1800</ExpiresIn>',
    })
    await push(scene, { message: registration, receiveId: corpid })
    expect((await payloadOf(scene, 'reset_x')).AuthCode).toBe('***')
    expect(await payloadOf(scene, 'register_corp')).toMatchObject({
      RegisterCode: '***',
      ContactSync: { AccessToken: '***', ExpiresIn: '1800' },
      AccessToken: 'not the one inside ContactSync',
    })
    expect(JSON.stringify(await scene.ask('/api/events'))).not.toContain('secret-')
  })

  test('keeps WelcomeCode, ResponseCode and Token: the business app needs them', async () => {
    const scene = await createScene()
    const fields = { WelcomeCode: 'welcome-1', ResponseCode: 'response-1', Token: 'token-1' }
    await push(scene, { message: command(scene, fields) })
    expect(await payloadOf(scene, 'corp_arch_auth')).toMatchObject(fields)
  })

  test('with an element called __proto__ is shown and changes nothing else', async () => {
    const scene = await createScene()
    const message = command(scene).replace('</xml>', '<__proto__><a>1</a></__proto__></xml>')
    await push(scene, { message })
    expect((await payloadOf(scene, 'corp_arch_auth')).InfoType).toBe('corp_arch_auth')
    expect({}).not.toHaveProperty('a')
  })
})
