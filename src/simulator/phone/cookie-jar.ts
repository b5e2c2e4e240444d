/** The cookies of one phone (RFC 6265bis). No I/O; the time is handed in. */

interface Kept {
  readonly name: string
  readonly value: string
  /** A host, or with a dot before it that host and those below. */
  readonly domain: string
  readonly path: string
  readonly isSecure: boolean
  readonly isStrict: boolean
  /** Epoch milliseconds; null until the browser is closed, which a phone never is. */
  readonly expiresAt: number | null
}

const mostCookies = 200

/** Browsers trust these like https. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

const isTrustworthy = (url: URL): boolean => url.protocol === 'https:' || isLoopback(url)

const fitsDomain = (domain: string, { hostname }: URL): boolean =>
  domain.startsWith('.')
    ? hostname === domain.slice(1) || hostname.endsWith(domain)
    : hostname === domain

const fitsPath = (path: string, { pathname }: URL): boolean =>
  pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)

const folderOf = ({ pathname }: URL): string => pathname.slice(0, pathname.lastIndexOf('/')) || '/'

const parsed = (header: string): Bun.Cookie | null => {
  try {
    return Bun.Cookie.parse(header)
  } catch {
    return null
  }
}

/** What the prefix of a name promises. */
const keepsPromise = ({ name, isSecure, domain, path }: Kept): boolean => {
  if (name.startsWith('__Host-')) return isSecure && !domain.startsWith('.') && path === '/'
  return !name.startsWith('__Secure-') || isSecure
}

const keptOf = (header: string, url: URL, now: number): Kept | null => {
  const cookie = parsed(header)
  if (!cookie) return null
  // Bun says `/` where the header names no path.
  const path = /;\s*path=\//i.test(header) ? cookie.path : folderOf(url)
  const { maxAge, expires } = cookie
  const ends = expires === undefined ? null : new Date(expires).getTime()
  const kept: Kept = {
    name: cookie.name,
    value:
      header
        .slice(header.indexOf('=') + 1)
        .split(';')[0]
        ?.trim() ?? '',
    domain: cookie.domain ? `.${cookie.domain.replace(/^\./, '').toLowerCase()}` : url.hostname,
    path,
    isSecure: cookie.secure,
    isStrict: cookie.sameSite === 'strict',
    expiresAt: maxAge === undefined ? ends : now + maxAge * 1000,
  }
  if (!fitsDomain(kept.domain, url) || !keepsPromise(kept)) return null
  return kept.isSecure && !isTrustworthy(url) ? null : kept
}

const isSame = (one: Kept, other: Kept): boolean =>
  one.name === other.name && one.domain === other.domain && one.path === other.path

export interface CookieJar {
  /** Keeps what the `Set-Cookie` headers of an answer say, as far as a browser would. */
  keep(headers: readonly string[], url: URL, now: number): void
  /**
   * The `Cookie` header of a request; null for none.
   *
   * @param isFromElsewhere whether another site led there: strict cookies stay at home
   */
  headerFor(url: URL, now: number, isFromElsewhere: boolean): string | null
  clear(): void
}

export const createCookieJar = (): CookieJar => {
  let cookies: Kept[] = []
  return {
    keep(headers, url, now) {
      for (const header of headers) {
        const kept = keptOf(header, url, now)
        if (!kept) continue
        cookies = [...cookies.filter((one) => !isSame(one, kept)), kept].slice(-mostCookies)
      }
    },
    headerFor(url, now, isFromElsewhere) {
      cookies = cookies.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
      const sent = cookies.filter(
        (one) =>
          fitsDomain(one.domain, url) &&
          fitsPath(one.path, url) &&
          (!one.isSecure || isTrustworthy(url)) &&
          !(one.isStrict && isFromElsewhere),
      )
      if (sent.length === 0) return null
      return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
    clear() {
      cookies = []
    },
  }
}
