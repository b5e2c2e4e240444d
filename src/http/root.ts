/** `/`: a browser is led on to Swagger UI, everybody else is told where they are. */
import { ServiceError } from '../errors'
import { pathnameOf } from './address'

/** What there is to say to whoever finds nothing at `/`. */
export const nothingAtRoot = (): ServiceError =>
  new ServiceError(
    'not_found',
    'This is suited, the backend of a WeCom app, and nothing is at this address. Operators find every route at swagger; the URLs for WeCom are those that `suited urls` prints.',
  )

/** The way on for a browser at `/`; nothing for any other request. */
export const leadToSwagger = (request: Request): Response | undefined => {
  if (request.method !== 'GET' || pathnameOf(request) !== '/') return
  if (!request.headers.get('accept')?.includes('text/html')) return
  // Relative, since a proxy may have put a path before ours; a Host header proves nothing.
  return new Response(null, { status: 302, headers: { location: 'swagger' } })
}
