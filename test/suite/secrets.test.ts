import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../src/clock'
import { checkUrl, command, push } from '../http/wecom/sealed-callback'
import { adminToken, createScene, pageUrl, type Scene, type SceneOptions } from '../scene'

/** Long enough that no other text holds it by chance. */
const shortestSecret = 16

/** Everything that is nobody's business: what the operator entered, and what WeCom gave out. */
const secretsOf = ({ simulator }: Scene): string[] => {
  const { suites, provider, credentials, installations } = simulator.world
  const entered = [...suites.values()].flatMap((suite) => [
    suite.suiteSecret,
    suite.token,
    suite.encodingAesKey,
  ])
  const given = [...credentials.byValue.keys()]
  const codes = [...installations.values()].flat().map(({ permanentCode }) => permanentCode)
  const secrets = [adminToken, provider.secret, ...entered, ...given, ...codes]
  return secrets.filter((secret) => secret.length >= shortestSecret)
}

/** A whole life of a company under troubles of all kinds; every answer on the way is kept. */
const walk = async (options: SceneOptions = {}) => {
  const scene = await createScene(options)
  const { simulator, suiteId, clock } = scene
  const { pusher, faults } = simulator
  const answers: string[] = []
  const keep = async (answering: Promise<Response>) => {
    const answer = await answering
    answers.push(JSON.stringify([...answer.headers]), await answer.text())
  }
  const signBoth = async (corpid: string) => {
    for (const type of ['config', 'agent_config'] as const) {
      const signing = keep(scene.sign(corpid, type))
      await clock.advance(30 * secondMs)
      await signing
    }
  }

  await keep(checkUrl(scene))
  await pusher.saveUrls(suiteId, { commandUrl: 'http://localhost/callback/command' })
  const corpid = await scene.installed()
  await signBoth(corpid)
  await pusher.message(suiteId, corpid, { text: 'hello' })
  await keep(push(scene, { message: command(scene, { SuiteId: 'wwother' }) }))
  await keep(push(scene, { token: 'AnotherToken' }))
  await keep(push(scene, { encodingAesKey: 'a'.repeat(43) }))
  await keep(push(scene, { message: '<xml><AuthCode>' }))
  await keep(scene.request(`/sign?corpid=wpNobody&url=${encodeURIComponent(pageUrl)}`))
  for (const path of ['/', '/healthz', '/readyz', '/swagger', '/swagger/json', '/api/status']) {
    await keep(scene.request(path))
  }
  for (const fault of [
    { errcode: 40014 },
    { errcode: 40001 },
    { errcode: -1 },
    { reset: true },
    { hang: true },
    { garbage: 'truncated' },
    { garbage: 'html', status: 502 },
  ] as const) {
    faults.add({ path: '/cgi-bin/*', ...fault })
    simulator.killTokens()
    await clock.advance(2 * 60 * minuteMs)
    await signBoth(corpid)
    await pusher.install(suiteId, scene.corpids[1]!)
    await clock.advance(minuteMs)
    faults.clear()
    await pusher.pushTicket(suiteId)
    await clock.advance(2 * minuteMs)
  }
  await signBoth(corpid)
  await pusher.uninstall(suiteId, corpid)
  await clock.advance(minuteMs)
  await signBoth(corpid)
  return { scene, answers }
}

const walked = await walk()
const customised = await walk({ simulator: { suites: [{ kind: 'customised' }] } })

describe.each([
  ['an app', walked],
  ['a customised app', customised],
])('after a whole life of %s', (_, { scene, answers }) => {
  const secrets = secretsOf(scene)

  test('there were secrets of every kind', () => {
    const kinds = [...scene.simulator.world.credentials.byValue.values()].map(({ kind }) => kind)
    for (const kind of [
      'suite_ticket',
      'suite_access_token',
      'auth_code',
      'access_token',
      'jsapi_ticket',
      'agent_ticket',
    ] as const) {
      expect(kinds).toContain(kind)
    }
    expect(scene.logs.length).toBeGreaterThan(50)
    expect(answers.length).toBeGreaterThan(50)
  })

  test('no line of the log holds one, not even at debug', () => {
    const log = scene.logs.map((line) => JSON.stringify(line)).join('\n')
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  })

  test('no answer without the admin token holds one', () => {
    const all = answers.join('\n')
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([])
  })

  test('the API shows none but the tokens that it is asked for', async () => {
    const shown = await Promise.all(
      ['status', 'corps', 'events?limit=200', `corps/${scene.corpids[1]}`].map((path) =>
        scene.ask(`/api/${path}`),
      ),
    )
    const text = JSON.stringify(shown)
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  })

  test('no decrypted body stands in the log', () => {
    const log = JSON.stringify(scene.logs)
    for (const element of ['<xml>', '<AuthCode>', '<SuiteTicket>', 'hello']) {
      expect(log).not.toContain(element)
    }
  })
})
