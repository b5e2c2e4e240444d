/**
 * The HTTP applications: which groups of routes each one has, and what each group is given. They
 * never listen.
 */
import { type AnyElysia, Elysia } from 'elysia'
import { headersOfListener } from './http/answer/headers'
import type { RouteGroup } from './http/answer/route-group'
import { type ApiParts, apiRoutes } from './http/api/api-routes'
import { createFailureAnswer, type FailureParts } from './http/failures'
import { type MetricsParts, metricsRoutes } from './http/operations/metrics'
import type { DocumentFacts } from './http/operations/openapi-document'
import { type ReadinessParts, readinessRoutes } from './http/operations/readiness'
import type { RequestCounts } from './http/operations/request-counts'
import { openapiRoutes } from './http/operations/swagger-routes'
import { type InstallRoutesParts, installRoutes } from './http/pages/flow/install-routes'
import { type LoginRoutesParts, loginRoutes } from './http/pages/flow/login-routes'
import { createSignFastPath } from './http/pages/sign-fast-path'
import { type SignRoutesParts, signRoutes } from './http/pages/sign-routes'
import { createSignatureAnswer } from './http/pages/signature'
import { isProxied } from './http/proxy/proxy-address'
import { type ProxyParts, proxyRoutes } from './http/proxy/proxy-routes'
import { refuseBrokenPath } from './http/request/address'
import { refuseTooLarge } from './http/request/body'
import { atPlainAddress } from './http/request/plain-address'
import { createSdkAnswer, type SdkParts } from './http/sdk/sdk-answer'
import { type CallbackRoutesParts, callbackRoutes } from './http/wecom/callback-routes'
import { type DomainFiles, domainFileRoutes } from './http/wecom/domain-files'

/** What each group of routes is given, and the one place for failures. */
export interface AppParts {
  readonly callbacks: CallbackRoutesParts
  readonly domainFiles: DomainFiles
  readonly sign: SignRoutesParts
  readonly install: InstallRoutesParts
  readonly login: LoginRoutesParts
  readonly api: ApiParts
  readonly proxy: ProxyParts
  readonly sdk: SdkParts
  readonly readiness: ReadinessParts
  readonly metrics: MetricsParts & { readonly requestCounts: RequestCounts }
  readonly document: DocumentFacts
  readonly failures: FailureParts
}

export type App = ReturnType<typeof createApp>

/**
 * Elysia looks for the path behind a host of usual length; told so, it looks right behind
 * `http://`, which would find nothing in an https address. What it misses there is put right
 * before.
 */
const anyHost = (https: boolean) => ({ handler: { standardHostname: https } })

/** More than any route takes by itself: those count what comes to them. */
const largestBodyBytes = 2 * 1024 * 1024

/** An app of these groups, for a listener with TLS of its own or without. */
const mount = (
  groups: readonly RouteGroup[],
  failures: FailureParts,
  https: boolean,
): AnyElysia => {
  const answerFailure = createFailureAnswer(groups, failures)
  const app: AnyElysia = new Elysia(anyHost(https))
    .headers(headersOfListener(https))
    .onRequest(({ request }) => {
      refuseBrokenPath(request)
      // The server itself lets come what the proxy takes.
      if (request.method !== 'GET' && !isProxied(request)) refuseTooLarge(request, largestBodyBytes)
    })
    // Named one by one: for a function that takes them all, Elysia reads cookies and headers of
    // every request, and makes a second answer of each.
    .onError(({ request, route, params, query, error, set }) =>
      answerFailure({ request, route, params, query, error, set }),
    )
  for (const { instance } of groups) app.use(instance)
  return app
}

/** For WeCom and for pages. */
const publicGroups = (parts: AppParts, https: boolean): RouteGroup[] => [
  callbackRoutes(parts.callbacks),
  domainFileRoutes(parts.domainFiles),
  signRoutes(parts.sign, createSignatureAnswer(headersOfListener(https))),
  installRoutes(parts.install),
  loginRoutes(parts.login),
]

/** For the provider's own programs and operators. */
const operatorGroups = (parts: AppParts, https: boolean): RouteGroup[] => [
  apiRoutes(parts.api),
  proxyRoutes(parts.proxy, headersOfListener(https)),
  openapiRoutes(() => createApp(parts), parts.document),
]

/** Everything, for one shared listener. */
export const createApp = (parts: AppParts, https = false): AnyElysia =>
  mount(
    [
      ...publicGroups(parts, https),
      ...operatorGroups(parts, https),
      readinessRoutes(parts.readiness, 'admin-token'),
      metricsRoutes(parts.metrics, 'with-key'),
    ],
    parts.failures,
    https,
  )

/** What the world may reach where operators have a listener of their own. */
export const createPublicApp = (parts: AppParts, https: boolean): AnyElysia =>
  mount(
    [...publicGroups(parts, https), readinessRoutes(parts.readiness, 'nobody')],
    parts.failures,
    https,
  )

/**
 * What only operators reach: whoever gets here may see the details of readiness. Programs sign here
 * too, so that one address and one key are all they need.
 */
export const createOperatorApp = (parts: AppParts): AnyElysia =>
  mount(
    [
      ...operatorGroups(parts, false),
      signRoutes(parts.sign, createSignatureAnswer(headersOfListener(false))),
      readinessRoutes(parts.readiness, 'all'),
      metricsRoutes(parts.metrics, 'all'),
    ],
    {
      ...parts.failures,
      reportUnknownPath: (path, reason) =>
        parts.failures.reportUnknownPath(`(operators’ listener) ${path}`, reason),
    },
    false,
  )

/** The answer to a request. */
export type Answer = (request: Request) => Response | Promise<Response>

/** Answers, each of them counted. */
const counted =
  (requestCounts: RequestCounts, answer: Answer): Answer =>
  (request) => {
    const answered = answer(request)
    if (!(answered instanceof Promise)) {
      requestCounts.add(request, answered)
      return answered
    }
    return answered.then((response) => {
      requestCounts.add(request, response)
      return response
    })
  }

/** What an app answers. */
export const answerOfRoutes = (app: AnyElysia, { metrics }: Pick<AppParts, 'metrics'>): Answer =>
  counted(metrics.requestCounts, (request) => app.fetch(atPlainAddress(request)))

/** What existing SDKs are answered, on a listener of their own. */
export const answerOfSdks = (parts: AppParts, https: boolean): Answer => {
  const answer = createSdkAnswer(parts.sdk, headersOfListener(https))
  return counted(parts.metrics.requestCounts, (request) => answer(atPlainAddress(request)))
}

/** What an app answers, and past its routes the signatures that need no waiting. */
export const answerOf = (app: AnyElysia, parts: AppParts, https: boolean): Answer => {
  const answer = createSignatureAnswer(headersOfListener(https))
  const signFastPath = createSignFastPath(parts.sign, answer)
  return counted(parts.metrics.requestCounts, (asked) => {
    const request = atPlainAddress(asked)
    return signFastPath(request) ?? app.fetch(request)
  })
}
