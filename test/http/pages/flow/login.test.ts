/** Logins from the link to the member: each way to WeCom, and what the business app learns. */
import { describe, expect, test } from 'bun:test'
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
  publicUrl,
  redirect,
  threeKinds,
} from './login-scene'

const privateinfo = { scope: 'snsapi_privateinfo' }

describe('inside WeCom', () => {
  test('a member logs in, and the business app learns who it is', async () => {
    const scene = await oneApp()
    const [corpid = ''] = scene.corpids
    const { name, members } = scene.simulator.world.companies.get(corpid)!
    const done = await login(scene, link())

    expect(done.headers.get('location')).toStartWith(`${redirect}&code=`)
    expect(await memberOf(scene, done)).toEqual({
      way: 'client',
      suiteId: scene.suiteId,
      corpid,
      corpName: name,
      userid: members[0]!.userid,
      openUserid: members[0]!.openUserid,
      agentid: 1000002,
      openid: null,
      externalUserid: null,
      userType: null,
      detail: null,
      loggedInAt: scene.clock.now(),
    })
    expect(askedWho(scene)).toBe(1)
  })

  test('a member whom nobody leads on sees who is signed in', async () => {
    const scene = await oneApp()
    const done = await login(scene, '/login')

    expect(done.status).toBe(200)
    expect((await pageOf(done)).html).toContain('青松科技有限公司')
  })

  test('a link that names its company has its agentid, by which WeCom activates licences', async () => {
    const scene = await oneApp()
    const corpid = scene.corpids[0]!
    const without = await begin(scene, link())
    const with_ = await begin(scene, link({ corpid }))

    expect(without.location.searchParams.get('agentid')).toBeNull()
    expect(with_.location.searchParams.get('agentid')).toBe('1000002')
    expect(with_.location.hash).toBe('#wechat_redirect')
    expect(with_.location.searchParams.get('appid')).toBe(scene.suiteId)
  })

  test('a scope that shows details gives them', async () => {
    const scene = await oneApp()
    const member = await memberOf(scene, await login(scene, link(privateinfo)))

    expect(member.detail).toEqual({ name: member.userid, gender: '0', avatar: null, qrCode: null })
  })

  test('a token that dies between the member and the details costs no login', async () => {
    const scene = await oneApp()
    const path = '/cgi-bin/service/auth/getuserdetail3rd'
    scene.simulator.faults.add({ path, endsToken: 'expired', times: 1 })
    const member = await memberOf(scene, await login(scene, link(privateinfo)))

    expect(member.detail).not.toBeNull()
    expect(askedWho(scene)).toBe(1)
  })

  test('a token that is dead already is replaced, and the code is asked once more', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    scene.simulator.killTokens()

    expect((await memberOf(scene, await open(scene, back, { cookie }))).way).toBe('client')
  })
})

describe('in any other browser', () => {
  test('a member logs in by the login suite, into the app', async () => {
    const { scene, ids } = await threeKinds()
    const { location, back, cookie } = await begin(scene, link(), { 'user-agent': chrome })

    expect(location.origin + location.pathname).toBe(
      'https://login.work.weixin.qq.com/wwlogin/sso/login',
    )
    expect(location.searchParams.get('login_type')).toBe('ServiceApp')
    expect(location.searchParams.get('appid')).toBe(ids.login)
    expect(await memberOf(scene, await open(scene, back, { cookie }))).toMatchObject({
      way: 'web',
      suiteId: ids.crm,
      corpid: scene.corpids[0],
      agentid: 1000002,
    })
  })

  test('a login suite has no app inside WeCom: its own link is for the web', async () => {
    const { scene, ids } = await threeKinds()
    const done = await login(scene, link({ way: 'client' }, '/suites/login'))

    expect(await memberOf(scene, done)).toMatchObject({ way: 'web', suiteId: ids.login })
  })

  test('a member logs in by the provider’s corpid where that is switched on', async () => {
    const secret = 'TheSecretOfTheProvider'
    const scene = await oneApp({
      env: { WECOM_PROVIDER_LOGIN: '1', WECOM_PROVIDER_SECRET: secret },
      simulator: {
        provider: { secret },
        suites: [{ trustedDomains: ['app.example.com', 'gw.example.com'] }],
      },
    })
    const { location, back, cookie } = await begin(scene, link(), { 'user-agent': chrome })

    expect(location.pathname).toBe('/wwopen/sso/3rd_qrConnect')
    expect(new URL(back, publicUrl).searchParams.has('auth_code')).toBe(true)
    expect(await memberOf(scene, await open(scene, back, { cookie }))).toMatchObject({
      way: 'web',
      corpid: scene.corpids[0],
      userType: 1,
    })
  })

  test('a page shows the link as a QR code where WeCom has no page for it', async () => {
    const scene = await oneApp()
    const corpid = scene.corpids[0]!
    const asked = { corpid, ...privateinfo, outsiders: '1' }
    const answer = await open(scene, link(asked), { 'user-agent': chrome })
    const { status, html } = await pageOf(answer)
    const shown = /https:\/\/gw\.example\.com\/login[^<"]*/
      .exec(html)?.[0]
      ?.replaceAll('&amp;', '&')
    const url = new URL(shown ?? '')

    expect(status).toBe(200)
    expect(html).toContain('<svg')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(Object.fromEntries(url.searchParams)).toEqual({ redirect, way: 'client', ...asked })
    expect(await memberOf(scene, await login(scene, url.pathname + url.search))).toMatchObject({
      way: 'client',
    })
  })

  test('a link may ask for a way that the browser would not take', async () => {
    const { scene } = await threeKinds()
    const web = await begin(scene, link({ way: 'web' }))
    const client = await begin(scene, link({ way: 'client' }), { 'user-agent': chrome })

    expect(web.location.hostname).toBe('login.work.weixin.qq.com')
    expect(client.location.hostname).toBe('open.weixin.qq.com')
  })
})

describe('a suite among several', () => {
  test('has links of its own, by its key or its id, and returns to them', async () => {
    const { scene, ids } = await threeKinds()
    for (const name of ['crm', ids.crm]) {
      const { back, cookie } = await begin(scene, link({}, `/suites/${name}`))

      expect(back).toStartWith('/suites/crm/login/done?flow=')
      const member = await memberOf(scene, await open(scene, back, { cookie }))
      expect(member.suiteId).toBe(ids.crm)
    }
  })

  test('refuses the return of another one', async () => {
    const { scene } = await threeKinds()
    const { back, cookie } = await begin(scene, link())
    const elsewhere = back.replace('/suites/crm/', '/suites/login/')

    expect((await open(scene, elsewhere, { cookie })).status).toBe(403)
    expect(askedWho(scene)).toBe(0)
  })
})

describe('two companies in one browser', () => {
  test('come out as what they are, each in its own flow', async () => {
    const scene = await oneApp()
    await scene.installed(scene.corpids[1])
    const first = await open(scene, link())
    const jar = cookieOf(first)
    const second = await open(scene, link(), { cookie: jar })
    const cookie = `${jar}; ${cookieOf(second)}`
    const backs: string[] = []
    for (const [n, answer] of [first, second].entries()) {
      scene.simulator.world.visitor = { corpid: scene.corpids[n] }
      backs.push(await atWecom(scene, locationOf(answer)))
    }
    const members = []
    for (const back of backs)
      members.push(await memberOf(scene, await open(scene, back, { cookie })))

    expect(members.map(({ corpid }) => corpid)).toEqual(scene.corpids.slice(0, 2))
  })
})
