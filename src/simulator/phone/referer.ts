/** The `Referer` that a browser sends (W3C Referrer Policy). Pure. */
import { isLoopback } from './cookie-jar'

/** The page that a browser is on. */
export interface From {
  readonly url: URL
  /** Its `Referrer-Policy` header. */
  readonly policy: string | null
}

const withoutFragment = ({ origin, pathname, search }: URL) => `${origin}${pathname}${search}`

/** Null for none. The default of browsers is `strict-origin-when-cross-origin`. */
export const refererFor = (from: From | null, target: URL): string | null => {
  if (!from) return null
  const { url, policy } = from
  const isSame = url.origin === target.origin
  const isDowngrade =
    url.protocol === 'https:' && target.protocol === 'http:' && !isLoopback(target)
  const origin = `${url.origin}/`
  switch (policy?.split(',').at(-1)?.trim().toLowerCase()) {
    case 'no-referrer':
      return null
    case 'unsafe-url':
      return withoutFragment(url)
    case 'origin':
      return origin
    case 'same-origin':
      return isSame ? withoutFragment(url) : null
    case 'strict-origin':
      return isDowngrade ? null : origin
    case 'origin-when-cross-origin':
      return isSame ? withoutFragment(url) : origin
    case 'no-referrer-when-downgrade':
      return isDowngrade ? null : withoutFragment(url)
    default:
      if (isDowngrade) return null
      return isSame ? withoutFragment(url) : origin
  }
}
