/** The HTTP applications: mounts the route groups and answers every failure. They never listen. */
import { type AnyElysia, Elysia } from 'elysia'
import { type ErrorCode, reasonOf, ServiceError } from './errors'
import { headersOfListener } from './http/answer/headers'
import { asServiceError, problemResponse } from './http/answer/problem'
import { createGroupFinder, type RefusalLine, type RouteGroup } from './http/answer/route-group'
import { apiRoutes } from './http/api/api-routes'
import type { DocumentFacts } from './http/operations/openapi-document'
import { readinessRoutes } from './http/operations/readiness'
import { nothingAtRoot } from './http/operations/root'
import { openapiRoutes } from './http/operations/swagger-routes'
import { createSignFastPath } from './http/pages/sign-fast-path'
import { signRoutes } from './http/pages/sign-routes'
import { createSignatureAnswer } from './http/pages/signature'
import { pathnameOf, refuseBrokenPath } from './http/request/address'
import { atPlainAddress } from './http/request/plain-address'
import { type ClientOf, OverLimit } from './http/request/rate-limit'
import { looksSigned } from './http/wecom/callback-query'
import { callbackRoutes } from './http/wecom/callback-routes'
import { domainFileRoutes, type ReadDomainFile } from './http/wecom/domain-files'
import type { Logger } from './log'
import type { ReportUnknownPath } from './suite/callback/refused/unknown-paths'
import type { ThrottledLog } from './throttled-log'

/** What the one place for failures needs. */
interface FailureParts {
  readonly reportUnknownPath: ReportUnknownPath
  readonly clientOf: ClientOf
  readonly log: Logger
  /** For what strangers can make us log. */
  readonly throttledLog: ThrottledLog
}

export type AppParts = DocumentFacts &
  Parameters<typeof callbackRoutes>[0] &
  Parameters<typeof signRoutes>[0] &
  Parameters<typeof apiRoutes>[0] &
  Parameters<typeof readinessRoutes>[0] &
  FailureParts & { readonly readDomainFile: ReadDomainFile }

export type App = ReturnType<typeof createApp>

interface Failed {
  readonly error: unknown
  readonly request: Request
  readonly set: { readonly headers: Readonly<Record<string, unknown>> }
}

/** What WeCom meets where no callback is received. */
const noCallbackIsHere: readonly ErrorCode[] = [
  'not_found',
  'suite_not_found',
  'method_not_allowed',
]

const nothingThere = { group: null, methods: [] }

/** Elysia answers 404 to a wrong method too. */
const refineNotFound = (
  error: ServiceError,
  { method }: Request,
  pathname: string,
  methods: readonly string[],
): ServiceError => {
  if (pathname === '/' && methods.length === 0) return nothingAtRoot()
  // With the right method it was the route itself that found nothing.
  if (methods.length === 0 || methods.includes(method)) return error
  return new ServiceError('method_not_allowed', `This address takes ${methods.join(', ')}.`, {
    extra: { allow: methods },
  })
}

/** The one place where failures become answers, for all routes of an app, as their groups declare. */
const answerFailures = (
  groups: readonly RouteGroup[],
  { log, throttledLog, reportUnknownPath, clientOf }: FailureParts,
) => {
  const tell = (failure: ServiceError, request: Request, line: RefusalLine | undefined) => {
    const { code, message, extra } = failure
    const fields = {
      method: request.method,
      path: pathnameOf(request),
      code,
      detail: message,
      ...extra,
    }
    // A client over its limit has a line of its own.
    if (!line || code === 'not_found' || failure instanceof OverLimit) {
      log.debug('a request was refused', fields)
      return
    }
    throttledLog.write({
      level: 'info',
      message: line.message,
      fields: { ...fields, ...line.fields(request) },
      kind: code,
      sender: clientOf(request)?.address ?? null,
    })
  }

  const groupAt = createGroupFinder(groups)

  return ({ error, request, set }: Failed): Response => {
    const pathname = pathnameOf(request)
    const { group, methods } = groupAt(pathname) ?? nothingThere
    let failure = asServiceError(error)
    if (failure.code === 'not_found') failure = refineNotFound(failure, request, pathname, methods)
    if (noCallbackIsHere.includes(failure.code) && looksSigned(request)) {
      reportUnknownPath(pathname, failure.code)
    }
    if (failure.code === 'internal_error') {
      log.error('a request failed unexpectedly', {
        method: request.method,
        path: pathname,
        reason: reasonOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
    } else tell(failure, request, group?.refusals)
    const response = problemResponse(failure, group?.audience)
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

/** An app of these groups, for a listener with TLS of its own or without. */
const mount = (groups: readonly RouteGroup[], parts: FailureParts, https: boolean): AnyElysia => {
  const app: AnyElysia = new Elysia(anyHost(https))
    .headers(headersOfListener(https))
    .onRequest(({ request }) => refuseBrokenPath(request))
    .onError(answerFailures(groups, parts))
  for (const { instance } of groups) app.use(instance)
  return app
}

/** For WeCom and for pages. */
const publicGroups = (parts: AppParts, https: boolean): RouteGroup[] => [
  callbackRoutes(parts),
  domainFileRoutes(parts.readDomainFile),
  signRoutes(parts, createSignatureAnswer(headersOfListener(https))),
]

/** For the provider's own programs and operators. */
const operatorGroups = (parts: AppParts): RouteGroup[] => [
  apiRoutes(parts),
  openapiRoutes(() => createApp(parts), parts),
]

/** Everything, for one shared listener. */
export const createApp = (parts: AppParts, https = false): AnyElysia =>
  mount(
    [...publicGroups(parts, https), ...operatorGroups(parts), readinessRoutes(parts)],
    parts,
    https,
  )

/** What the world may reach where operators have a listener of their own. */
export const createPublicApp = (parts: AppParts, https: boolean): AnyElysia =>
  mount(
    [...publicGroups(parts, https), readinessRoutes({ ...parts, details: 'nobody' })],
    parts,
    https,
  )

/** What only operators reach: whoever gets here may see the details of readiness. */
export const createOperatorApp = (parts: AppParts): AnyElysia => {
  const reportUnknownPath: ReportUnknownPath = (path, reason) =>
    parts.reportUnknownPath(`(operators’ listener) ${path}`, reason)
  return mount(
    [...operatorGroups(parts), readinessRoutes({ ...parts, details: 'all' })],
    { ...parts, reportUnknownPath },
    false,
  )
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
