/** The door of `/api`: who may use which of its routes, by what `route-access` says. */
import { ServiceError } from '../../errors'
import type { Reach } from '../../suite/access/caller'
import { everything } from '../../suite/access/caller'
import type { Suites } from '../../suite/suites'
import type { Access } from './access'
import { type RouteAccess, routeAccess } from './route-access'

type Texts = Readonly<Record<string, unknown>>

/** A request at one of the routes. */
export interface AtRoute {
  readonly request: Request
  /** As it was declared: `/api/corps/:corpid`. */
  readonly route: string
  readonly params: unknown
  readonly query: unknown
}

const textIn = (texts: unknown, name: string): string | null => {
  const found = (texts as Texts | undefined)?.[name]
  return typeof found === 'string' ? found : null
}

/** The row of a route. @throws {ServiceError} internal_error — it has none: nobody gets in */
export const rowOf = ({ request, route }: Pick<AtRoute, 'request' | 'route'>): RouteAccess => {
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const row = routeAccess[`${method} ${route}`]
  if (row) return row
  throw new ServiceError('internal_error', `${method} ${route} has no row in route-access.`)
}

/** The suite that a request names; null where it names none and there are several. */
export const suiteNamed = (suites: Suites, { params, query }: AtRoute): string | null => {
  const name = textIn(params, 'suite') ?? textIn(query, 'suite')
  if (name !== null) return suites.find(name).key
  const [only, another] = suites.all
  return another === undefined ? (only?.key ?? null) : null
}

export const corpNamed = ({ params, query }: AtRoute): string | null =>
  textIn(params, 'corpid') ?? textIn(query, 'corpid')

const reachOf = (about: RouteAccess['about'], suites: Suites, at: AtRoute): Reach | 'later' => {
  switch (about) {
    case 'later':
      return 'later'
    case 'service':
      return everything
    default:
      return { suiteKey: suiteNamed(suites, at), corpid: corpNamed(at) }
  }
}

export interface RouteDoorParts {
  readonly access: Access
  readonly suites: Suites
}

/**
 * Lets in whoever may use a route.
 *
 * @returns throws admin_disabled, unauthorized, forbidden, too_many_requests
 */
export const createRouteDoor =
  ({ access, suites }: RouteDoorParts) =>
  async (at: AtRoute): Promise<void> => {
    const { scopes, about } = rowOf(at)
    // Before anything else is judged: strangers learn nothing of suites.
    const caller = await access.authenticate(at.request)
    if (caller.kind === 'admin_token') return
    access.assertMay(caller, { scopes, reach: reachOf(about, suites, at) })
  }
