/** The HTTP applications: mounts the route groups and answers every failure. They never listen. */
import { type AnyElysia, Elysia } from 'elysia'
import { type ErrorCode, reasonOf, ServiceError } from './errors'
import { createMethodFinder } from './http/answer/allowed-methods'
import { headersOfListener } from './http/answer/headers'
import { type Audience, asServiceError, problemResponse } from './http/answer/problem'
import { apiRoutes } from './http/api/api-routes'
import { type DocumentFacts, openapiRoutes } from './http/operations/openapi'
import { readinessRoutes } from './http/operations/readiness'
import { nothingAtRoot } from './http/operations/root'
import { createSignatureAnswer } from './http/pages/sign-answer'
import { createSignFastPath } from './http/pages/sign-fast-path'
import { signRoutes } from './http/pages/sign-routes'
import { pathnameOf, queryOf, refuseBrokenPath } from './http/request/address'
import { atPlainAddress } from './http/request/plain-address'
import { OverLimit } from './http/request/rate-limit'
import { looksSigned } from './http/wecom/callback-query'
import { callbackRoutes } from './http/wecom/callback-routes'
import { domainFileRoutes, type ReadDomainFile } from './http/wecom/domain-files'
import type { Logger } from './log'
import type { RepeatedLines } from './log-throttle'
import type { UnknownCallbackPaths } from './suite/callback/refused/unknown-paths'

export type AppParts = DocumentFacts &
  Parameters<typeof callbackRoutes>[0] &
  Parameters<typeof signRoutes>[0] &
  Parameters<typeof apiRoutes>[0] &
  Parameters<typeof readinessRoutes>[0] & {
    readonly readDomainFile: ReadDomainFile
    readonly unknownCallbackPaths: UnknownCallbackPaths
    readonly log: Logger
    /** For what strangers can make us log. */
    readonly repeated: RepeatedLines
  }

export type App = ReturnType<typeof createApp>

interface Failed {
  readonly error: unknown
  readonly request: Request
  readonly set: { readonly headers: Readonly<Record<string, unknown>> }
}

/** Routes take a slash at their end too. */
const isAt = (pathname: string, route: string): boolean =>
  pathname.endsWith(route) || pathname.endsWith(`${route}/`)

/** Who reads the answer: whoever has the key to the API, a web page, or WeCom and probes. */
const audienceOf = (pathname: string): Audience => {
  // Who may see the details of readiness is judged there.
  if (pathname.startsWith('/api/') || isAt(pathname, '/readyz')) return 'operator'
  return isAt(pathname, '/sign') ? 'page' : 'anyone'
}

/** The company of a request for a signature; undefined where it stands in the body. */
const corpidAskedFor = (request: Request): string | undefined =>
  new URLSearchParams(queryOf(request)).get('corpid')?.slice(0, 64)

/** What WeCom meets where no callback is taken. */
const noCallbackIsHere: readonly ErrorCode[] = [
  'not_found',
  'suite_not_found',
  'method_not_allowed',
]

/** The one place where failures become answers, for all routes of an app. */
const answerFailures = (parts: AppParts, app: () => AnyElysia) => {
  const { log, repeated, unknownCallbackPaths, clientOf } = parts
  let methodsAt: ReturnType<typeof createMethodFinder> | null = null

  /** Elysia answers 404 to a wrong method too. */
  const refineNotFound = (error: ServiceError, method: string, pathname: string): ServiceError => {
    methodsAt ??= createMethodFinder(app().routes)
    const methods = methodsAt(pathname)
    if (pathname === '/' && methods.length === 0) return nothingAtRoot()
    // With the right method it was the route itself that found nothing.
    if (methods.length === 0 || methods.includes(method)) return error
    return new ServiceError('method_not_allowed', `This address takes ${methods.join(', ')}.`, {
      extra: { allow: methods },
    })
  }

  return ({ error, request, set }: Failed): Response => {
    const pathname = pathnameOf(request)
    let failure = asServiceError(error)
    if (failure.code === 'not_found') failure = refineNotFound(failure, request.method, pathname)
    if (noCallbackIsHere.includes(failure.code) && looksSigned(request)) {
      unknownCallbackPaths.note(pathname)
    }
    if (failure.code === 'internal_error') {
      log.error('a request failed unexpectedly', {
        method: request.method,
        path: pathname,
        reason: reasonOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
    } else {
      const { code, message, extra } = failure
      const told = { method: request.method, path: pathname, code, detail: message, ...extra }
      // A page that gets no signature is what operators are called for, but not what strangers send.
      const isPages = isAt(pathname, '/sign') && code !== 'not_found'
      if (isPages && !(failure instanceof OverLimit)) {
        repeated.tell({
          level: 'info',
          message: 'a page got no signature',
          fields: { ...told, corpid: corpidAskedFor(request) },
          kind: code,
          sender: clientOf(request)?.address ?? null,
        })
      } else log.debug('a request was refused', told)
    }
    const response = problemResponse(failure, audienceOf(pathname))
    for (const [name, value] of Object.entries(set.headers)) {
      if (!response.headers.has(name)) response.headers.set(name, String(value))
    }
    return response
  }
}

/**
 * Elysia looks for the path behind a host of usual length; told so, it looks right behind
 * `http://`, which would find nothing in an https address. What it misses there is put right before.
 */
const anyHost = (https: boolean) => ({ handler: { standardHostname: https } })

/** An app without routes, for a listener with TLS of its own or without. */
const emptyApp = (https: boolean) =>
  new Elysia(anyHost(https))
    .headers(headersOfListener(https))
    .onRequest(({ request }) => refuseBrokenPath(request))

/** For WeCom and for pages. */
const publicRoutes = (parts: AppParts, https: boolean) =>
  new Elysia()
    .use(callbackRoutes(parts))
    .use(domainFileRoutes(parts.readDomainFile))
    .use(signRoutes(parts, createSignatureAnswer(headersOfListener(https))))

/** For the provider's own programs and operators. */
const operatorRoutes = (parts: AppParts) =>
  new Elysia().use(apiRoutes(parts)).use(openapiRoutes((): AnyElysia => createApp(parts), parts))

/** Everything, for one shared listener. */
export const createApp = (parts: AppParts, https = false) => {
  const app = emptyApp(https)
    .onError(answerFailures(parts, (): AnyElysia => app))
    .use(publicRoutes(parts, https))
    .use(operatorRoutes(parts))
    .use(readinessRoutes(parts))
  return app
}

/** What the world may reach where operators have a listener of their own. */
export const createPublicApp = (parts: AppParts, https: boolean) => {
  const app = emptyApp(https)
    .onError(answerFailures(parts, (): AnyElysia => app))
    .use(publicRoutes(parts, https))
    .use(readinessRoutes({ ...parts, details: 'nobody' }))
  return app
}

/** What only operators reach: whoever gets here may see the details of readiness. */
export const createOperatorApp = (parts: AppParts) => {
  const unknownCallbackPaths = {
    ...parts.unknownCallbackPaths,
    note: (path: string) => parts.unknownCallbackPaths.note(`(operators’ listener) ${path}`),
  }
  const app = emptyApp(false)
    .onError(answerFailures({ ...parts, unknownCallbackPaths }, (): AnyElysia => app))
    .use(operatorRoutes(parts))
    .use(readinessRoutes({ ...parts, details: 'all' }))
  return app
}

/** The answer to a request. */
export type Answer = (request: Request) => Response | Promise<Response>

/** What an app answers. */
export const answerOfRoutes =
  (app: AnyElysia): Answer =>
  (request) =>
    app.fetch(atPlainAddress(request))

/** What an app answers, and past its routes the signatures that need no waiting. */
export const answerOf = (app: AnyElysia, parts: AppParts, https: boolean): Answer => {
  const signFastPath = createSignFastPath(parts, createSignatureAnswer(headersOfListener(https)))
  return (asked) => {
    const request = atPlainAddress(asked)
    return signFastPath(request) ?? app.fetch(request)
  }
}
