/** The routes of an installation: to WeCom's install page or its QR code, and back from it. */
import { Elysia } from 'elysia'
import type { FlowAnswer } from '../../../suite/pages/flow/flow-answer'
import type { BeginInstall } from '../../../suite/pages/install/begin-install'
import type { FinishInstall } from '../../../suite/pages/install/finish-install'
import type { Suites } from '../../../suite/suites'
import { routeGroup } from '../../answer/route-group'
import { pathNames } from '../../request/path-names'
import type { RateLimit } from '../../request/rate-limit'
import { goOnPage, installingPage, installQrPage } from '../view/install-pages'
import { authCodeIn, langIn, parameterOf } from './flow-query'
import { createInPage, type InPageParts } from './in-page'
import { flowAnswer, pageAnswer } from './page-answer'
import { createRefusedCodes } from './refused-codes'
import type { StrangerCodes } from './stranger-codes'

export interface InstallRoutesParts extends InPageParts {
  readonly suites: Suites
  readonly beginInstall: BeginInstall
  readonly finishInstall: FinishInstall
  /** Of one address: each beginning costs calls of WeCom's. */
  readonly installLimit: RateLimit
  readonly strangerCodes: StrangerCodes
  /** Of one address: codes that WeCom didn't know. */
  readonly refusedCodeLimit: RateLimit
}

interface Asked {
  readonly params: unknown
  readonly request: Request
}

export const installRoutes = (parts: InstallRoutesParts) => {
  const { suites, beginInstall, finishInstall, installLimit, strangerCodes, clientOf } = parts
  const inPage = createInPage(parts)
  const refusedCodes = createRefusedCodes(parts.refusedCodeLimit, clientOf)

  const suiteOf = (params: unknown) => suites.find(pathNames(params).suite)
  const returnIn = ({ request, params }: Asked) => ({
    suite: suiteOf(params),
    state: parameterOf(request, 'state'),
    flow: parameterOf(request, 'flow'),
    cookies: request.headers.get('cookie'),
    sender: clientOf(request)?.address ?? null,
  })

  const install = ({ request, params }: Asked) =>
    inPage(request, async (language) => {
      const suite = suiteOf(params)
      if (installLimit.isOn) installLimit.take(clientOf(request))
      const beginning = await beginInstall.begin(
        { suite, redirect: parameterOf(request, 'redirect'), ...langIn(request) },
        request.headers.get('cookie'),
      )
      if (beginning.kind === 'go_on') {
        return pageAnswer(200, goOnPage(language, beginning), beginning.setCookies)
      }
      const { pathname, search } = new URL(beginning.waitingLink)
      const { qrLink, setCookies } = beginning
      const page = installQrPage(language, { qrLink, waitingPath: pathname + search })
      return pageAnswer(200, page, setCookies)
    })

  const done = (asked: Asked) =>
    inPage(asked.request, async (language) => {
      const { request } = asked
      // Guesses by somebody else at the same address never cost a company its installation.
      const admitStranger = () => {
        refusedCodes.refuseGuesser(request)
        strangerCodes.admit(clientOf(request))
      }
      const authCode = authCodeIn(request)
      const { answer, setCookies } = await finishInstall.finish(
        returnIn(asked),
        authCode,
        admitStranger,
      )
      if (answer.kind === 'installing') return pageAnswer(200, installingPage(language), setCookies)
      refusedCodes.count(request, answer)
      return flowAnswer(language, answer satisfies FlowAnswer, setCookies)
    })

  /** A script asks, every two seconds. */
  const waiting = async (asked: Asked): Promise<Response> => {
    if (parts.pageLimit.isOn) parts.pageLimit.take(clientOf(asked.request))
    const next = await finishInstall.nextAfterScan(returnIn(asked))
    return Response.json({ next }, { headers: { 'cache-control': 'no-store' } })
  }

  /** They are for browsers: the OpenAPI document is of what programs ask. */
  const options = { detail: { hide: true } } as const

  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) =>
    new Elysia({ prefix })
      .get('/install', ({ params, request }) => install({ params, request }), options)
      .get('/install/done', ({ params, request }) => done({ params, request }), options)
      .get('/install/waiting', ({ params, request }) => waiting({ params, request }), options)

  return routeGroup(
    { audience: 'page' },
    new Elysia().use(ofSuite('')).use(ofSuite('/suites/:suite')),
  )
}
