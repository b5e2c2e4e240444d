/** The addresses of the proxy: where ours ends and WeCom's path begins. Pure. */
import { pathnameOf } from '../request/address'

const proxied = /^(?:\/suites\/[^/]+)?\/proxy\/(?:corps\/[^/]+|suite|provider)(\/.*)$/

/** WeCom's path behind a proxy's address, as it came; null of all other addresses. */
export const wecomPathOf = (request: Request): string | null =>
  proxied.exec(pathnameOf(request))?.[1] ?? null

/** Whether a request is for the proxy, where bodies may be as large as WeCom takes them. */
export const isProxied = (request: Request): boolean => wecomPathOf(request) !== null

/** Splits our own `suite` off a query. */
export const splitSuite = (query: string): { suite: string | undefined; rest: string } => {
  if (!query.includes('suite=')) return { suite: undefined, rest: query }
  const pairs = query.split('&')
  const own = pairs.filter((pair) => pair.startsWith('suite='))
  return {
    suite: new URLSearchParams(own.join('&')).get('suite') ?? undefined,
    rest: pairs.filter((pair) => !own.includes(pair)).join('&'),
  }
}
