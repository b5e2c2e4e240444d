import { describe, expect, test } from 'bun:test'
import type { Simulator } from '../../src/simulator/simulator'
import { checkUrl, command, push } from '../http/wecom/sealed-callback'
import { createScene, jsonOf, pageUrl, type Scene } from '../scene'

const tableOf = (simulator: Simulator, n: number, change: Record<string, unknown> = {}) => {
  const suite = [...simulator.world.suites.values()][n]!
  return {
    token: suite.token,
    encoding_aes_key: suite.encodingAesKey,
    id: suite.suiteId,
    secret: suite.suiteSecret,
    ...change,
  }
}

/** Two apps of one provider in one process, `crm` and `hr`; companies have installed neither. */
const twoSuites = async (options: { default?: boolean } = { default: true }) => {
  const scene = await createScene({
    simulator: { suites: [{}, {}] },
    file: (simulator) => ({
      suites: [
        tableOf(simulator, 0, { key: 'crm', ...options }),
        tableOf(simulator, 1, { key: 'hr' }),
      ],
    }),
  })
  const [crm, hr] = [...scene.simulator.world.suites.values()]
  crm!.commandUrl = 'http://localhost/suites/crm/callback/command'
  hr!.commandUrl = `http://localhost/suites/${hr!.suiteId}/callback/command`
  return { scene, crm: crm!, hr: hr! }
}

const installBoth = async (scene: Scene, corpid = scene.corpids[0]!) => {
  for (const suiteId of scene.simulator.world.suites.keys()) {
    await scene.simulator.pusher.pushTicket(suiteId)
    await scene.simulator.pusher.install(suiteId, corpid)
  }
  await scene.settle()
  return corpid
}

const signAt = (scene: Scene, path: string, corpid: string) =>
  scene.request(`${path}?${new URLSearchParams({ corpid, url: pageUrl })}`)

describe('several apps in one process', () => {
  test('keep their tickets apart', async () => {
    const { scene, crm, hr } = await twoSuites()
    await scene.simulator.pusher.pushTicket(crm.suiteId)
    const first = await scene.store.loadSuite(crm.suiteId)
    await scene.simulator.pusher.pushTicket(hr.suiteId)
    expect(await scene.store.loadSuite(crm.suiteId)).toEqual(first)
    const second = await scene.store.loadSuite(hr.suiteId)
    expect(second?.ticket?.value).not.toBe(first!.ticket!.value)
  })

  test('keep the tokens of a company that has both apart', async () => {
    const { scene, crm, hr } = await twoSuites()
    const corpid = await installBoth(scene)
    const tokens = await Promise.all(
      ['crm', 'hr'].map((suite) => scene.ask(`/api/corps/${corpid}/access-token?suite=${suite}`)),
    )
    expect(tokens[0].accessToken).not.toBe(tokens[1].accessToken)
    expect(scene.simulator.calls.count({ suiteId: crm.suiteId })).toBeGreaterThan(0)
    expect(scene.simulator.calls.count({ suiteId: hr.suiteId })).toBeGreaterThan(0)
  })

  test('sign with the ticket of the app that the path names, by key or by id', async () => {
    const { scene, crm, hr } = await twoSuites()
    const corpid = await installBoth(scene)
    for (const [path, { suiteId }] of [
      ['/sign', crm],
      ['/suites/crm/sign', crm],
      ['/suites/hr/sign', hr],
      [`/suites/${hr.suiteId}/sign`, hr],
    ] as const) {
      const answer = await signAt(scene, path, corpid)
      expect(answer.status).toBe(200)
      const page = { suiteId, type: 'config', url: pageUrl, ...(await jsonOf(answer)) }
      expect(scene.simulator.acceptsSignature(page)).toEqual({ ok: true })
    }
  })

  test('lose only the tokens of the app that a company removes', async () => {
    const { scene, crm, hr } = await twoSuites()
    const corpid = await installBoth(scene)
    await scene.simulator.pusher.uninstall(crm.suiteId, corpid)
    await scene.settle()
    expect((await signAt(scene, '/suites/crm/sign', corpid)).status).toBe(404)
    expect((await signAt(scene, '/suites/hr/sign', corpid)).status).toBe(200)
    expect((await scene.ask(`/api/corps/${corpid}?suite=hr`)).suiteId).toBe(hr.suiteId)
  })

  test('compare names in paths exactly', async () => {
    const { scene, crm } = await twoSuites()
    for (const name of ['CRM', 'crm2', crm.suiteId.toLowerCase(), 'toString', '__proto__']) {
      const answer = await signAt(scene, `/suites/${name}/sign`, 'wpCompany')
      expect(answer.status).toBe(404)
      expect((await jsonOf(answer)).code).toBe('suite_not_found')
    }
  })

  test('have no default unless one is named: unprefixed paths say so', async () => {
    const { scene } = await twoSuites({})
    for (const answer of [await signAt(scene, '/sign', 'wpCompany'), await checkUrl(scene)]) {
      expect(answer.status).toBe(404)
      expect((await jsonOf(answer)).code).toBe('suite_not_found')
    }
  })

  test('refuse a message sealed with the other one’s Token', async () => {
    const { scene, hr } = await twoSuites()
    const answer = await push(scene, {
      path: '/suites/crm/callback/command',
      token: hr.token,
      encodingAesKey: hr.encodingAesKey,
    })
    expect(answer.status).toBe(403)
    expect((await jsonOf(answer)).code).toBe('bad_signature')
  })

  test('refuse a message for the other one even under a shared Token', async () => {
    const { scene, hr } = await twoSuites()
    const answer = await push(scene, {
      path: '/suites/crm/callback/command',
      message: command(scene, { SuiteId: hr.suiteId }),
      receiveId: hr.suiteId,
    })
    expect(answer.status).toBe(403)
    expect((await jsonOf(answer)).code).toBe('wrong_receiver')
  })

  test('take the same body for two events', async () => {
    const { scene, hr } = await twoSuites()
    const message = '<xml><ToUserName>wpA</ToUserName><MsgType>text</MsgType></xml>'
    const receiveId = 'wpA'
    await push(scene, { path: '/suites/crm/callback/data', message, receiveId })
    await push(scene, {
      path: '/suites/hr/callback/data',
      message,
      receiveId,
      token: hr.token,
      encodingAesKey: hr.encodingAesKey,
    })
    expect((await scene.ask('/api/events?type=text')).items).toHaveLength(2)
    expect((await scene.ask('/api/events?type=text&suite=hr')).items).toHaveLength(1)
  })

  test('share the system-event URL: whichever pair fits is taken', async () => {
    const { scene, hr } = await twoSuites()
    const { token, encodingAesKey } = hr
    const path = '/callback/system'
    expect((await checkUrl(scene, { path, token, encodingAesKey })).status).toBe(200)
    expect((await checkUrl(scene, { path })).status).toBe(200)
  })

  test('must be named where the API asks about a company that has both', async () => {
    const { scene, hr } = await twoSuites()
    const corpid = await installBoth(scene)
    for (const path of [`/api/corps/${corpid}`, `/api/corps/${corpid}/access-token`]) {
      expect(await scene.ask(path)).toMatchObject({
        status: 400,
        code: 'suite_required',
        suites: expect.arrayContaining(['crm', 'hr']),
      })
    }
    expect((await scene.ask(`/api/corps/${corpid}?suite=${hr.suiteId}`)).suiteId).toBe(hr.suiteId)
  })

  test('need not be named where a company has only one', async () => {
    const { scene, hr } = await twoSuites()
    const corpid = scene.corpids[1]!
    await scene.simulator.pusher.pushTicket(hr.suiteId)
    await scene.simulator.pusher.install(hr.suiteId, corpid)
    await scene.settle()
    expect((await scene.ask(`/api/corps/${corpid}`)).suiteId).toBe(hr.suiteId)
    expect((await scene.ask('/api/corps')).items).toHaveLength(1)
    expect((await scene.ask('/api/corps?suite=crm')).items).toHaveLength(0)
    expect((await scene.ask('/api/corps?suite=none')).code).toBe('suite_not_found')
  })
})

describe('a callback Token that is being changed', () => {
  const changing = (simulatorToken: string) =>
    createScene({
      env: {
        WECOM_TOKEN: 'TheNewToken',
        WECOM_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
        WECOM_PREVIOUS_TOKEN: 'TheOldToken',
        WECOM_PREVIOUS_ENCODING_AES_KEY: 'GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba',
      },
      simulator: {
        suites: [
          {
            token: simulatorToken,
            encodingAesKey:
              simulatorToken === 'TheNewToken'
                ? 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
                : 'GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba',
          },
        ],
      },
    })

  test.each(['TheNewToken', 'TheOldToken'])('is good before and after: %s', async (token) => {
    const scene = await changing(token)
    expect((await scene.simulator.pusher.pushTicket(scene.suiteId)).ok).toBe(true)
    expect((await checkUrl(scene)).status).toBe(200)
  })
})
