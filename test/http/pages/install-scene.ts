/** A suited whose installations begin at its own page, and the simulator's pages beside it. */
import { expect } from 'bun:test'
import type { VisitOptions } from '../../../src/simulator/phone/visit'
import { adminToken, createScene, type Scene } from '../../scene'

export const publicUrl = 'https://gw.example.com'
export const redirect = 'https://app.example.com/after?state=theirs'

export const english = { 'accept-language': 'en' }
export const corpName = '青松科技有限公司'
export const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

export const openScene = async (
  more: Parameters<typeof createScene>[0] = {},
  withTicket = true,
) => {
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
  if (withTicket) await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  return scene
}

export const link = (query: Record<string, string> = { redirect }) =>
  `${publicUrl}/install?${new URLSearchParams(query)}`

/** Lets time pass until the work has ended. */
export const untilOver = async <T>(scene: Scene, work: Promise<T>): Promise<T> => {
  let isOver = false
  const done = () => {
    isOver = true
  }
  work.then(done, done)
  for (let step = 0; step < 400 && !isOver; step++) await scene.clock.advance(100)
  return work
}

export const visit = (scene: Scene, more: Partial<VisitOptions> = {}) =>
  untilOver(scene, scene.simulator.phones.visit({ url: link(), visitor: null, ...more }))

export const get = (scene: Scene, path: string, headers: Record<string, string> = {}) =>
  untilOver(scene, scene.request(path, { headers }))

export const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')

/** As far as WeCom's return: the address that it leads to, and the flow's cookie. */
export const throughWecom = async (
  scene: Scene,
  query?: Record<string, string>,
  { path = '/install', cookies = '', pauseMs = 0 } = {},
) => {
  const begun = await get(scene, `${path}${new URL(link(query)).search}`, { cookie: cookies })
  const [, atWecom = ''] = /id="go" href="([^"]+)"/.exec(await begun.text()) ?? []
  await scene.clock.advance(pauseMs)
  const reply = await scene.simulator.fetch(atWecom.replaceAll('&amp;', '&'), {
    headers: { referer: `${publicUrl}/` },
    redirect: 'manual',
  })
  const back = new URL(reply.headers.get('location') ?? '')
  return { back, path: back.pathname + back.search, cookie: cookiesOf(begun) }
}

export const redeem = async (scene: Scene, location: string | null) =>
  scene.request('/api/login', {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: new URL(location ?? '').searchParams.get('code') }),
  })

export const installEvents = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth')).items as {
    status: string
    source: string
    payload: Record<string, string>
  }[]

export const exchanges = (scene: Scene) => scene.calls(exchangePath)

export const installationsOf = ({ simulator }: Scene) =>
  [...simulator.world.installations.values()].flat()

/** The company is ours, and its event says what the state was. */
export const expectAuthorised = async (scene: Scene, state: 'good' | 'missing' | 'bad') => {
  expect((await scene.ask(`/api/corps/${scene.corpids[0]}`)).status).toBe('authorized')
  expect(await installEvents(scene)).toMatchObject([
    { source: 'install', status: 'done', payload: { InstallState: state } },
  ])
}

export const supportCodeIn = (html: string) => /[ACDEFGHJKLMNPQRTUVWXY34679]{8}/.exec(html)?.[0]
