/** Telling a wrong method from a wrong address: Elysia answers 404 to both. */

interface Route {
  readonly method: string
  readonly path: string
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A name may begin inside a segment: `/WW_verify_:rest`. */
const patternOf = (path: string): RegExp => {
  const segments = path.split('/').map((segment) => {
    if (segment === '*') return '.+'
    const [fixed = '', name] = segment.split(':')
    return name === undefined ? literal(fixed) : `${literal(fixed)}[^/]+`
  })
  return new RegExp(`^${segments.join('/')}/?$`)
}

/** The methods that an address takes, or an empty list if there is nothing. */
export const createMethodFinder = (routes: readonly Route[]): ((pathname: string) => string[]) => {
  const patterns = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }))
  return (pathname) => {
    const fitting = patterns.filter(({ pattern }) => pattern.test(pathname))
    return [...new Set(fitting.map(({ method }) => method))].sort()
  }
}
