/** The simulator as a web server: WeCom's API and pages, the control API, a page that explains. */
import { Elysia, ValidationError } from 'elysia'
import { reasonOf, ServiceError } from '../errors'
import { answerApi } from './api/api'
import { notFoundReply } from './api/call/reply'
import { controlRoutes } from './control/control'
import { pushRoutes } from './control/control-pushes'
import { supplyRoutes } from './control/control-supplies'
import { visitRoutes } from './control/control-visits'
import { homePage } from './control/home-page'
import type { Calls } from './faults/calls'
import type { Faults } from './faults/faults'
import type { OpenPage } from './phone/ask'
import type { Phones } from './phone/phone'
import type { Pusher } from './push/pusher'
import type { HandleRequest } from './request-handler'
import type { World } from './world/world'

const statuses: Partial<Record<string, number>> = {
  invalid_request: 400,
  suite_not_found: 404,
  not_found: 404,
  corp_not_authorized: 404,
}

const problem = (status: number, code: string, detail: string) =>
  Response.json({ status, code, detail }, { status })

/** Failures of the control API; WeCom's own answers never come this way. */
export const failure = (error: unknown, code: string | number, path: string): Response => {
  if (error instanceof ServiceError) {
    return problem(statuses[error.code] ?? 500, error.code, error.message)
  }
  if (error instanceof ValidationError) {
    const faults = error.all.map((one) => ('path' in one ? `${one.path}: ${one.message}` : ''))
    return problem(400, 'invalid_request', faults.join('; '))
  }
  if (code === 'PARSE') return problem(400, 'invalid_request', 'The body must be JSON.')
  if (code !== 'NOT_FOUND') return problem(500, 'internal_error', reasonOf(error))
  if (!path.startsWith('/simulator/')) return notFoundReply().response
  return problem(404, 'not_found', 'There is no such route; the page at / lists them.')
}

/**
 * The largest upload: it is read piece by piece, and everything else up to its own limit. A hanging
 * connection is kept for as long as Bun can keep one.
 */
const serve = { maxRequestBodySize: 2 ** 30, idleTimeout: 255 }

export interface AppParts {
  readonly world: World
  readonly calls: Calls
  readonly faults: Faults
  readonly pusher: Pusher
  readonly phones: Phones
  readonly handle: HandleRequest
  readonly openPage: OpenPage
}

export const createApp = (parts: AppParts) => {
  const { world, handle, openPage } = parts
  const page = ({ request }: { request: Request }) => openPage(request, world.visitor)
  return new Elysia({ serve })
    .onError(({ error, code, path }) => failure(error, code, path))
    .get(
      '/',
      () => new Response(homePage(), { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    )
    .all(
      '/cgi-bin/*',
      ({ request, server }) =>
        handle(request, server?.requestIP(request)?.address ?? null, answerApi),
      { parse: 'none' },
    )
    .get('/3rdapp/install', page)
    .get('/customized', page)
    .get('/connect/oauth2/authorize', page)
    .get('/wwlogin/sso/login', page)
    .get('/wwopen/sso/3rd_qrConnect', page)
    .use(controlRoutes(parts))
    .use(supplyRoutes(parts))
    .use(pushRoutes(parts))
    .use(visitRoutes(parts))
}

export type SimulatorApp = ReturnType<typeof createApp>
