/**
 * A provider with an app, a login suite and a customised app, behind an address of its own; and
 * browsers that go through their logins, step by step.
 */
import { expect } from 'bun:test'
import { adminToken, createScene, type Scene, type SceneOptions } from '../../../scene'

export const publicUrl = 'https://gw.example.com'
/** With a query of its own, as callers have it. */
export const redirect = 'https://app.example.com/after?state=theirs'
export const wecom = 'Mozilla/5.0 wxwork/4.1.22 MicroMessenger/7.0.1'
export const chrome = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36'

const trusted = ['app.example.com', 'gw.example.com']

/** One app, alone, before the first suite_ticket. */
export const newApp = (more: SceneOptions = {}): Promise<Scene> =>
  createScene({
    ...more,
    env: { SUITED_PUBLIC_URL: publicUrl, ...more.env },
    simulator: { suites: [{ trustedDomains: trusted }], ...more.simulator },
  })

/** The same, and the first company has it. */
export const oneApp = async (more: SceneOptions = {}): Promise<Scene> => {
  const scene = await newApp(more)
  await scene.installed()
  return scene
}

const keys = ['crm', 'login', 'template'] as const
type Key = (typeof keys)[number]

export interface Provider {
  readonly scene: Scene
  /** Suite ids by key. */
  readonly ids: Readonly<Record<Key, string>>
}

/** An app, a login suite, and a customised app; the first company has the first and the last. */
export const threeKinds = async (more: SceneOptions = {}): Promise<Provider> => {
  const scene = await createScene({
    ...more,
    env: { SUITED_PUBLIC_URL: publicUrl, ...more.env },
    simulator: {
      suites: [
        { trustedDomains: trusted },
        { kind: 'login', trustedDomains: trusted },
        { kind: 'customised', trustedDomains: [...trusted, 'wecom.customer.example'] },
      ],
      ...more.simulator,
    },
    file: ({ world }) => ({
      suites: [...world.suites.values()].map((suite, n) => ({
        key: keys[n],
        default: n === 0,
        kind: suite.kind,
        token: suite.token,
        encoding_aes_key: suite.encodingAesKey,
        id: suite.suiteId,
        secret: suite.suiteSecret,
        trusted_domains: ['app.example.com'],
      })),
    }),
  })
  const { world, pusher } = scene.simulator
  for (const [n, suite] of [...world.suites.values()].entries()) {
    suite.commandUrl = `http://localhost/suites/${keys[n]}/callback/command`
    suite.dataUrl = `http://localhost/suites/${keys[n]}/callback/data/$CORPID$`
    await pusher.pushTicket(suite.suiteId)
  }
  const [crm = '', login = '', template = ''] = world.suites.keys()
  for (const suiteId of [crm, template]) await pusher.install(suiteId, scene.corpids[0]!)
  await scene.settle()
  return { scene, ids: { crm, login, template } }
}

/** A login link of ours. Empty values take the usual ones away. */
export const link = (query: Readonly<Record<string, string>> = {}, prefix = ''): string =>
  `${prefix}/login?${new URLSearchParams({ redirect, ...query })}`

export const open = (
  scene: Scene,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Response> =>
  scene.request(path, { method, headers: { 'user-agent': wecom, ...headers } })

/** Those of an answer, as a browser sends them back. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((cookie) => !cookie.includes('Max-Age=0'))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

export const locationOf = (answer: Response): URL => new URL(answer.headers.get('location') ?? '')

/** To WeCom's page, as the world's visitor; gives the return address, as a path. */
export const atWecom = async (scene: Scene, location: URL): Promise<string> => {
  const answer = await scene.simulator.fetch(location.href, { redirect: 'manual' })
  if (answer.status !== 302) throw new Error(`WeCom's page says ${await answer.text()}`)
  const { pathname, search } = locationOf(answer)
  return pathname + search
}

export interface Begun {
  readonly location: URL
  readonly cookie: string
  /** The return address, as a path. */
  readonly back: string
}

/** From a link of ours to WeCom's page and to the return. */
export const begin = async (
  scene: Scene,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Begun> => {
  const answer = await open(scene, path, headers)
  expect(answer.status).toBe(302)
  const location = locationOf(answer)
  return { location, cookie: cookieOf(answer), back: await atWecom(scene, location) }
}

/** The whole way; gives the answer to the return. */
export const login = async (
  scene: Scene,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  const { back, cookie } = await begin(scene, path, headers)
  return open(scene, back, { ...headers, cookie })
}

/** What the business app gets for the code behind its redirect. */
export const redeem = (
  scene: Scene,
  answer: Response,
  key: string = adminToken,
): Promise<Response> =>
  scene.request('/api/login', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code: locationOf(answer).searchParams.get('code') }),
  })

/** The member who came of a login that went well. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export const memberOf = async (scene: Scene, answer: Response): Promise<any> => {
  expect(answer.status).toBe(302)
  const redeemed = await redeem(scene, answer)
  expect(redeemed.status).toBe(200)
  return redeemed.json()
}

/** What a page of a failure says. */
export const pageOf = async (answer: Response) => {
  const html = await answer.text()
  const supportCode = /<dd[^>]*><bdi>([A-Z0-9]{8})<\/bdi>/.exec(html)?.[1] ?? null
  const again = /<a class="button" id="go" href="([^"]*)"/.exec(html)?.[1] ?? null
  return {
    status: answer.status,
    html,
    supportCode,
    again: again?.replaceAll('&amp;', '&') ?? null,
  }
}

/** The parameters of a return address with some of them changed; null takes one away. */
export const changed = (back: string, change: Readonly<Record<string, string | null>>): string => {
  const url = new URL(back, publicUrl)
  for (const [name, value] of Object.entries(change)) {
    if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.pathname + url.search
}

/** How often WeCom was asked who somebody is. */
export const askedWho = (scene: Scene): number =>
  scene.calls('/cgi-bin/service/auth/getuserinfo3rd') + scene.calls('/cgi-bin/auth/getuserinfo')
