/** Companies and their access tokens, for the provider's own programs. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../clock'
import { ServiceError } from '../errors'
import { type CorpRecord, CorpStatus, corpStatuses, type Store } from '../store/store'
import type { Companies } from '../suite/companies'
import { requireSuiteId, type Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens'
import { readJson } from './body'
import { pageOf, pageQuery } from './page'
import { invalidFields, problems } from './problem'

const largestBodyBytes = 64 * 1024

const CorpSummary = t.Object({
  corpid: t.String({ examples: ['wpCorpA'] }),
  suiteId: t.String({ examples: ['ww0000000000000002'] }),
  name: t.String(),
  agentid: t.Union([t.Integer(), t.Null()], { description: 'The app’s id inside the company.' }),
  status: CorpStatus,
  authorizedAt: t.Integer({ description: 'Epoch milliseconds.' }),
})

const Corp = t.Composite([
  CorpSummary,
  t.Object({
    statusReason: t.Union([t.String(), t.Null()]),
    statusAt: t.Integer({ description: 'When the status last changed, epoch milliseconds.' }),
    authMode: t.Union([t.Integer(), t.Null()], {
      description: '0 installed by an admin, 1 by members.',
    }),
    authInfo: t.Unknown({ description: 'What the company granted, as WeCom told it.' }),
  }),
])

const AccessToken = t.Object({
  accessToken: t.String(),
  expiresAt: t.Integer({ description: 'Epoch milliseconds.' }),
})

const DeadToken = t.Object({
  dead: t.String({ minLength: 1, maxLength: 1024, description: 'The token that WeCom refused.' }),
})

const suiteQuery = t.Object({
  suite: t.Optional(
    t.String({ description: 'Key or id of the suite, if the company has several.' }),
  ),
})

const showCorp = ({ permanentCode: _, installEventId: __, version: ___, ...shown }: CorpRecord) =>
  shown

const detail = (summary: string, description?: string) => ({
  tags: ['Companies'],
  summary,
  ...(description && { description }),
  security: [{ adminToken: [] }],
})

export const corpRoutes = (parts: {
  suites: Suites
  store: Pick<Store, 'listCorps' | 'suitesOfCorp'>
  companies: Companies
  tokens: Tokens
  clock: Clock
}) => {
  const { suites, store, companies, tokens, clock } = parts

  /** The id of the suite that a request about a company means. */
  const suiteIdFor = async (corpid: string, named: string | undefined): Promise<string> => {
    if (named !== undefined) return requireSuiteId(suites.find(named))
    const known = (await store.suitesOfCorp(corpid)).filter((id) => suites.byId(id) !== null)
    if (known.length > 1) {
      throw new ServiceError(
        'suite_required',
        'This company has several of our apps: add ?suite=.',
        {
          extra: { suites: known.map((id) => suites.byId(id)?.key) },
        },
      )
    }
    return known[0] ?? requireSuiteId(suites.find())
  }

  const accessTokenKey = async (corpid: string, named: string | undefined) => {
    const suiteId = await suiteIdFor(corpid, named)
    await companies.require(suiteId, corpid)
    return { suiteId, corpid, kind: 'access_token' } as const
  }

  return new Elysia({ prefix: '/corps' })
    .get(
      '',
      async ({ query }) => {
        const { suite, status, q, limit, cursor } = query
        const suiteId = suite === undefined ? undefined : requireSuiteId(suites.find(suite))
        return store.listCorps({ suiteId, status, q, limit: limit ?? 50, cursor })
      },
      {
        query: t.Object({
          ...pageQuery,
          suite: t.Optional(t.String({ description: 'Key or id of a suite; all without it.' })),
          status: t.Optional(t.Union(corpStatuses.map((status) => t.Literal(status)))),
          q: t.Optional(
            t.String({ maxLength: 200, description: 'Part of the name or the corpid.' }),
          ),
        }),
        response: { 200: pageOf(CorpSummary), ...problems(400, 401, 403, 404, 503) },
        detail: detail(
          'List companies',
          'Newest first. A company is listed once its permanent code is stored.',
        ),
      },
    )
    .get(
      '/:corpid',
      async ({ params, query }) => {
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        const record = await companies.find(suiteId, params.corpid)
        if (record) return showCorp(record)
        await companies.require(suiteId, params.corpid)
        throw new ServiceError('not_found', 'No such company.')
      },
      {
        query: suiteQuery,
        response: { 200: Corp, ...problems(400, 401, 403, 404, 503) },
        detail: detail('One company'),
      },
    )
    .get(
      '/:corpid/access-token',
      async ({ params, query, set }) => {
        set.headers['cache-control'] = 'no-store'
        const { value, expiresAt } = await tokens.get(
          await accessTokenKey(params.corpid, query.suite),
        )
        return { accessToken: value, expiresAt }
      },
      {
        query: suiteQuery,
        response: { 200: AccessToken, ...problems(400, 401, 403, 404, 502, 503, 504) },
        detail: detail(
          'A company’s access token',
          'Good now, and renewed in time while it is asked for.',
        ),
      },
    )
    .post(
      '/:corpid/access-token',
      async ({ params, query, request, set }) => {
        set.headers['cache-control'] = 'no-store'
        const body = await readJson(request, largestBodyBytes, clock)
        const dead = (body as { dead?: unknown } | null)?.dead
        if (typeof dead !== 'string' || dead === '') {
          throw invalidFields([{ field: 'dead', message: 'is required' }])
        }
        const key = await accessTokenKey(params.corpid, query.suite)
        const { value, expiresAt } = await tokens.replace(key, dead)
        return { accessToken: value, expiresAt }
      },
      {
        parse: 'none',
        query: suiteQuery,
        response: { 200: AccessToken, ...problems(400, 401, 403, 404, 415, 502, 503, 504) },
        detail: {
          ...detail(
            'Report a dead access token',
            'It is replaced once, however many report it; the answer is the good one.',
          ),
          requestBody: {
            required: true,
            content: { 'application/json': { schema: DeadToken as never } },
          },
        },
      },
    )
}
