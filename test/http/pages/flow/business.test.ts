/** Administrators whom WeCom's console sends to 业务设置URL, with a code of its own. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { issue } from '../../../../src/simulator/world/tokens'
import type { Scene } from '../../../scene'
import { locationOf, memberOf, oneApp, open, pageOf, redirect, threeKinds } from './login-scene'

const secret = 'TheSecretOfTheProvider'
const loginInfo = '/cgi-bin/service/get_login_info'
const getuserinfo = '/cgi-bin/service/auth/getuserinfo3rd'

/** A provider without a login suite. */
const withSecret = () =>
  oneApp({
    env: { WECOM_PROVIDER_SECRET: secret },
    simulator: { provider: { secret }, suites: [{}] },
  })

/** The code that WeCom's console hands out. */
const authCode = ({ simulator: { world }, corpids: [corpid = ''] }: Scene, nth = 0): string => {
  const { userid } = world.companies.get(corpid)!.members[nth]!
  return issue(world, 'login_auth_code', { suiteId: null, corpid }, { userid }).value
}

const business = (code: string, more: Record<string, string> = { redirect }) =>
  `/business?${new URLSearchParams({ ...more, auth_code: code })}`

describe('an administrator from WeCom’s console', () => {
  test.each([
    [0, 1],
    [1, 4],
    [2, 5],
  ])('number %i comes with a userType of %i', async (nth, userType) => {
    const scene = await withSecret()
    const done = await open(scene, business(authCode(scene, nth)))

    expect(done.headers.get('location')).toStartWith(`${redirect}&code=`)
    expect(await memberOf(scene, done)).toMatchObject({
      way: 'business',
      suiteId: scene.suiteId,
      corpid: scene.corpids[0],
      agentid: 1000002,
      userType,
    })
  })

  test('is identified by the login suite where there is one', async () => {
    const { scene, ids } = await threeKinds()
    const done = await open(scene, business(authCode(scene)))

    expect(await memberOf(scene, done)).toMatchObject({
      way: 'business',
      suiteId: ids.crm,
      corpid: scene.corpids[0],
      userType: null,
    })
    expect(scene.calls(loginInfo)).toBe(0)
  })

  test('is identified the older way where the login suite doesn’t know the code', async () => {
    const { scene } = await threeKinds({
      env: { WECOM_PROVIDER_SECRET: secret },
      simulator: { provider: { secret } },
    })
    scene.simulator.faults.add({ path: getuserinfo, errcode: 40029 })

    expect(await memberOf(scene, await open(scene, business(authCode(scene))))).toMatchObject({
      userType: 1,
    })
  })

  test('sees who is signed in where nobody says where to go on', async () => {
    const scene = await withSecret()
    const page = await pageOf(await open(scene, business(authCode(scene), {})))

    expect(page.status).toBe(200)
    expect(page.html).toContain('青松科技有限公司')
  })

  test('has one answer, however often the webview asks within a minute', async () => {
    const scene = await withSecret()
    const path = business(authCode(scene))
    const answers = await Promise.all([open(scene, path), open(scene, path)])
    await scene.clock.advance(minuteMs - 1)
    answers.push(await open(scene, path))

    expect(new Set(answers.map((answer) => locationOf(answer).href)).size).toBe(1)
    expect(scene.calls(loginInfo)).toBe(1)
  })

  test('who goes back after a minute finds a code that is spent', async () => {
    const scene = await withSecret()
    const path = business(authCode(scene))
    await open(scene, path)
    await scene.clock.advance(minuteMs)

    expect(await pageOf(await open(scene, path))).toMatchObject({
      status: 400,
      html: expect.stringContaining('code_spent'),
    })
  })
})

describe('a link from WeCom’s console', () => {
  test('without a code says where it is opened from', async () => {
    const page = await pageOf(await open(await withSecret(), '/business'))

    expect(page.status).toBe(400)
    expect(page.html).toContain('业务设置URL')
  })

  test('leads to trusted sites alone, and WeCom is not asked for others', async () => {
    const scene = await withSecret()
    const page = await pageOf(
      await open(scene, business(authCode(scene), { redirect: 'https://evil.example/' })),
    )

    expect(page.status).toBe(403)
    expect(scene.calls(loginInfo)).toBe(0)
  })

  test('has no answer while neither a login suite nor the provider’s secret is set', async () => {
    const scene = await oneApp()
    const page = await pageOf(await open(scene, business(authCode(scene))))

    expect(page.status).toBe(503)
    expect(page.html).toContain('suite_not_configured')
  })
})
