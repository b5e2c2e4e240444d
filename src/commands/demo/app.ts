/** The provider's app of the demo: a home page on a port of its own, and WeCom's client for it. */

import type { Simulator } from '../../simulator/simulator'
import type { PageSignature } from '../../simulator/world/jssdk'
import { demoHomePage, type HomePageFacts } from './home-page'

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

/**
 * Serves it on any free port of this machine.
 *
 * @param facts asked for at each request
 * @returns its origin
 */
export const startDemoApp = (
  simulator: Simulator,
  suiteId: string,
  facts: () => HomePageFacts,
): string => {
  const server = Bun.serve({
    hostname: appHost,
    port: 0,
    routes: {
      '/': () =>
        new Response(demoHomePage(facts()), {
          headers: { 'content-type': 'text/html; charset=utf-8' },
        }),
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
  return server.url.origin
}
