/** The routes of a login: to WeCom's page, back from it, and from WeCom's console. */
import { Elysia } from 'elysia'
import type { FlowAnswer } from '../../../suite/pages/flow/flow-answer'
import type { BeginLogin, LoginBeginning } from '../../../suite/pages/login/begin-login'
import type { FinishLogin } from '../../../suite/pages/login/finish-login'
import type { Suites } from '../../../suite/suites'
import { routeGroup } from '../../answer/route-group'
import { pathNames } from '../../request/path-names'
import type { RateLimit } from '../../request/rate-limit'
import { openInWecomPage } from '../view/login-pages'
import type { Language } from '../view/texts/language'
import { codeIn, loginRequestIn, parameterOf } from './flow-query'
import { createInPage, type InPageParts } from './in-page'
import { flowAnswer, goAnswer, pageAnswer } from './page-answer'
import { createRefusedCodes } from './refused-codes'

export interface LoginRoutesParts extends InPageParts {
  readonly suites: Suites
  readonly beginLogin: BeginLogin
  readonly finishLogin: FinishLogin
  /** Of one address: codes that WeCom didn't know. */
  readonly refusedCodeLimit: RateLimit
}

interface Asked {
  readonly params: unknown
  readonly request: Request
}

export const loginRoutes = (parts: LoginRoutesParts) => {
  const { suites, beginLogin, finishLogin } = parts
  const inPage = createInPage(parts)
  const senderOf = (request: Request) => parts.clientOf(request)?.address ?? null
  const refusedCodes = createRefusedCodes(parts.refusedCodeLimit, parts.clientOf)

  const shown = (
    language: Language,
    answer: FlowAnswer | LoginBeginning,
    setCookies: readonly string[],
  ): Response => {
    if (answer.kind === 'open_in_wecom') return pageAnswer(200, openInWecomPage(language, answer))
    if ('setCookies' in answer) return goAnswer(answer.location, answer.setCookies)
    return flowAnswer(language, answer, setCookies)
  }

  const suiteOf = (params: unknown) => suites.find(pathNames(params).suite)

  const login = (asked: Asked) =>
    inPage(asked.request, async (language) => {
      const { request, params } = asked
      const beginning = await beginLogin.begin(
        { suite: suiteOf(params), ...loginRequestIn(request) },
        { userAgent: request.headers.get('user-agent'), cookies: request.headers.get('cookie') },
      )
      return shown(language, beginning, [])
    })

  const done = (asked: Asked) =>
    inPage(asked.request, async (language) => {
      const { request, params } = asked
      const { answer, setCookies } = await refusedCodes.around(request, async () =>
        finishLogin.finish({
          suite: suiteOf(params),
          state: parameterOf(request, 'state'),
          flow: parameterOf(request, 'flow'),
          code: codeIn(request),
          cookies: request.headers.get('cookie'),
          sender: senderOf(request),
        }),
      )
      return shown(language, answer, setCookies)
    })

  const business = (asked: Asked) =>
    inPage(asked.request, async (language) => {
      const { request, params } = asked
      const { answer } = await refusedCodes.around(request, async () => ({
        answer: await finishLogin.finishFromConsole({
          suite: suiteOf(params),
          authCode: codeIn(request),
          redirect: parameterOf(request, 'redirect'),
          sender: senderOf(request),
        }),
      }))
      return shown(language, answer, [])
    })

  /** They are for browsers: the OpenAPI document is of what programs ask. */
  const options = { detail: { hide: true } } as const

  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) =>
    new Elysia({ prefix })
      .get('/login', ({ params, request }) => login({ params, request }), options)
      .get('/login/done', ({ params, request }) => done({ params, request }), options)
      .get('/business', ({ params, request }) => business({ params, request }), options)

  return routeGroup(
    { audience: 'page' },
    new Elysia().use(ofSuite('')).use(ofSuite('/suites/:suite')),
  )
}
