/** The routes of what WeCom lends for a company: its access token and its two JS-SDK tickets. */

import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import type { CorpTokenKind } from '../../store/token-record'
import type { Corps } from '../../suite/corps'
import { assertServing } from '../../suite/observed-suites'
import { signatureTypes, ticketKinds } from '../../suite/pages/signing'
import type { SuiteIdFor } from '../../suite/suite-of-corp'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import { noStore } from '../answer/headers'
import { operatorOperations } from '../answer/operation-detail'
import {
  corpTokenAnswers,
  createTokenHandler,
  reportBody,
  showTicket,
  showToken,
  ticketAnswers,
  whatReportsDo,
} from './access-token'
import { suiteQuery } from './corp/corp-scope'

const detail = operatorOperations('Companies')

const ticketQuery = t.Composite([
  suiteQuery,
  t.Object({
    type: t.Optional(
      t.UnionEnum([...signatureTypes], {
        description: '`config` for the company’s identity, `agent_config` for the app’s.',
        default: 'config',
      }),
    ),
  }),
])

const budget = 'WeCom allows 100 fetches of tickets an hour for an app in a company.'

export interface CorpTokenParts {
  readonly suites: Suites
  readonly tokens: Tokens
  readonly corps: Corps
  readonly suiteIdFor: SuiteIdFor
  readonly clock: Clock
}

export const corpTokenRoutes = (parts: CorpTokenParts) => {
  const { suites, tokens, corps, suiteIdFor, clock } = parts
  const tokenHandler = createTokenHandler({ tokens, clock }, showToken)
  const ticketHandler = createTokenHandler({ tokens, clock }, showTicket)

  const keyOf = async (corpid: string, suite: string | undefined, kind: CorpTokenKind) => {
    const suiteId = await suiteIdFor(corpid, suite)
    assertServing(suites, suiteId)
    const record = await corps.require(suiteId, corpid)
    return { suiteId: record.suiteId, corpid: record.corpid, kind }
  }

  return new Elysia()
    .onTransform(({ set }) => {
      Object.assign(set.headers, noStore)
    })
    .get(
      '/:corpid/access-token',
      async ({ params, query }) =>
        tokenHandler.get(await keyOf(params.corpid, query.suite, 'access_token')),
      {
        query: suiteQuery,
        response: corpTokenAnswers.get,
        detail: detail(
          'getCorpAccessToken',
          'A company’s access token',
          'Good now, and renewed in time while it is asked for.',
        ),
      },
    )
    .post(
      '/:corpid/access-token',
      async ({ params, query, request }) => {
        const report = await tokenHandler.readReport(request)
        return tokenHandler.replace(await keyOf(params.corpid, query.suite, 'access_token'), report)
      },
      {
        parse: 'none',
        query: suiteQuery,
        response: corpTokenAnswers.report,
        detail: {
          ...detail('reportCorpAccessToken', 'Report a dead access token', whatReportsDo),
          ...reportBody,
        },
      },
    )
    .get(
      '/:corpid/jsapi-ticket',
      async ({ params, query: { suite, type = 'config' } }) =>
        ticketHandler.get(await keyOf(params.corpid, suite, ticketKinds[type])),
      {
        query: ticketQuery,
        response: ticketAnswers.get,
        detail: detail(
          'getCorpTicket',
          'A company’s JS-SDK ticket',
          `For programs that sign pages themselves; \`/sign\` signs with the same one. Never hand it to a page. ${budget}`,
        ),
      },
    )
    .post(
      '/:corpid/jsapi-ticket',
      async ({ params, query: { suite, type = 'config' }, request }) => {
        const report = await ticketHandler.readReport(request)
        return ticketHandler.replace(await keyOf(params.corpid, suite, ticketKinds[type]), report)
      },
      {
        parse: 'none',
        query: ticketQuery,
        response: ticketAnswers.report,
        detail: {
          ...detail(
            'reportCorpTicket',
            'Report a dead JS-SDK ticket',
            `${whatReportsDo} ${budget} A report beyond that is answered 429 and changes nothing.`,
          ),
          ...reportBody,
        },
      },
    )
}
