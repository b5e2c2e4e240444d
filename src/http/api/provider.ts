/** Tokens of suites and of the provider, and the QR code for templates, for the provider's programs. */
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
import { problems } from '../answer/problem'
import { operationsOf } from '../operations/operation-detail'
import {
  createTokenHandler,
  reportBody,
  showToken,
  tokenAnswers,
  whatReportsDo,
} from './access-token'

const detail = operationsOf('Suites')

const AuthorizationUrl = t.Object({
  url: t.String({ description: 'The QR code’s content; show it to the company’s admin.' }),
  expiresInSeconds: t.Integer(),
})

const stateQuery = t.Object({
  state: t.String({
    pattern: '^[A-Za-z0-9]{1,32}$',
    description: 'Comes back with the create_auth: at most 32 letters and digits.',
  }),
})

export const providerRoutes = (parts: {
  suites: Suites
  tokens: Tokens
  fetchAuthorizationUrl: FetchAuthorizationUrl
  clock: Clock
}) => {
  const { suites, fetchAuthorizationUrl } = parts
  const handler = createTokenHandler(parts, showToken)

  const ofSuite = (name: string) => suiteTokenKey(requireSuiteId(suites.find(name)))

  return new Elysia()
    .onTransform(({ set }) => {
      Object.assign(set.headers, noStore)
    })
    .get('/suites/:suite/access-token', ({ params }) => handler.get(ofSuite(params.suite)), {
      response: tokenAnswers,
      detail: detail('A suite’s access token', 'For programs of yours that call the suite’s API.'),
    })
    .post(
      '/suites/:suite/access-token',
      async ({ params, request }) =>
        handler.replace(ofSuite(params.suite), await handler.readReport(request)),
      {
        parse: 'none',
        response: tokenAnswers,
        detail: { ...detail('Report a suite’s dead access token', whatReportsDo), ...reportBody },
      },
    )
    .get('/provider/access-token', () => handler.get(requireProviderKey(suites)), {
      response: tokenAnswers,
      detail: detail('The provider’s access token'),
    })
    .post(
      '/provider/access-token',
      async ({ request }) =>
        handler.replace(requireProviderKey(suites), await handler.readReport(request)),
      {
        parse: 'none',
        response: tokenAnswers,
        detail: {
          ...detail('Report the provider’s dead access token', whatReportsDo),
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
        response: { 200: AuthorizationUrl, ...problems(400, 401, 403, 404, 502, 503, 504) },
        detail: detail(
          'The QR code with which a company authorises a template',
          'For customised apps (代开发). The company’s create_auth follows on the command URL.',
        ),
      },
    )
}
