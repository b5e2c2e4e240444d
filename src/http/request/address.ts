/**
 * The path and the query of a request's address, cut out of its text: `new URL` throws where a
 * caller sent a Host header that is no host.
 */
import { ServiceError } from '../../errors'

const pathStart = (url: string): number => {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start === -1 ? url.length : start
}

export const pathnameOf = ({ url }: Request): string => {
  const query = url.indexOf('?')
  return url.slice(pathStart(url), query === -1 ? undefined : query) || '/'
}

/** The raw query without its `?`; empty if there is none. */
export const queryOf = ({ url }: Request): string => {
  const query = url.indexOf('?')
  return query === -1 ? '' : url.slice(query + 1)
}

/**
 * Elysia hands over null for a name in a path that it can't decode, whatever its types say.
 *
 * @throws {ServiceError} invalid_request — an escape in the path stands for no character
 */
export const refuseBrokenPath = (request: Request): void => {
  const pathname = pathnameOf(request)
  if (!pathname.includes('%')) return
  try {
    decodeURIComponent(pathname)
  } catch {
    throw new ServiceError(
      'invalid_request',
      'The path holds a % that begins no character: put names in a path through encodeURIComponent.',
    )
  }
}
