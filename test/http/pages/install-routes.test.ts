/** Installations over HTTP, from the link to the company. */
import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { jsonOf, type Scene } from '../../scene'
import { providerSecret } from '../../suite/provider-scene'
import { threeSuites } from '../../suite/three-suites'
import {
  cookiesOf,
  corpName,
  english,
  exchangePath,
  get,
  installationsOf,
  installEvents,
  link,
  openScene,
  publicUrl,
  redeem,
  redirect,
  throughWecom,
  visit,
} from './install-scene'

describe('An installation from our own page', () => {
  test('ends on the redirect, with a code that tells company and installer', async () => {
    const scene = await openScene()

    const { trail } = await visit(scene, { maxRedirects: 2 })

    expect(trail[0]?.status).toBe(200)
    expect(trail[1]).toMatchObject({ referer: `${publicUrl}/`, status: 302 })
    expect(trail[2]?.status).toBe(302)
    expect(trail[2]?.location).toStartWith(`${redirect}&code=`)
    const answer = await redeem(scene, trail[2]?.location ?? null)
    expect(answer.status).toBe(200)
    const [installation] = installationsOf(scene)
    expect(await answer.json()).toMatchObject({
      way: 'install',
      corpid: scene.corpids[0],
      corpName,
      suiteId: scene.suiteId,
      agentid: installation?.agentid,
      userid: expect.any(String),
      openUserid: expect.any(String),
    })
    expect((await redeem(scene, trail[2]?.location ?? null)).status).toBe(400)
    expect(await installEvents(scene)).toMatchObject([
      { source: 'install', status: 'done', payload: { InstallState: 'good' } },
    ])
  })

  test('ends on a page of ours where no redirect is asked for', async () => {
    const scene = await openScene()
    const { page } = await visit(scene, { url: link({}), language: 'en' })
    expect(page).toMatchObject({ status: 200, title: 'The app is installed' })
    expect(page.text).toContain(corpName)
    expect(page.text).toContain('安装成功')
  })

  test.each([
    ['formal', false],
    ['test', true],
  ] as const)('is %s as the settings say, whatever the link says', async (mode, isTest) => {
    const scene = await openScene({ env: { WECOM_INSTALL_MODE: mode } })
    await visit(scene, { url: link({ install: 'test', auth_type: '1' }) })
    expect(installationsOf(scene)).toMatchObject([{ isTest }])
  })

  test('goes on where WeCom can’t be asked for a while: the page loads itself again', async () => {
    const scene = await openScene()
    scene.simulator.faults.add({ path: exchangePath, errcode: 60020, forMs: 12_000 })

    const { trail } = await visit(scene, { language: 'en' })

    expect(trail[2]).toMatchObject({ status: 200, title: 'Finishing the installation' })
    expect(trail[3]?.url).toBe(trail[2]?.url ?? '')
    expect(trail.at(-2)?.location).toStartWith(`${redirect}&code=`)
  })

  test('of two tabs at once ends in each, whichever is finished first', async () => {
    const scene = await openScene()
    const one = await throughWecom(scene)
    const other = await throughWecom(scene, { redirect }, { cookies: one.cookie })
    const cookie = `${one.cookie}; ${other.cookie}`
    for (const { path } of [other, one]) {
      const answer = await get(scene, path, { cookie })
      expect(answer.headers.get('location')).toStartWith(`${redirect}&code=`)
    }
  })
})

describe('A customised app', () => {
  const customisedScene = () =>
    openScene({
      env: { WECOM_PROVIDER_SECRET: providerSecret },
      simulator: {
        suites: [{ kind: 'customised' }],
        provider: { secret: providerSecret },
      },
    })

  const begin = async (scene: Scene) => {
    const answer = await get(scene, link().slice(publicUrl.length), english)
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(page).toContain('Scan to install the app')
    const [, asked = ''] = /data-ask="([^"]+)"/.exec(page) ?? []
    const [qr] = [...scene.simulator.world.qrLinks.values()].slice(-1)
    return { waiting: asked.replaceAll('&amp;', '&'), cookie: cookiesOf(answer), qr: qr?.url ?? '' }
  }

  test('is installed by a scan, for which the page waits', async () => {
    const scene = await customisedScene()
    const { waiting, cookie, qr } = await begin(scene)
    expect(await (await get(scene, waiting, { cookie })).json()).toEqual({ next: null })

    await visit(scene, { url: qr })
    const asked = await get(scene, waiting, { cookie })
    expect(asked.headers.get('cache-control')).toBe('no-store')
    const { next } = await jsonOf(asked)
    const done = await get(scene, next.slice(publicUrl.length), { cookie })

    expect(done.status).toBe(302)
    const answer = await redeem(scene, done.headers.get('location'))
    expect(await answer.json()).toMatchObject({
      way: 'install',
      corpid: scene.corpids[0],
      suiteId: scene.suiteId,
    })
  })

  test('may be scanned hours later, and within a day', async () => {
    const scene = await customisedScene()
    const { waiting, cookie } = await begin(scene)
    await scene.clock.leap(23 * hourMs)
    expect((await get(scene, waiting, { cookie })).status).toBe(200)
    await scene.clock.leap(hourMs)
    expect((await get(scene, waiting, { cookie })).status).toBe(403)
  })

  test('tells of its scan in the browser alone that shows the code', async () => {
    const scene = await customisedScene()
    const { waiting, qr } = await begin(scene)
    await visit(scene, { url: qr })
    expect((await get(scene, waiting)).status).toBe(403)
  })
})

describe('Several suites', () => {
  const openSuites = async () => {
    const { scene, ids } = await threeSuites({ env: { SUITED_PUBLIC_URL: publicUrl } })
    for (const suite of scene.simulator.world.suites.values()) {
      Object.assign(suite, { installDomains: ['gw.example.com'] })
      await scene.simulator.pusher.pushTicket(suite.suiteId)
    }
    return { scene, ids }
  }

  test.each(['key', 'suite id'])('are each installed under their %s', async (name) => {
    const { scene, ids } = await openSuites()
    const path = `/suites/${name === 'key' ? 'hr' : ids.hr}/install`
    const returned = await throughWecom(scene, { redirect }, { path })
    expect(returned.path).toStartWith('/suites/hr/install/done?')
    const answer = await get(scene, returned.path, { cookie: returned.cookie })
    const member = await redeem(scene, answer.headers.get('location'))
    expect(await member.json()).toMatchObject({ way: 'install', suiteId: ids.hr })
  })

  test('have no state of each other', async () => {
    const { scene } = await openSuites()
    const { path, cookie } = await throughWecom(scene)
    const foreign = path.replace('/suites/crm/', '/suites/hr/')
    expect(foreign).not.toBe(path)
    expect((await get(scene, foreign, { cookie })).status).toBe(403)
  })

  test('and one for logins, which no company installs: its link says so', async () => {
    const scene = await openScene({
      file: ({ world }) => ({
        suites: [...world.suites.values()].map(
          ({ suiteId, token, encodingAesKey, suiteSecret }) => ({
            key: 'login',
            kind: 'login',
            id: suiteId,
            secret: suiteSecret,
            token,
            encoding_aes_key: encodingAesKey,
          }),
        ),
      }),
    })
    const answer = await get(scene, '/install')
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('A login suite')
  })
})
