/**
 * The provider's app of the demo on a port of its own: a home page with WeCom's client for it, and
 * the page to which installations and logins lead.
 */
import type { Simulator } from '../../simulator/simulator'
import type { PageSignature } from '../../simulator/world/jssdk'
import type { Member } from '../../suite/pages/flow/member'
import { demoHomePage } from './home-page'
import { welcomePage } from './welcome-page'

/** Where the app's pages are; one of the app's trusted domains. */
export const appHost = '127.0.0.1'

interface Handed extends Omit<PageSignature, 'suiteId'> {
  /** The address that the page had signed. */
  readonly signedFor: string
}

/** What whoever wrote the page got wrong, in one sentence. */
const mistakeIn = (errcode: number, { signedFor, url, type }: Handed): string => {
  const [address = ''] = url.split('#', 1)
  if (errcode === 80001) return 'The page’s host is on no 可信域名 of the app.'
  if (errcode === 40013) return 'This company does not have the app.'
  if (errcode === 40093 && signedFor !== address) {
    return `It was signed for ${signedFor}, and the page is at ${address}.`
  }
  if (errcode === 40093) {
    return `It was made with another ticket than that of ${type}: each call needs a signature of its own.`
  }
  return 'See docs/errors.md.'
}

/** Each kind of call that WeCom saw for the app and did, once, in the order of the first ones. */
export const callsOf = ({ calls }: Simulator, since = 0): string[] => {
  const done = calls.list({ path: '/cgi-bin/*', errcode: 0, since })
  return [...new Set(done.map(({ path }) => path.replace(/^\/cgi-bin\/(service\/)?/, '')))]
}

export interface DemoApp {
  readonly origin: string
  /** What stands on the provider's site: links to suited that lead back here. */
  readonly loginLink: string
  readonly installLink: string
  /** Who came last with a code; null before anybody did. */
  lastCame(): Member | null
}

/** Serves it on any free port of this machine. */
export const startDemoApp = (parts: {
  simulator: Simulator
  suiteId: string
  /** The company that has the app. */
  corpid: string
  /** Where suited is, as browsers see it. */
  suited: string
  /** Whom a one-time code stands for. */
  redeem(code: string): Promise<Member>
}): DemoApp => {
  const { simulator, suiteId, corpid, suited, redeem } = parts
  let last: Member | null = null
  const inHtml = (text: string) =>
    new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  const server = Bun.serve({
    hostname: appHost,
    port: 0,
    routes: {
      '/': (): Response => inHtml(demoHomePage({ suited, corpid, loginLink, installLink })),
      '/welcome': async ({ url }): Promise<Response> => {
        const code = new URL(url).searchParams.get('code') ?? ''
        const came = await redeem(code).catch(() => null)
        if (came === null) return new Response('This code was used already.', { status: 400 })
        last = came
        return inHtml(welcomePage(came))
      },
      '/calls': () => Response.json(callsOf(simulator)),
      '/wecom-client': {
        POST: async (request) => {
          const handed = (await request.json()) as Handed
          const verdict = simulator.acceptsSignature({ ...handed, suiteId })
          if (verdict.ok) return Response.json(verdict)
          return Response.json({ ...verdict, mistake: mistakeIn(verdict.errcode, handed) })
        },
      },
    },
    fetch: () => new Response('There is no such page.', { status: 404 }),
  })
  const { origin } = server.url
  const linkTo = (path: string) =>
    `${suited}${path}?redirect=${encodeURIComponent(`${origin}/welcome`)}`
  const loginLink = linkTo('/login')
  const installLink = linkTo('/install')
  return { origin, loginLink, installLink, lastCame: () => last }
}
