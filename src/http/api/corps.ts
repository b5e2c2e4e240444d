/** The routes of companies: lists, one, its history, its admins. */

import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { readTimeline } from '../../events/timeline'
import type { Facts } from '../../store/facts'
import type { UnreadableRecord } from '../../store/store'
import { corpStatuses, type Store } from '../../store/store'
import type { CorpStatusCheck } from '../../suite/authorization/corp-status'
import type { FinalErasure } from '../../suite/authorization/final-erasure'
import { idsOf } from '../../suite/corp-cache'
import type { Corps } from '../../suite/corps'
import type { Admins } from '../../suite/profile/admins'
import { createSuiteIdFor } from '../../suite/suite-of-corp'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import { exampleOf, named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { examplePageOf, itemsAPage, pageOf, pageQuery } from '../answer/page'
import { operatorProblems } from '../answer/problem-schema'
import { anySuite, suiteIdNamed, suiteQuery } from './corp/corp-scope'
import { Admin, Corp, CorpSummary, showCorp } from './corp-records'
import { corpTokenRoutes } from './corp-tokens'
import { showTimelineItem, Timeline } from './event-records'

const detail = operatorOperations('Companies')

const failures = ['suite_not_found', 'suite_required', 'suite_not_configured'] as const
const wecomFailures = ['suite_ticket_missing', 'wecom_error', 'wecom_timeout'] as const

const CorpList = named(
  'CorpList',
  t.Composite([
    pageOf(CorpSummary),
    t.Object({
      unreadable: t.Integer({
        minimum: 0,
        description:
          'Companies, of this suite or of all, whose documents can’t be read and which may be missing here: `/api/status` names them.',
      }),
    }),
  ]),
  { ...examplePageOf(CorpSummary), unreadable: 0 },
)

const AdminList = named('AdminList', t.Object({ items: t.Array(Admin) }), {
  items: [exampleOf(Admin)],
})

const isCorpOf =
  (suiteId: string | undefined) =>
  (one: UnreadableRecord): boolean =>
    one.corpid !== null && (suiteId === undefined || one.suiteId === suiteId)

export interface CorpRoutesParts {
  readonly suites: Suites
  readonly store: Pick<
    Store,
    'listCorps' | 'listUnreadable' | 'suitesOfCorp' | 'corpidOfOpenCorpid'
  >
  readonly facts: Pick<Facts, 'listFacts'>
  readonly corps: Corps
  readonly corpStatusCheck: CorpStatusCheck
  readonly finalErasure: Pick<FinalErasure, 'erase'>
  readonly admins: Admins
  readonly tokens: Tokens
  readonly clock: Clock
}

export const corpRoutes = (parts: CorpRoutesParts) => {
  const { suites, store, facts, corps, corpStatusCheck, finalErasure, admins, tokens, clock } =
    parts
  const suiteIdFor = createSuiteIdFor({ suites, store, corps })

  return new Elysia({ prefix: '/corps' })
    .get(
      '',
      async ({ query }) => {
        const { suite, status, q, limit, cursor } = query
        const suiteId = suiteIdNamed(suites, suite)
        // First, for one that turns out to be mended is listed again.
        const unreadable = await store.listUnreadable()
        const page = await store.listCorps({
          suiteId,
          status,
          q,
          limit: limit ?? itemsAPage,
          cursor,
        })
        return { ...page, unreadable: unreadable.filter(isCorpOf(suiteId)).length }
      },
      {
        query: t.Object({
          ...pageQuery,
          suite: anySuite,
          status: t.Optional(t.Union(corpStatuses.map((status) => t.Literal(status)))),
          q: t.Optional(
            t.String({ maxLength: 200, description: 'Part of the name or the corpid.' }),
          ),
        }),
        response: { 200: CorpList, ...operatorProblems('suite_not_found', 'suite_not_configured') },
        detail: detail(
          'listCorps',
          'List companies',
          'Newest first. A company is listed once its permanent code is stored, and while its document can be read.',
        ),
      },
    )
    .get(
      '/:corpid',
      async ({ params, query }) => {
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        const record = await corps.find(suiteId, params.corpid)
        if (record) return showCorp(record)
        await corps.require(suiteId, params.corpid)
        throw new ServiceError('not_found', 'No such company.')
      },
      {
        query: suiteQuery,
        response: { 200: Corp, ...operatorProblems(...failures, 'corp_not_authorized') },
        detail: detail('getCorp', 'One company'),
      },
    )
    .delete(
      '/:corpid',
      async ({ params, query, set }) => {
        await finalErasure.erase(await suiteIdFor(params.corpid, query.suite), params.corpid)
        set.status = 204
      },
      {
        parse: 'none',
        query: suiteQuery,
        response: {
          204: t.Void({ description: 'Nothing is left of it but a receipt.' }),
          ...operatorProblems(...failures, 'corp_not_authorized', 'conflict'),
        },
        detail: detail(
          'eraseCorp',
          'Erase a company that is gone',
          'What `SUITED_ERASE_AFTER_DAYS` does later: events, attempts, history and record go; the event `suited.corp_erased` stays as a receipt with ids and dates, and backups age out. Gone is one that is `cancelled`, or `invalid`: WeCom no longer takes its permanent code, and were it to change its mind, only a new installation brings the company back. 409 for any other.',
        ),
      },
    )
    .get(
      '/:corpid/timeline',
      async ({ params, query }) => {
        const { limit, cursor } = query
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        const record = await corps.find(suiteId, params.corpid)
        const corpids = record ? idsOf(record) : [params.corpid]
        const page = await readTimeline(facts, {
          suiteId,
          corpids,
          limit: limit ?? itemsAPage,
          cursor,
        })
        return { items: page.items.map(showTimelineItem), next: page.next }
      },
      {
        query: t.Composite([suiteQuery, t.Object(pageQuery)]),
        response: { 200: Timeline, ...operatorProblems(...failures) },
        detail: detail(
          'getCorpTimeline',
          'A company’s history',
          'Installs, changes of what it granted, of its admins, of its standing, orders and licences. Newest first.',
        ),
      },
    )
    .get(
      '/:corpid/admins',
      async ({ params, query }) => ({
        items: await admins.read(await suiteIdFor(params.corpid, query.suite), params.corpid),
      }),
      {
        query: suiteQuery,
        response: {
          200: AdminList,
          ...operatorProblems(...failures, 'corp_not_authorized', ...wecomFailures),
        },
        detail: detail(
          'listCorpAdmins',
          'Who manages the app inside a company',
          'Asked of WeCom now.',
        ),
      },
    )
    .post(
      '/:corpid/recheck',
      async ({ params, query }) =>
        showCorp(
          await corpStatusCheck.recheck(
            await suiteIdFor(params.corpid, query.suite),
            params.corpid,
          ),
        ),
      {
        parse: 'none',
        query: suiteQuery,
        response: {
          200: Corp,
          ...operatorProblems(...failures, 'corp_not_authorized', ...wecomFailures),
        },
        detail: detail(
          'recheckCorp',
          'Ask WeCom how a company stands',
          'Its word is taken at once: a company that is served again is authorized again.',
        ),
      },
    )
    .use(corpTokenRoutes({ suites, tokens, corps, suiteIdFor, clock }))
}
