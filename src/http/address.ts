/**
 * The path and the query of a request's address, cut out of its text: `new URL` throws where a
 * caller sent a Host header that is no host.
 */
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
