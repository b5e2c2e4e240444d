/** A company's own callback pair, for customised apps: set here, never shown again. */

import { Value } from '@sinclair/typebox/value'
import { Elysia, t } from 'elysia'
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Store } from '../../../store/store'
import type { CorpCallbackPairs } from '../../../suite/callback/corp-callback-pair'
import type { Corps } from '../../../suite/corps'
import { createSuiteIdFor } from '../../../suite/suite-of-corp'
import type { Suites } from '../../../suite/suites'
import { nullableText } from '../../answer/field-schemas'
import { named } from '../../answer/named-schema'
import { operatorOperations } from '../../answer/operation-detail'
import { invalidBody } from '../../answer/problem'
import { operatorProblems } from '../../answer/problem-schema'
import { jsonRequestBody, readJson } from '../../request/json-body'
import { suiteQuery } from './corp-scope'

const Pair = named(
  'CallbackPair',
  t.Object({
    token: t.String({
      pattern: '^[A-Za-z0-9]{1,32}$',
      description: 'Up to 32 letters and digits.',
    }),
    encodingAesKey: t.String({
      pattern: '^[A-Za-z0-9]{43}$',
      description: '43 letters and digits.',
    }),
  }),
  {
    token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EYo',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  },
)

const Callback = named(
  'CorpCallback',
  t.Object({
    url: nullableText('To paste into WeCom’s form; null without SUITED_PUBLIC_URL.'),
    configured: t.Boolean({ description: 'Whether the company has a pair of its own here.' }),
  }),
  { url: 'https://gw.example.com/suites/template/corps/wpCorpA/callback', configured: true },
)

const failures = [
  'suite_not_found',
  'suite_required',
  'corp_not_authorized',
  'suite_not_configured',
] as const

const detail = operatorOperations('Companies')

export interface CorpCallbackRoutesParts {
  readonly suites: Suites
  readonly store: Pick<Store, 'suitesOfCorp' | 'corpidOfOpenCorpid'>
  readonly corps: Corps
  readonly corpCallbackPairs: CorpCallbackPairs
  readonly publicUrl: string | null
  readonly clock: Clock
}

export const corpCallbackRoutes = (parts: CorpCallbackRoutesParts) => {
  const { suites, store, corps, corpCallbackPairs, publicUrl, clock } = parts
  const suiteIdFor = createSuiteIdFor({ suites, store, corps })

  const show = async (suiteId: string, corpid: string) => {
    const record = await corps.require(suiteId, corpid)
    const key = suites.byId(suiteId)?.key ?? suiteId
    return {
      url: publicUrl && `${publicUrl}/suites/${key}/corps/${record.corpid}/callback`,
      configured: record.callbackPair !== undefined,
    }
  }

  return new Elysia({ prefix: '/corps' })
    .get(
      '/:corpid/callback',
      async ({ params, query }) =>
        show(await suiteIdFor(params.corpid, query.suite), params.corpid),
      {
        query: suiteQuery,
        response: { 200: Callback, ...operatorProblems(...failures) },
        detail: detail(
          'getCorpCallback',
          'The callback URL of one company',
          'For customised apps (代开发).',
        ),
      },
    )
    .put(
      '/:corpid/callback',
      async ({ params, query, request }) => {
        const body = await readJson(request, clock)
        if (!Value.Check(Pair, body)) throw invalidBody(Value.Errors(Pair, body))
        const suiteId = await suiteIdFor(params.corpid, query.suite)
        if (suites.byId(suiteId)?.kind !== 'customised') {
          throw new ServiceError(
            'forbidden',
            'Only a customised app (kind = "customised") has callback pairs of its companies.',
          )
        }
        await corpCallbackPairs.save(suiteId, params.corpid, body.token, body.encodingAesKey)
        return show(suiteId, params.corpid)
      },
      {
        parse: 'none',
        query: suiteQuery,
        response: {
          200: Callback,
          ...operatorProblems(...failures, 'body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'setCorpCallback',
            'Set a company’s callback pair',
            'The Token and EncodingAESKey of the callback form of this company’s app.',
          ),
          ...jsonRequestBody(Pair),
        },
      },
    )
}
