import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { checkUrl, command, memberMessage, push } from '../../http/wecom/sealed-callback'
import { createScene, type Scene } from '../../scene'

/** As on the first day: WeCom checks the URLs before it shows any id. */
const firstDay = (env: Record<string, string> = {}) =>
  createScene({
    env: {
      WECOM_SUITE_ID: '',
      WECOM_SUITE_SECRET: '',
      WECOM_PROVIDER_CORPID: '',
      ...env,
    },
  })

const waitingFor = async (scene: Scene, code: string) => {
  const { waiting } = await scene.ask('/api/status')
  return waiting.filter((item: { code: string }) => item.code === code)
}

const saidIds = (scene: Scene) =>
  scene.logs
    .filter((line) => line.message === 'a message names an id that is not configured yet')
    .map(({ setting, id }) => [setting, id])

describe('on the first day, without ids', () => {
  test('a URL check is answered, and the log and what is awaited name the provider’s corpid', async () => {
    const scene = await firstDay()
    const { corpid } = scene.simulator.world.provider
    const answer = await checkUrl(scene)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('4280377895')
    expect(saidIds(scene)).toEqual([['provider_corpid', corpid]])
    const [item] = await waitingFor(scene, 'provider_corpid')
    expect(item.cure).toContain(`WECOM_PROVIDER_CORPID=${corpid}`)
  })

  test('a ticket is kept under the suite id that it names, which is named to the operator', async () => {
    const scene = await firstDay()
    const pushed = await scene.simulator.pusher.pushTicket(scene.suiteId)
    expect(pushed).toMatchObject({ ok: true, body: 'success' })
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket).not.toBeNull()
    expect(saidIds(scene)).toContainEqual(['suite_id', scene.suiteId])
    const [item] = await waitingFor(scene, 'suite_id')
    expect(item.cure).toContain(`WECOM_SUITE_ID=${scene.suiteId}`)
  })

  test('the ticket is there when the suite id and its secret have been entered', async () => {
    const scene = await firstDay()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const { suiteSecret } = scene.simulator.world.suites.get(scene.suiteId)!
    const entered = await scene.restart({
      WECOM_SUITE_ID: scene.suiteId,
      WECOM_SUITE_SECRET: suiteSecret,
    })
    await entered.settle()
    expect(scene.calls('/cgi-bin/service/get_suite_token')).toBe(1)
    expect(await waitingFor(entered, 'suite_id')).toEqual([])
    expect(await waitingFor(entered, 'suite_ticket')).toEqual([])
  })

  test('an install is kept, and finished once the ids are entered within its ten minutes', async () => {
    const scene = await firstDay()
    const corpid = await scene.installed()
    await scene.clock.advance(5 * minuteMs)
    const { suiteSecret } = scene.simulator.world.suites.get(scene.suiteId)!
    const entered = await scene.restart({
      WECOM_SUITE_ID: scene.suiteId,
      WECOM_SUITE_SECRET: suiteSecret,
    })
    await entered.clock.advance(15 * secondMs)
    expect((await entered.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
  })

  test('a member’s message is taken', async () => {
    const scene = await firstDay()
    const answer = await push(scene, {
      path: '/callback/data',
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    })
    expect(answer.status).toBe(200)
    expect((await scene.ask('/api/events?type=text')).items).toHaveLength(1)
  })

  test('each id is said once, however often it comes', async () => {
    const scene = await firstDay()
    for (let n = 0; n < 3; n++) {
      await scene.simulator.pusher.pushTicket(scene.suiteId)
      await checkUrl(scene)
    }
    const { corpid } = scene.simulator.world.provider
    expect(saidIds(scene)).toHaveLength(2)
    expect(saidIds(scene)).toContainEqual(['suite_id', scene.suiteId])
    expect(saidIds(scene)).toContainEqual(['provider_corpid', corpid])
  })

  test('a flood of ids fills neither the log nor the memory', async () => {
    const scene = await firstDay()
    for (let n = 0; n < 100; n++) {
      await push(scene, { message: command(scene, { SuiteId: `wwsuite${n}` }) })
    }
    expect(saidIds(scene)).toHaveLength(20)
  })

  test('a signature is impossible and says which setting is missing', async () => {
    const scene = await firstDay()
    const answer = await scene.sign('wpCompany')
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('WECOM_SUITE_ID')
    expect((await waitingFor(scene, 'suite_id'))[0].cure).toContain('WECOM_SUITE_ID')
  })

  test('only what isn’t configured is left open: a foreign SuiteId is refused', async () => {
    const scene = await firstDay({ WECOM_SUITE_ID: 'wwmine' })
    const refused = await push(scene, { message: command(scene, { SuiteId: 'wwother' }) })
    expect(refused.status).toBe(403)
    const taken = await push(scene, {
      message: command(scene, { SuiteId: 'wwmine' }),
      receiveId: 'wwUnknownProvider',
    })
    expect(taken.status).toBe(200)
    expect(saidIds(scene)).toEqual([['provider_corpid', 'wwUnknownProvider']])
  })

  test('an empty receive id is refused even then', async () => {
    const scene = await firstDay()
    expect((await checkUrl(scene, { receiveId: '' })).status).toBe(403)
  })
})

describe('on the first day, without any app', () => {
  const systemAlone = () =>
    createScene({
      file: ({ world: { provider } }) => ({
        provider: {
          system_token: provider.systemToken,
          system_encoding_aes_key: provider.systemEncodingAesKey,
        },
      }),
      env: { WECOM_PROVIDER_CORPID: '' },
    })

  test('the system-event URL is checked with the provider’s own pair', async () => {
    const scene = await systemAlone()
    const { pusher, world } = scene.simulator
    const checked = await pusher.saveSystemUrl('http://localhost/callback/system')
    expect(checked.ok).toBe(true)
    expect(saidIds(scene)).toEqual([['provider_corpid', world.provider.corpid]])
  })

  test('the other URLs say that there is no suite', async () => {
    const scene = await systemAlone()
    const answer = await checkUrl(scene)
    expect(answer.status).toBe(404)
    expect((await answer.json()) as object).toMatchObject({ code: 'suite_not_found' })
  })
})
