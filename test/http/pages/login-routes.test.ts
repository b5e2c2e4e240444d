/** Logins over HTTP, from the link to the member, against the simulator's pages. */
import { expect, test } from 'bun:test'
import { adminToken, createScene, type Scene } from '../../scene'

const publicUrl = 'https://gw.example.com'
const redirect = 'https://app.example.com/after?state=theirs'
const wecom = 'wxwork/4.1.22 MicroMessenger/7.0.1'

const openScene = async (more: Parameters<typeof createScene>[0] = {}) => {
  const scene = await createScene({ ...more, env: { SUITED_PUBLIC_URL: publicUrl, ...more.env } })
  const suite = [...scene.simulator.world.suites.values()][0]!
  Object.assign(suite, { trustedDomains: [...suite.trustedDomains, 'gw.example.com'] })
  await scene.installed()
  return scene
}

const link = (query: Record<string, string> = {}) =>
  `/login?${new URLSearchParams({ redirect, ...query })}`

const get = (scene: Scene, path: string, headers: Record<string, string> = {}) =>
  scene.request(path, { headers: { 'user-agent': wecom, ...headers } })

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** Follows a link to WeCom's page and back; gives the return address and the flow's cookie. */
const throughWecom = async (scene: Scene, path: string, headers: Record<string, string> = {}) => {
  const begun = await get(scene, path, headers)
  expect(begun.status).toBe(302)
  const atWecom = await scene.simulator.fetch(begun.headers.get('location') ?? '', {
    redirect: 'manual',
  })
  const back = new URL(atWecom.headers.get('location') ?? '')
  return { back: back.pathname + back.search, cookie: cookiesOf(begun), begun }
}

const redeem = (scene: Scene, location: string | null) =>
  scene.request('/api/login', {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: new URL(location ?? '').searchParams.get('code') }),
  })

test('a member logs in inside WeCom, and the business app learns who it is', async () => {
  const scene = await openScene()
  const { back, cookie, begun } = await throughWecom(scene, link())
  expect(begun.headers.get('location')).toStartWith(
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=',
  )

  const done = await get(scene, back, { cookie })

  expect(done.status).toBe(302)
  expect(done.headers.get('location')).toStartWith(`${redirect}&code=`)
  const member = await redeem(scene, done.headers.get('location'))
  expect(member.status).toBe(200)
  expect(await member.json()).toMatchObject({ way: 'client' })
})
