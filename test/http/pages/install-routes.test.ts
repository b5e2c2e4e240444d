/** Installations over HTTP, from the link to the company, against the simulator's pages. */
import { describe, expect, test } from 'bun:test'
import type { VisitOptions } from '../../../src/simulator/phone/visit'
import { adminToken, createScene, type Scene } from '../../scene'

const publicUrl = 'https://gw.example.com'
const redirect = 'https://app.example.com/after?state=theirs'

const openScene = async (more: Parameters<typeof createScene>[0] = {}) => {
  const scene: Scene = await createScene({
    ...more,
    env: { SUITED_PUBLIC_URL: publicUrl, ...more.env },
    simulator: {
      ...more.simulator,
      send: async (url, init) => {
        const { pathname, search } = new URL(url)
        return scene.request(pathname + search, init)
      },
    },
  })
  for (const suite of scene.simulator.world.suites.values()) {
    Object.assign(suite, { installDomains: [...suite.installDomains, 'gw.example.com'] })
  }
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  return scene
}

const link = (query: Record<string, string> = { redirect }) =>
  `${publicUrl}/install?${new URLSearchParams(query)}`

/** Lets time pass until the work has ended. */
const untilOver = async <T>(scene: Scene, work: Promise<T>): Promise<T> => {
  let isOver = false
  const done = () => {
    isOver = true
  }
  work.then(done, done)
  for (let step = 0; step < 400 && !isOver; step++) await scene.clock.advance(100)
  return work
}

const visit = (scene: Scene, more: Partial<VisitOptions> = {}) =>
  untilOver(scene, scene.simulator.phones.visit({ url: link(), visitor: null, ...more }))

const get = (scene: Scene, path: string, headers: Record<string, string> = {}) =>
  untilOver(scene, scene.request(path, { headers }))

/** As far as WeCom's return: the address that it leads to, and the flow's cookie. */
const throughWecom = async (scene: Scene, query?: Record<string, string>) => {
  const begun = await get(scene, link(query).slice(publicUrl.length))
  const html = await begun.text()
  const [, atWecom = ''] = /id="go" href="([^"]+)"/.exec(html) ?? []
  const reply = await scene.simulator.fetch(atWecom.replaceAll('&amp;', '&'), {
    headers: { referer: `${publicUrl}/` },
    redirect: 'manual',
  })
  const back = new URL(reply.headers.get('location') ?? '')
  const cookie = begun.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')
  return { back, path: back.pathname + back.search, cookie }
}

const redeem = async (scene: Scene, location: string | null) =>
  scene.request('/api/login', {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: new URL(location ?? '').searchParams.get('code') }),
  })

const installEvents = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth')).items as {
    status: string
    source: string
    payload: Record<string, string>
  }[]

const exchanges = (scene: Scene) => scene.calls('/cgi-bin/service/v2/get_permanent_code')

const supportCodeIn = (html: string) => /[ACDEFGHJKLMNPQRTUVWXY34679]{8}/.exec(html)?.[0]

describe('An installation from our own page', () => {
  test('ends on the redirect, with a code that tells company and installer', async () => {
    const scene = await openScene()

    const { trail } = await visit(scene, { maxRedirects: 2 })

    expect(trail[0]).toMatchObject({ status: 200 })
    expect(trail[1]).toMatchObject({ referer: `${publicUrl}/`, status: 302 })
    expect(trail[2]?.status).toBe(302)
    expect(trail[2]?.location).toStartWith(`${redirect}&code=`)
    const [corpid] = scene.corpids
    const answer = await redeem(scene, trail[2]?.location ?? null)
    expect(answer.status).toBe(200)
    const installation = [...scene.simulator.world.installations.values()].flat()[0]
    expect(await answer.json()).toMatchObject({
      way: 'install',
      corpid,
      corpName: '青松科技有限公司',
      suiteId: scene.suiteId,
      agentid: installation?.agentid,
      userid: expect.any(String),
    })
    expect((await redeem(scene, trail[2]?.location ?? null)).status).toBe(400)
    expect(await installEvents(scene)).toMatchObject([
      { source: 'install', status: 'done', payload: { InstallState: 'good' } },
    ])
  })

  test('is exchanged once, and answered alike, where the webview asks twice at once', async () => {
    const scene = await openScene()

    const { trail } = await visit(scene, { maxRedirects: 2, askTwice: true })

    expect(trail[2]?.location).toStartWith(`${redirect}&code=`)
    expect(trail[2]?.twin).toEqual({ status: 302, location: trail[2]?.location ?? '' })
    expect(exchanges(scene)).toBe(1)
  })

  test('is authorised although its state is forged, and sends the browser nowhere', async () => {
    const scene = await openScene()
    const { back, cookie } = await throughWecom(scene)
    back.searchParams.set('state', 'forged')

    const answer = await get(scene, back.pathname + back.search, { cookie })

    expect(answer.status).toBe(403)
    expect(answer.headers.get('location')).toBeNull()
    const page = await answer.text()
    expect(page).toContain('bad_state')
    expect(page).toContain('青松科技有限公司')
    expect(scene.logs).toContainEqual(
      expect.objectContaining({ code: 'bad_state', supportCode: supportCodeIn(page) }),
    )
    expect(await installEvents(scene)).toMatchObject([
      { status: 'done', payload: { InstallState: 'bad' } },
    ])
  })
})
