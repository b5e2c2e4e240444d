/**
 * Addresses whose path every route finds, whatever the Host header says. Without a usable one Bun
 * shows a bare path as a request's address, and Elysia looks for the path behind a host of usual
 * length: what either would miss is given an address with a host of our own.
 */

/** Elysia looks for the path from here on. */
const earliestPath = 11

/** Takes the place of whatever came as host; nothing is ever sent there. */
const ownHost = 'http://suited.invalid'

const origin = /^https?:\/\/[^/?#]*/

const hasDoubledSlash = (url: string, from: number): boolean => {
  const doubled = url.indexOf('//', from)
  if (doubled === -1) return false
  const query = url.indexOf('?', from)
  return query === -1 || doubled < query
}

const isPlain = (url: string): boolean => {
  if (!url.startsWith('http')) return false
  const path = url.indexOf('/', 8)
  return path >= earliestPath && !hasDoubledSlash(url, path)
}

/** Where the proxy's own path ends and WeCom's begins. */
const proxied = /^(.*?\/proxy\/.*?)\/*(\/cgi-bin\/.*)$/

/**
 * An address with our host, whose path has its steps taken and no slash twice; but WeCom's path
 * behind a proxy's stays as it came, since it is judged there.
 */
export const plainAddress = (url: string): string => {
  const { pathname, search } = new URL(ownHost + url.replace(origin, ''))
  const [, own = pathname, wecoms = ''] = proxied.exec(pathname) ?? []
  return ownHost + own.replace(/\/{2,}/g, '/') + wecoms + search
}

/**
 * The same request, found at its path by every route. It stays the same object, since the server
 * knows its connection by that; nearly all requests are left as they are.
 */
export const atPlainAddress = (request: Request): Request =>
  isPlain(request.url)
    ? request
    : Object.defineProperty(request, 'url', { value: plainAddress(request.url) })
