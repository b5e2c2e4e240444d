/**
 * Tokens of suites and of the provider, and the QR code for templates, for the provider's programs.
 */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import {
  type FetchAuthorizationUrl,
  requireProviderKey,
} from '../../suite/install/customised-app-url'
import { requireSuiteId, type Suites } from '../../suite/suites'
import { suiteTokenKey } from '../../suite/tokens/token-source'
import type { Tokens } from '../../suite/tokens/tokens'
import { noStore } from '../answer/headers'
import { named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { operatorProblems } from '../answer/problem-schema'
import {
  createTokenHandler,
  reportBody,
  showToken,
  tokenAnswers,
  whatReportsDo,
} from './access-token'

const detail = operatorOperations('Suites')

const AuthorizationUrl = named(
  'AuthorizationUrl',
  t.Object({
    url: t.String({ description: 'The QR code’s content; show it to the company’s admin.' }),
    expiresInSeconds: t.Integer(),
  }),
  { url: 'https://work.weixin.qq.com/wework_admin/customized/auth?state=7', expiresInSeconds: 600 },
)

const stateQuery = t.Object({
  state: t.String({
    pattern: '^[A-Za-z0-9]{1,32}$',
    description: 'Comes back with the create_auth: at most 32 letters and digits.',
  }),
})

export interface ProviderRoutesParts {
  readonly suites: Suites
  readonly tokens: Tokens
  readonly fetchAuthorizationUrl: FetchAuthorizationUrl
  readonly clock: Clock
}

export const providerRoutes = (parts: ProviderRoutesParts) => {
  const { suites, tokens, fetchAuthorizationUrl, clock } = parts
  const handler = createTokenHandler({ tokens, clock }, showToken)

  const ofSuite = (name: string) => suiteTokenKey(requireSuiteId(suites.find(name)))

  return new Elysia()
    .onTransform(({ set }) => {
      Object.assign(set.headers, noStore)
    })
    .get('/suites/:suite/access-token', ({ params }) => handler.get(ofSuite(params.suite)), {
      response: tokenAnswers.get,
      detail: detail(
        'getSuiteAccessToken',
        'A suite’s access token',
        'For programs of yours that call the suite’s API.',
      ),
    })
    .post(
      '/suites/:suite/access-token',
      async ({ params, request }) =>
        handler.replace(ofSuite(params.suite), await handler.readReport(request)),
      {
        parse: 'none',
        response: tokenAnswers.report,
        detail: {
          ...detail('reportSuiteAccessToken', 'Report a suite’s dead access token', whatReportsDo),
          ...reportBody,
        },
      },
    )
    .get('/provider/access-token', () => handler.get(requireProviderKey(suites)), {
      response: tokenAnswers.get,
      detail: detail('getProviderAccessToken', 'The provider’s access token'),
    })
    .post(
      '/provider/access-token',
      async ({ request }) =>
        handler.replace(requireProviderKey(suites), await handler.readReport(request)),
      {
        parse: 'none',
        response: tokenAnswers.report,
        detail: {
          ...detail(
            'reportProviderAccessToken',
            'Report the provider’s dead access token',
            whatReportsDo,
          ),
          ...reportBody,
        },
      },
    )
    .get(
      '/suites/:suite/authorization-url',
      ({ params, query }) => {
        const suite = suites.find(params.suite)
        if (suite.kind !== 'customised') {
          throw new ServiceError(
            'forbidden',
            'Only a template (kind = "customised") is authorised by a QR code.',
          )
        }
        return fetchAuthorizationUrl(requireSuiteId(suite), query.state)
      },
      {
        query: stateQuery,
        response: {
          200: AuthorizationUrl,
          ...operatorProblems(
            'suite_not_found',
            'forbidden',
            'suite_not_configured',
            'suite_ticket_missing',
            'wecom_error',
            'wecom_timeout',
          ),
        },
        detail: detail(
          'getAuthorizationUrl',
          'The QR code with which a company authorises a template',
          'For customised apps (代开发). The company’s create_auth follows on the command URL.',
        ),
      },
    )
}
