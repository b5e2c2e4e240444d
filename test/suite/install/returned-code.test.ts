import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { InstallState } from '../../../src/suite/install/auth-code'
import { createScene, type Scene, type SceneOptions } from '../../scene'
import { codeOf } from '../../store/conformance/bench'
import { createFaultyDrivers, unavailable } from '../faulty-drivers'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'
/** A process that dies holds its claims for this long, unless the driver voids them. */
const claimMs = 5 * minuteMs

/** A suite with its token, and an auth_code of a company that a browser is to bring back. */
const returning = async (options: SceneOptions = {}) => {
  const scene = await createScene(options)
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  const corpid = scene.corpids[0]!
  const userid = scene.simulator.world.companies.get(corpid)!.members[0]!.userid
  const from = 'provider'
  const installed = await scene.simulator.pusher.install(scene.suiteId, corpid, { from, userid })
  return { scene, corpid, userid, authCode: installed.authCode }
}

const keep = (scene: Scene, authCode: string, installState: InstallState = 'good') =>
  scene.service.installs.returnedCodes.keep({
    suite: scene.service.suites.find(),
    authCode,
    installState,
  })

const outcomeOf = (scene: Scene, eventId: string) =>
  scene.service.installs.returnedCodes.outcomeOf(eventId)

const push = (scene: Scene, corpid: string, authCode: string, fields = {}) =>
  scene.simulator.pusher.pushEvent('create_auth', {
    suiteId: scene.suiteId,
    corpid,
    fields: { AuthCode: authCode, ...fields },
  })

const events = async (scene: Scene) => (await scene.ask('/api/events?type=create_auth')).items

const eventOf = async (scene: Scene, source: string) =>
  (await events(scene)).find((event: { source: string }) => event.source === source)

describe('an auth_code that a browser brings back', () => {
  test.each(['good', 'missing', 'bad'] as const)(
    'with a %s state installs the app, and tells who installed it',
    async (installState) => {
      const { scene, corpid, userid, authCode } = await returning()
      const { eventId } = await keep(scene, authCode, installState)
      await scene.settle()
      const installedBy = { userid, openUserid: expect.any(String) }
      expect(await outcomeOf(scene, eventId)).toEqual({
        status: 'installed',
        corpid,
        agentid: 1000002,
        name: scene.simulator.world.companies.get(corpid)!.name,
        installedBy,
      })
      expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({ installedBy })
      expect(await eventOf(scene, 'install')).toMatchObject({ id: eventId, status: 'done', corpid })
    },
  )

  test('is in the event log, its secret masked, before WeCom is asked for anything', async () => {
    const { scene, authCode } = await returning()
    await scene.service.stop()
    const { eventId } = await keep(scene, authCode)
    expect(scene.calls(exchangePath)).toBe(0)
    const event = await eventOf(scene, 'install')
    expect(event).toMatchObject({ id: eventId, status: 'pending', corpid: null })
    expect(event.payload).toEqual({
      SuiteId: scene.suiteId,
      InfoType: 'create_auth',
      AuthCode: '***',
      InstallState: 'good',
    })
    expect(await outcomeOf(scene, eventId)).toEqual({ status: 'waiting', reason: null })
  })

  test('is exchanged by the next process if this one is killed right behind the keeping', async () => {
    const { scene, corpid, authCode } = await returning()
    await scene.service.stop()
    const { eventId } = await keep(scene, authCode)
    const again = await scene.restart()
    await again.settle()
    expect(await outcomeOf(again, eventId)).toMatchObject({ status: 'installed', corpid })
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('is exchanged by the next process if this one is killed behind its claim', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const { scene, corpid, authCode } = await returning({ drivers })
    scene.simulator.faults.add({ path: exchangePath, hang: true })
    const { eventId } = await keep(scene, authCode)
    await scene.settle()
    instead.eventLog = {}
    const again = await scene.restart()
    scene.simulator.faults.clear()
    await again.clock.advance(claimMs)
    expect(await outcomeOf(again, eventId)).toMatchObject({ status: 'installed', corpid })
  })

  test('is one event however often it comes, at once and later, with one exchange', async () => {
    const { scene, authCode } = await returning()
    const kept = await Promise.all([1, 2, 3].map(() => keep(scene, authCode)))
    await scene.settle()
    const later = await keep(scene, authCode)
    expect(new Set([...kept, later].map(({ eventId }) => eventId)).size).toBe(1)
    expect(await events(scene)).toHaveLength(1)
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('is one event if the process was killed between its id and the event', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const { scene, corpid, authCode } = await returning({ drivers })
    instead.eventLog.append = unavailable
    expect(await codeOf(keep(scene, authCode))).toBe('store_unavailable')
    instead.eventLog = {}
    const again = await scene.restart()
    const { eventId } = await keep(again, authCode)
    await again.settle()
    expect((await keep(again, authCode)).eventId).toBe(eventId)
    expect(await outcomeOf(again, eventId)).toMatchObject({ status: 'installed', corpid })
  })

  test('is known again for a day, though identities are forgotten after minutes', async () => {
    const env = { SUITED_CALLBACK_MAX_AGE_SECONDS: '60' }
    const { scene, authCode } = await returning({ env })
    const { eventId } = await keep(scene, authCode)
    await scene.clock.leap(2 * hourMs)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(2 * minuteMs)
    expect((await keep(scene, authCode)).eventId).toBe(eventId)
  })

  test('is refused where it can be none', async () => {
    const { scene } = await returning()
    for (const authCode of ['', 'a b', 'x'.repeat(513), '<b/>', 'a&amp;b', 'é', 'a\n']) {
      expect(await codeOf(keep(scene, authCode))).toBe('invalid_request')
    }
    expect(await events(scene)).toEqual([])
  })

  test('is kept only for a suite that has its id', async () => {
    const { scene, authCode } = await returning({ env: { WECOM_SUITE_ID: '' } })
    expect(await codeOf(keep(scene, authCode))).toBe('suite_not_configured')
  })
})

describe('an auth_code that comes by both ways', () => {
  test('the browser first: is exchanged once, and both events end with the company', async () => {
    const { scene, corpid, authCode } = await returning()
    const { eventId } = await keep(scene, authCode)
    await scene.settle()
    await push(scene, corpid, authCode)
    await scene.settle()
    expect(scene.calls(exchangePath)).toBe(1)
    expect(await eventOf(scene, 'command')).toMatchObject({ status: 'done', corpid })
    expect((await eventOf(scene, 'command')).lastError).toContain(eventId)
    expect(await eventOf(scene, 'install')).toMatchObject({ status: 'done', lastError: null })
  })

  test('the push first: is exchanged once, and the browser is told of that', async () => {
    const { scene, corpid, authCode } = await returning()
    await push(scene, corpid, authCode)
    await scene.settle()
    const { eventId } = await keep(scene, authCode, 'missing')
    await scene.settle()
    expect(scene.calls(exchangePath)).toBe(1)
    expect(await outcomeOf(scene, eventId)).toMatchObject({ status: 'installed', corpid })
    expect(await eventOf(scene, 'install')).toMatchObject({ status: 'done', corpid })
  })

  test('while the first is under way: the second waits for it, and ends with its company', async () => {
    const { scene, corpid, authCode } = await returning()
    scene.simulator.faults.add({ path: exchangePath, errcode: 60020 })
    const { eventId } = await keep(scene, authCode)
    await push(scene, corpid, authCode)
    await scene.clock.advance(minuteMs)
    expect(await eventOf(scene, 'command')).toMatchObject({ status: 'pending', corpid: null })
    expect(await outcomeOf(scene, eventId)).toMatchObject({
      status: 'waiting',
      reason: expect.stringContaining('60020'),
    })
    scene.simulator.faults.clear()
    await scene.clock.advance(30 * secondMs)
    for (const event of await events(scene)) expect(event).toMatchObject({ status: 'done', corpid })
  })

  test('at once, again and again, in either order: one exchange succeeds, none is refused', async () => {
    for (const pushedFirst of [true, false]) {
      const { scene, corpid, authCode } = await returning()
      const first = pushedFirst ? push(scene, corpid, authCode) : keep(scene, authCode)
      const second = pushedFirst ? keep(scene, authCode) : push(scene, corpid, authCode)
      await Promise.all([first, second])
      await scene.clock.advance(minuteMs)
      expect(scene.calls(exchangePath)).toBe(1)
      const ends = (await events(scene)).map((event: { status: string }) => event.status)
      expect(ends).toEqual(['done', 'done'])
    }
  })

  test('over a kill: the claim stands for the next process too', async () => {
    const { scene, corpid, authCode } = await returning()
    await keep(scene, authCode)
    await scene.settle()
    const again = await scene.restart()
    await push(again, corpid, authCode)
    await again.settle()
    expect(scene.calls(exchangePath)).toBe(1)
    expect(await eventOf(again, 'command')).toMatchObject({ status: 'done', corpid })
  })

  test('and is refused for the first: the second ends done, and names it', async () => {
    const { scene, corpid, authCode } = await returning()
    scene.simulator.faults.add({ path: exchangePath, errcode: 40078 })
    const { eventId } = await keep(scene, authCode)
    await scene.settle()
    await push(scene, corpid, authCode)
    await scene.settle()
    expect(await eventOf(scene, 'install')).toMatchObject({ status: 'dead' })
    expect(await eventOf(scene, 'command')).toMatchObject({ status: 'done', corpid: null })
    expect((await eventOf(scene, 'command')).lastError).toContain(eventId)
  })

  test('is exchanged all the same where no claim can be written', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const { scene, corpid, authCode } = await returning({ drivers })
    const { eventId } = await keep(scene, authCode)
    instead.eventLog.putOnce = unavailable
    await scene.settle()
    expect(await outcomeOf(scene, eventId)).toMatchObject({ status: 'installed', corpid })
  })
})

describe('a code that WeCom refuses', () => {
  const aDayLater = async (scene: Scene) => {
    await scene.clock.leap(dayMs - hourMs)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.leap(hourMs)
  }

  test.each(['missing', 'bad'] as const)(
    'and that came with a %s state is told of, goes nowhere and is gone within a day',
    async (installState) => {
      const { scene } = await returning()
      const { eventId } = await keep(scene, 'made-up', installState)
      await scene.settle()
      expect(await outcomeOf(scene, eventId)).toMatchObject({
        status: 'refused',
        reason: expect.stringContaining('used or unknown'),
      })
      expect(await scene.eventLog.get(eventId)).toMatchObject({ status: 'dead', dispatchAt: null })
      expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
      await aDayLater(scene)
      expect(await scene.eventLog.get(eventId)).toBeNull()
      expect((await scene.eventLog.listAllFacts()).items.map(({ id }) => id)).not.toContain(eventId)
      expect(await outcomeOf(scene, eventId)).toMatchObject({ status: 'refused' })
    },
  )

  test('and that came with a good state is a lost install, and stays', async () => {
    const { scene } = await returning()
    const { eventId } = await keep(scene, 'made-up')
    await scene.settle()
    expect(scene.logs).toContainEqual(expect.objectContaining({ level: 'error' }))
    await aDayLater(scene)
    expect(await scene.eventLog.get(eventId)).toMatchObject({ status: 'dead' })
  })
})

describe('whoever waits for an installation', () => {
  const wait = (scene: Scene, eventId: string, ms: number) =>
    scene.service.installs.returnedCodes.waitForOutcome(eventId, ms)

  test('hears of it as soon as its details are there', async () => {
    const { scene, corpid, authCode } = await returning()
    const { eventId } = await keep(scene, authCode)
    // Nobody moves the clock: the bell alone wakes it.
    const outcome = await wait(scene, eventId, minuteMs)
    expect(outcome).toMatchObject({ status: 'installed', corpid, agentid: 1000002 })
  })

  test('hears how it stands when the time is up', async () => {
    const { scene, authCode } = await returning()
    scene.simulator.faults.add({ path: exchangePath, errcode: 60020 })
    const { eventId } = await keep(scene, authCode)
    const waiting = wait(scene, eventId, 5 * secondMs)
    await scene.clock.advance(5 * secondMs)
    expect(await waiting).toMatchObject({ status: 'waiting' })
  })

  test('hears that it is installed though its details can’t be read', async () => {
    const { scene, corpid, authCode } = await returning()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: 60020 })
    const { eventId } = await keep(scene, authCode)
    const waiting = wait(scene, eventId, minuteMs)
    await scene.clock.advance(10 * secondMs)
    expect(await waiting).toMatchObject({ status: 'installed', corpid, agentid: null })
  })

  test('hears of an unknown event that nothing is kept', async () => {
    const { scene } = await returning()
    expect(await wait(scene, 'event-999999', minuteMs)).toMatchObject({ status: 'refused' })
  })
})

describe('an installation that began with a state of ours', () => {
  const state = 'A1'.repeat(16)
  const find = (scene: Scene, wanted: string) => scene.service.installs.installStates.find(wanted)

  test('is found by it once the company’s code has landed, for a day', async () => {
    const { scene, corpid, authCode } = await returning()
    expect(await find(scene, state)).toBeNull()
    await push(scene, corpid, authCode, { State: `${state}&more` })
    await scene.settle()
    const { id } = await eventOf(scene, 'command')
    expect(await find(scene, state)).toEqual({ corpid, eventId: id })
    expect(await find(scene, 'B1'.repeat(16))).toBeNull()
    await scene.clock.leap(dayMs)
    expect(await find(scene, state)).toBeNull()
  })

  test('is installed though that can’t be noted', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const { scene, corpid, authCode } = await returning({ drivers })
    instead.eventLog.putOnce = unavailable
    await push(scene, corpid, authCode, { State: state })
    await scene.settle()
    expect(await eventOf(scene, 'command')).toMatchObject({ status: 'done', corpid })
    expect(await find(scene, state)).toBeNull()
  })
})

describe('who installed the app', () => {
  test('stays over a reset of the Secret, and goes with the company', async () => {
    const scene = await createScene({ simulator: { suites: [{ kind: 'customised' }] } })
    const corpid = scene.corpids[0]!
    const userid = scene.simulator.world.companies.get(corpid)!.members[0]!.userid
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.simulator.pusher.install(scene.suiteId, corpid, { userid })
    await scene.settle()
    const installer = async () => (await scene.store.loadCorp(scene.suiteId, corpid))?.installedBy
    expect(await installer()).toMatchObject({ userid })
    await scene.clock.advance(minuteMs)
    await scene.simulator.pusher.resetPermanentCode(scene.suiteId, corpid)
    await scene.settle()
    expect(await installer()).toMatchObject({ userid })
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    expect(await installer()).toBeUndefined()
  })
})
