/** Whom a link is for: one company's members, a customised app's, anybody. */
import { describe, expect, test } from 'bun:test'
import { customersOf } from '../../../../src/simulator/world/contacts'
import type { Scene } from '../../../scene'
import {
  askedWho,
  atWecom,
  begin,
  chrome,
  cookieOf,
  link,
  locationOf,
  login,
  memberOf,
  oneApp,
  open,
  pageOf,
  threeKinds,
} from './login-scene'

const own = 'https://wecom.customer.example'

const putSite = (scene: Scene, corpid: string, body: object) =>
  scene.ask(`/api/corps/${corpid}/site?suite=template`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('a link for one company', () => {
  test('lets its members in', async () => {
    const scene = await oneApp()
    const corpid = scene.corpids[0]!

    expect(await memberOf(scene, await login(scene, link({ corpid })))).toMatchObject({ corpid })
  })

  test('turns members of another away, and names both, in the log too', async () => {
    const scene = await oneApp()
    await scene.installed(scene.corpids[1])
    scene.simulator.world.visitor = { corpid: scene.corpids[1] }
    const corpid = scene.corpids[0]!
    const page = await pageOf(await login(scene, link({ corpid })))

    expect(page.status).toBe(403)
    const names = { expectedCorp: '青松科技有限公司', otherCorp: '云帆贸易有限公司' }
    for (const name of Object.values(names)) expect(page.html).toContain(name)
    expect(scene.logs.at(-1)).toMatchObject(names)
    expect(new URL(page.again ?? '').searchParams.get('corpid')).toBe(corpid)
  })

  test('turns them away even where outsiders are let in', async () => {
    const scene = await oneApp()
    scene.simulator.world.visitor = { corpid: scene.corpids[1] }
    const answer = await login(scene, link({ corpid: scene.corpids[0]!, outsiders: '1' }))

    expect(answer.status).toBe(403)
  })

  test('may name it by its other id', async () => {
    const scene = await oneApp()
    const corpid = scene.corpids[0]!
    await scene.service.appParts.api.corps.corps.change(scene.suiteId, corpid, (record) =>
      record === null ? null : { ...record, openCorpid: 'wpTheOtherId' },
    )
    const member = await memberOf(scene, await login(scene, link({ corpid: 'wpTheOtherId' })))

    expect(member).toMatchObject({ corpid, agentid: 1000002 })
  })

  test.each(['wp a', '中', '../x', 'w'.repeat(129), '$CORPID$'])(
    'is refused where it names none: %p',
    async (corpid) => {
      const scene = await oneApp()
      const page = await pageOf(await open(scene, link({ corpid })))

      expect(page.status).toBe(400)
      expect(page.html).toContain('invalid_request')
    },
  )
})

describe('somebody who is no member', () => {
  const stranger = { openid: 'oStranger' }

  test('is turned away', async () => {
    const scene = await oneApp()
    scene.simulator.world.visitor = stranger
    const page = await pageOf(await login(scene, link()))

    expect(page.status).toBe(403)
    expect(page.html).toContain('not_a_member')
  })

  test('is let in by a link that says so, as nobody’s member', async () => {
    const scene = await oneApp()
    scene.simulator.world.visitor = stranger
    const member = await memberOf(scene, await login(scene, link({ outsiders: '1' })))

    expect(member).toMatchObject({ corpid: null, userid: null, agentid: null, openid: 'oStranger' })
  })

  test('who is a customer comes from a customised app with the company’s id for them', async () => {
    const { scene } = await threeKinds()
    const corpid = scene.corpids[0]!
    const { world } = scene.simulator
    const [customer] = customersOf(world.companies.get(corpid)!)
    const { externalUserid } = customer!
    world.visitor = { ...stranger, externalUserid }
    const path = link({ corpid, outsiders: '1' }, '/suites/template')
    const member = await memberOf(scene, await login(scene, path))

    expect(member).toMatchObject({ corpid, userid: null, openid: 'oStranger', externalUserid })
  })

  test('doesn’t come through WeCom’s answer that names nobody at all', async () => {
    const scene = await oneApp({
      between: (wecom) => (input, init) =>
        String(input).includes('getuserinfo3rd')
          ? Promise.resolve(Response.json({ errcode: 0, errmsg: 'ok' }))
          : wecom(input, init),
    })
    const answer = await login(scene, link({ outsiders: '1' }))

    expect(answer.status).toBe(403)
  })
})

describe('a customised app', () => {
  const template = (query: Record<string, string> = {}) => link(query, '/suites/template')

  test('is of one company: its link has to name it', async () => {
    const { scene } = await threeKinds()
    const page = await pageOf(await open(scene, template()))

    expect(page.status).toBe(400)
    expect(page.html).toContain('corpid=')
  })

  test('is logged in to by the company’s own id and token', async () => {
    const { scene, ids } = await threeKinds()
    const corpid = scene.corpids[0]!
    const { location, back, cookie } = await begin(scene, template({ corpid }))

    expect(location.searchParams.get('appid')).toBe(corpid)
    expect(location.searchParams.get('agentid')).toBe('1000003')
    const member = await memberOf(scene, await open(scene, back, { cookie }))
    expect(member).toMatchObject({ way: 'client', suiteId: ids.template, corpid, agentid: 1000003 })
    expect(scene.calls('/cgi-bin/auth/getuserinfo')).toBe(1)
    expect(scene.calls('/cgi-bin/service/*getuserinfo3rd')).toBe(0)
  })

  test('gives details where the scope shows them', async () => {
    const { scene } = await threeKinds()
    const corpid = scene.corpids[0]!
    const done = await login(scene, template({ corpid, scope: 'snsapi_privateinfo' }))

    expect((await memberOf(scene, done)).detail).toMatchObject({ gender: '0' })
  })

  test('is logged in to on the web without a login suite', async () => {
    const { scene } = await threeKinds()
    const corpid = scene.corpids[0]!
    const { location, back, cookie } = await begin(scene, template({ corpid }), {
      'user-agent': chrome,
    })

    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      login_type: 'CorpApp',
      appid: corpid,
      agentid: '1000003',
    })
    expect(await memberOf(scene, await open(scene, back, { cookie }))).toMatchObject({
      way: 'web',
      corpid,
    })
  })

  test('that the company doesn’t have is said to be missing', async () => {
    const { scene } = await threeKinds()
    const page = await pageOf(await open(scene, template({ corpid: scene.corpids[1]! })))

    expect(page.status).toBe(404)
    expect(page.html).toContain('corp_not_authorized')
  })
})

describe('a company with an address of its own', () => {
  const scene = async () => {
    const { scene } = await threeKinds()
    const corpid = scene.corpids[0]!
    await putSite(scene, corpid, { publicUrl: own, trustedDomains: ['crm.customer.example'] })
    return {
      scene,
      corpid,
      template: (query = {}) => link({ corpid, ...query }, '/suites/template'),
    }
  }

  test('has its members back at it, and sends them to its own sites', async () => {
    const { scene: at, template } = await scene()
    const redirect = 'https://crm.customer.example/after'
    const { location, back, cookie } = await begin(at, template({ redirect }))

    expect(location.searchParams.get('redirect_uri')).toStartWith(
      `${own}/suites/template/login/done?flow=`,
    )
    expect(cookie).toStartWith('__Host-suited-login-')
    const done = await open(at, back, { cookie })
    expect(locationOf(done).origin).toBe('https://crm.customer.example')
  })

  test('heals a link at the provider’s address by starting over at its own', async () => {
    const { scene: at, template } = await scene()
    // The cookie stays at the provider's host.
    const { back } = await begin(at, template())
    const again = await open(at, back)
    const there = locationOf(again)

    expect(there.searchParams.get('redirect_uri')).toStartWith(own)
    const done = await open(at, await atWecom(at, there), { cookie: cookieOf(again) })
    expect(await memberOf(at, done)).toMatchObject({ way: 'client' })
  })

  test('has no other company sent to its sites', async () => {
    const { scene: at } = await scene()
    const redirect = 'https://crm.customer.example/after'
    const page = await pageOf(await open(at, link({ redirect })))

    expect(page.status).toBe(403)
    expect(page.html).toContain('url_not_trusted')
  })

  test('has its own address on the button of a failure', async () => {
    const { scene: at, template } = await scene()
    at.simulator.faults.add({ path: '/cgi-bin/auth/getuserinfo', errcode: 40029 })
    const page = await pageOf(await login(at, template()))

    expect(page.again).toStartWith(`${own}/suites/template/login?`)
    expect(askedWho(at)).toBe(1)
  })
})

test('a link into a suite that isn’t there says so', async () => {
  const scene = await oneApp()
  const page = await pageOf(await open(scene, link({}, '/suites/nobody')))

  expect(page.status).toBe(404)
  expect(page.html).toContain('suite_not_found')
})
