/** The routes of a login: to WeCom's page, back from it, and from WeCom's console. */
import { Elysia } from 'elysia'
import type { FlowAnswer } from '../../../suite/pages/flow/flow-answer'
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import type { BeginLogin, LoginBeginning } from '../../../suite/pages/login/begin-login'
import type { FinishLogin } from '../../../suite/pages/login/finish-login'
import type { Suites } from '../../../suite/suites'
import { routeGroup } from '../../answer/route-group'
import { queryOf } from '../../request/address'
import { pathNames } from '../../request/path-names'
import { type ClientOf, OverLimit, type RateLimit } from '../../request/rate-limit'
import { openInWecomPage, signedInPage } from '../view/login-pages'
import type { Language } from '../view/texts/language'
import { codeIn, loginRequestIn, parameterOf } from './flow-query'
import { failureAnswer, goAnswer, pageAnswer, readerOf } from './page-answer'

export interface LoginRoutesParts {
  readonly suites: Suites
  readonly beginLogin: BeginLogin
  readonly finishLogin: FinishLogin
  /** Of one address, to all pages. */
  readonly pageLimit: RateLimit
  /** Of one address: codes that WeCom didn't know. */
  readonly refusedCodeLimit: RateLimit
  readonly clientOf: ClientOf
  readonly tellFailure: (error: unknown, sender: string | null) => PageFailure
}

/** From a page to itself, wherever a proxy lets it stand. */
const samePage = (request: Request): string => `?${queryOf(request)}`

interface Asked {
  readonly params: unknown
  readonly request: Request
}

export const loginRoutes = (parts: LoginRoutesParts) => {
  const { suites, beginLogin, finishLogin, pageLimit, refusedCodeLimit, clientOf } = parts

  const shown = (
    language: Language,
    answer: FlowAnswer | LoginBeginning,
    setCookies: readonly string[],
  ): Response => {
    switch (answer.kind) {
      case 'go':
        return goAnswer(answer.location, 'setCookies' in answer ? answer.setCookies : setCookies)
      case 'open_in_wecom':
        return pageAnswer(200, openInWecomPage(language, answer))
      case 'signed_in':
        return pageAnswer(200, signedInPage(language, answer), setCookies)
      case 'failed':
        return failureAnswer(language, answer.failure, answer.again, setCookies)
    }
  }

  const senderOf = (request: Request): string | null => clientOf(request)?.address ?? null

  /** Whoever reads a failure of these routes is a person: each is a page. */
  const inPage = async (
    { request }: Asked,
    work: (language: Language) => Promise<Response>,
  ): Promise<Response> => {
    const language = readerOf(request)
    try {
      if (pageLimit.isOn) pageLimit.take(clientOf(request))
      return await work(language)
    } catch (error) {
      const failure = parts.tellFailure(error, senderOf(request))
      return failureAnswer(language, failure, error instanceof OverLimit ? samePage(request) : null)
    }
  }

  const suiteOf = (params: unknown) => suites.find(pathNames(params).suite)

  const login = (asked: Asked) =>
    inPage(asked, async (language) => {
      const { request, params } = asked
      const beginning = await beginLogin.begin(
        { suite: suiteOf(params), ...loginRequestIn(request) },
        { userAgent: request.headers.get('user-agent'), cookies: request.headers.get('cookie') },
      )
      return shown(language, beginning, [])
    })

  /** Each code costs a call of WeCom's: who brings wrong ones is not asked for more. */
  const countRefused = (request: Request, answer: FlowAnswer | LoginBeginning): void => {
    if (answer.kind !== 'failed' || answer.failure.code !== 'code_spent') return
    try {
      refusedCodeLimit.take(clientOf(request))
    } catch {
      // The next one is refused before WeCom is asked.
    }
  }

  const refuseGuesser = (request: Request): void => {
    if (refusedCodeLimit.isSpent(clientOf(request))) throw new OverLimit(60)
  }

  const done = (asked: Asked) =>
    inPage(asked, async (language) => {
      const { request, params } = asked
      refuseGuesser(request)
      const { answer, setCookies } = await finishLogin.finish({
        suite: suiteOf(params),
        state: parameterOf(request, 'state'),
        flow: parameterOf(request, 'flow'),
        code: codeIn(request),
        cookies: request.headers.get('cookie'),
        sender: senderOf(request),
      })
      countRefused(request, answer)
      return shown(language, answer, setCookies)
    })

  const business = (asked: Asked) =>
    inPage(asked, async (language) => {
      const { request, params } = asked
      refuseGuesser(request)
      const answer = await finishLogin.finishFromConsole({
        suite: suiteOf(params),
        authCode: codeIn(request),
        redirect: parameterOf(request, 'redirect'),
        sender: senderOf(request),
      })
      countRefused(request, answer)
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
