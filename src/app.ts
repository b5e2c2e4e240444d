/** The HTTP application: mounts the route groups and answers every failure. It never listens. */
import { type AnyElysia, Elysia } from 'elysia'
import { reasonOf, ServiceError } from './errors'
import { apiRoutes } from './http/api'
import { callbackRoutes } from './http/callback'
import { createMethodFinder } from './http/methods'
import { type DocumentFacts, openapiRoutes } from './http/openapi'
import { asServiceError, problemResponse } from './http/problem'
import { readinessRoutes } from './http/readiness'
import { signRoutes } from './http/sign'
import type { Logger } from './log'

export type AppParts = DocumentFacts &
  Parameters<typeof callbackRoutes>[0] &
  Parameters<typeof signRoutes>[0] &
  Parameters<typeof apiRoutes>[0] &
  Parameters<typeof readinessRoutes>[0] & { readonly log: Logger }

export type App = ReturnType<typeof createApp>

export const createApp = (parts: AppParts) => {
  const { log } = parts

  /** Elysia answers 404 to a wrong method too. */
  const refineNotFound = (error: ServiceError, request: Request): ServiceError => {
    const methods = methodsAt(new URL(request.url).pathname)
    if (methods.length === 0) return error
    return new ServiceError('method_not_allowed', `This address takes ${methods.join(', ')}.`, {
      extra: { allow: methods },
    })
  }

  const app = new Elysia()
    .onError(({ error, request, set }) => {
      let failure = asServiceError(error)
      if (failure.code === 'not_found') failure = refineNotFound(failure, request)
      const { pathname } = new URL(request.url)
      if (failure.code === 'internal_error') {
        log.error('a request failed unexpectedly', {
          method: request.method,
          path: pathname,
          reason: reasonOf(error),
          stack: error instanceof Error ? error.stack : undefined,
        })
      }
      const response = problemResponse(failure, pathname.startsWith('/api/'))
      for (const [name, value] of Object.entries(set.headers)) {
        if (!response.headers.has(name)) response.headers.set(name, String(value))
      }
      return response
    })
    .use(callbackRoutes(parts))
    .use(signRoutes(parts))
    .use(apiRoutes(parts))
    .use(readinessRoutes(parts))
    .use(openapiRoutes((): AnyElysia => app, parts))

  const methodsAt = createMethodFinder(app.routes)
  return app
}
