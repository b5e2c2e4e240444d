/**
 * A company's own site: the address of its members, and the hosts whose pages are signed for it.
 */
import { Value } from '@sinclair/typebox/value'
import { Elysia, t } from 'elysia'
import type { Clock } from '../../../clock'
import type { CorpSite } from '../../../store/corp-site'
import { readCorpSite } from '../../../suite/corp-site'
import type { Corps } from '../../../suite/corps'
import type { SuiteIdFor } from '../../../suite/suite-of-corp'
import { nullableText } from '../../answer/field-schemas'
import { named } from '../../answer/named-schema'
import { operatorOperations } from '../../answer/operation-detail'
import { invalidBody, invalidFields } from '../../answer/problem'
import { operatorProblems } from '../../answer/problem-schema'
import { jsonRequestBody, readJson } from '../../request/json-body'
import { suiteQuery } from './corp-scope'

const domainsAre =
  'Hosts, a port behind them if it is to be that one alone: pages on them get signatures for this company, beside those of its suite.'

export const Site = named(
  'CorpSite',
  t.Object({
    publicUrl: nullableText('Under which the company’s members find suited; null: as all others.'),
    trustedDomains: t.Array(t.String(), { description: domainsAre }),
  }),
  { publicUrl: 'https://wecom.customer.example', trustedDomains: ['crm.customer.example'] },
)

const EnteredSite = named(
  'EnteredSite',
  t.Object({
    publicUrl: t.Optional(nullableText('An http(s) address without query; may have a path.')),
    trustedDomains: t.Optional(
      t.Array(t.String({ maxLength: 300 }), { maxItems: 100, description: domainsAre }),
    ),
  }),
  { publicUrl: 'https://wecom.customer.example', trustedDomains: ['crm.customer.example'] },
)

const failures = [
  'suite_not_found',
  'suite_required',
  'corp_not_authorized',
  'suite_not_configured',
] as const

const detail = operatorOperations('Companies')

const none: CorpSite = { publicUrl: null, trustedDomains: [] }

export interface CorpSiteRoutesParts {
  readonly suiteIdFor: SuiteIdFor
  readonly corps: Corps
  readonly clock: Clock
}

export const corpSiteRoutes = ({ suiteIdFor, corps, clock }: CorpSiteRoutesParts) =>
  new Elysia({ prefix: '/corps' })
    .get(
      '/:corpid/site',
      async ({ params, query }) => {
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        return (await corps.require(suiteId, params.corpid)).site ?? none
      },
      {
        query: suiteQuery,
        response: { 200: Site, ...operatorProblems(...failures) },
        detail: detail(
          'getCorpSite',
          'A company’s own address',
          'The trusted domain of a customised app (代开发) has to be the customer’s own.',
        ),
      },
    )
    .put(
      '/:corpid/site',
      async ({ params, query, request }) => {
        const body = await readJson(request, clock)
        if (!Value.Check(EnteredSite, body)) throw invalidBody(Value.Errors(EnteredSite, body))
        const read = readCorpSite(body)
        if (!read.ok) {
          const { field, problem } = read.reason
          throw invalidFields([{ field, message: problem }])
        }
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        const { corpid } = await corps.require(suiteId, params.corpid)
        await corps.change(suiteId, corpid, (current) => {
          if (current === null) return null
          const { site: _, ...others } = current
          return { ...others, ...(read.value && { site: read.value }) }
        })
        return read.value ?? none
      },
      {
        parse: 'none',
        query: suiteQuery,
        response: {
          200: Site,
          ...operatorProblems(...failures, 'body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'setCorpSite',
            'Set a company’s own address',
            'In place of the one before; what is left out, it has none of. A page on a trusted domain of the company’s own asks for signatures by GET.',
          ),
          ...jsonRequestBody(EnteredSite),
        },
      },
    )
