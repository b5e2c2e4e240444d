/** The token of an Authorization header. */
import { keyPrefix } from '../../suite/access/key-text'

/** What a header `Bearer TOKEN` shows; null if it shows none. */
export const bearerIn = (authorization: string | null): string | null =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null

/** The API key that such a header shows; null if it shows something else, or nothing. */
export const keyIn = (authorization: string | null): string | null => {
  const token = bearerIn(authorization)
  return token?.startsWith(keyPrefix) ? token : null
}
