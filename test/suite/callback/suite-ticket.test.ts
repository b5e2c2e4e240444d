import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene, startAt } from '../../scene'

const startSeconds = startAt / secondMs

const pushTicket = (scene: Scene, fields: Record<string, string | number | undefined>) =>
  scene.simulator.pusher.pushEvent('suite_ticket', { fields })

const heldTicket = async ({ store, suiteId }: Scene) =>
  (await store.loadSuite(suiteId))?.ticket?.value ?? null

describe('a suite_ticket', () => {
  test('is kept although WeCom puts a blank before the CDATA of its InfoType', async () => {
    const scene = await createScene()
    const message = `<xml><SuiteId><![CDATA[${scene.suiteId}]]></SuiteId><InfoType> <![CDATA[suite_ticket]]></InfoType><TimeStamp>${startSeconds}</TimeStamp><SuiteTicket> <![CDATA[asdfasfdasdfasdf]]></SuiteTicket></xml>`
    const pushed = await scene.simulator.pusher.push(scene.suiteId, message)
    expect(pushed).toMatchObject({ ok: true, status: 200, body: 'success' })
    expect(await heldTicket(scene)).toBe('asdfasfdasdfasdf')
  })

  test('gives way to one with a newer TimeStamp', async () => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'first', TimeStamp: startSeconds })
    await pushTicket(scene, { SuiteTicket: 'second', TimeStamp: startSeconds + 1 })
    expect(await heldTicket(scene)).toBe('second')
  })

  test('is not overwritten by an older one that comes late, which is answered success', async () => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'newer', TimeStamp: startSeconds })
    const late = await pushTicket(scene, { SuiteTicket: 'older', TimeStamp: startSeconds - 1 })
    expect(late.body).toBe('success')
    expect(await heldTicket(scene)).toBe('newer')
  })

  test('of two with the same TimeStamp the later arrival wins', async () => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'first', TimeStamp: startSeconds })
    await pushTicket(scene, { SuiteTicket: 'second', TimeStamp: startSeconds })
    expect(await heldTicket(scene)).toBe('second')
  })

  test.each([
    ['is no number', 'soon'],
    ['has a fraction', '1795334400.5'],
    ['is negative', -1],
    ['is missing', undefined],
    ['is empty', ''],
    ['lies further ahead than a callback may', startSeconds + 86_500],
  ])('is refused when its TimeStamp %s, and the one before stays', async (_, TimeStamp) => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'good', TimeStamp: startSeconds })
    const delivery = pushTicket(scene, { SuiteTicket: 'bad', TimeStamp })
    await scene.clock.advance(5 * secondMs)
    const pushed = await delivery
    expect(pushed.status).toBe(403)
    expect(JSON.parse(pushed.body ?? '').code).toBe('stale_timestamp')
    expect(await heldTicket(scene)).toBe('good')
  })

  test('that lies ahead by no more than a callback may is taken', async () => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'ahead', TimeStamp: startSeconds + 86_400 })
    expect(await heldTicket(scene)).toBe('ahead')
  })

  test('may lie a day ahead where callbacks of any age are taken, and no further', async () => {
    const scene = await createScene({ env: { SUITED_CALLBACK_MAX_AGE_SECONDS: '0' } })
    await pushTicket(scene, { SuiteTicket: 'ahead', TimeStamp: startSeconds + dayMs / secondMs })
    expect(await heldTicket(scene)).toBe('ahead')
    const delivery = pushTicket(scene, {
      SuiteTicket: 'beyond',
      TimeStamp: startSeconds + 100 + dayMs / secondMs,
    })
    await scene.clock.advance(5 * secondMs)
    expect((await delivery).status).toBe(403)
    expect(await heldTicket(scene)).toBe('ahead')
  })

  test('without a value is refused', async () => {
    const scene = await createScene()
    const delivery = pushTicket(scene, { SuiteTicket: '', TimeStamp: startSeconds })
    await scene.clock.advance(5 * secondMs)
    expect((await delivery).status).toBe(403)
    expect(await heldTicket(scene)).toBeNull()
  })

  test('may have eight times the length that WeCom documents', async () => {
    const scene = await createScene()
    const pushed = await pushTicket(scene, {
      SuiteTicket: 't'.repeat(4096),
      TimeStamp: startSeconds,
    })
    expect(pushed).toMatchObject({ status: 200, body: 'success' })
    expect(await heldTicket(scene)).toBe('t'.repeat(4096))
  })

  test.each([4097, 700_000])(
    'of %i letters is none: the log says so, WeCom is answered, and the one before stays',
    async (letters) => {
      const scene = await createScene()
      await pushTicket(scene, { SuiteTicket: 'good', TimeStamp: startSeconds })
      const fields = { SuiteTicket: 't'.repeat(letters), TimeStamp: startSeconds + 1 }
      expect(await pushTicket(scene, fields)).toMatchObject({ status: 200, body: 'success' })
      expect(await heldTicket(scene)).toBe('good')
      const line = scene.logs.find(({ level }) => level === 'warn')
      expect(line).toMatchObject({ suiteId: scene.suiteId, characters: letters })
      expect(JSON.stringify(scene.logs)).not.toContain('tttttttt')
    },
  )

  test('is state, not an event: it is in no list', async () => {
    const scene = await createScene()
    await pushTicket(scene, { SuiteTicket: 'ticket', TimeStamp: startSeconds })
    expect((await scene.ask('/api/events')).items).toEqual([])
  })

  test.each([40001, 40085])(
    'that WeCom refused with %d is shown once, however often it is pushed',
    async (errcode) => {
      const scene = await createScene()
      const path = '/cgi-bin/service/get_suite_token'
      scene.simulator.faults.add({ path, errcode })
      const push = async (value: string, TimeStamp: number) => {
        await pushTicket(scene, { SuiteTicket: value, TimeStamp })
        await scene.clock.advance(2 * secondMs)
      }
      for (let n = 0; n < 3; n++) await push('first', startSeconds)
      expect(scene.calls(path)).toBe(1)
      await push('second', startSeconds + 4)
      expect(scene.calls(path)).toBe(2)
    },
  )

  test('is still there after a restart', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const before = await heldTicket(scene)
    const { suites, waiting } = await (await scene.restart()).ask('/api/status')
    expect(suites[0].ticketReceivedAt).toBe(startAt)
    expect(waiting).toEqual([])
    expect(await heldTicket(scene)).toBe(before)
  })

  test('that is older than 30 minutes is a warning among what is awaited', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(30 * minuteMs)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
    await scene.clock.advance(minuteMs)
    const { waiting } = await scene.ask('/api/status')
    expect(waiting).toMatchObject([{ code: 'suite_ticket_old' }])
    expect(waiting[0].detail).toContain('31 minutes')
  })

  test('that is older than 30 minutes is tried all the same', async () => {
    const scene = await createScene({
      simulator: { lifetimesSeconds: { suite_ticket: 7200 } },
    })
    const corpid = await scene.installed()
    await scene.clock.advance(hourMs)
    scene.simulator.killTokens()
    scene.simulator.calls.clear()
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls('/cgi-bin/service/get_suite_token')).toBe(1)
  })

  test('is never deleted for being refused', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const before = await heldTicket(scene)
    scene.simulator.faults.add({ path: '/cgi-bin/service/get_suite_token', errcode: 40085 })
    scene.simulator.killTokens()
    await scene.clock.stride(3 * hourMs)
    expect(await heldTicket(scene)).toBe(before)
  })
})
