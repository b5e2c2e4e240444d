/** The route of callbacks that were refused, for the operator who has to mend the cause. */
import { Elysia, t } from 'elysia'
import { ServiceError } from '../../errors'
import type {
  RefusedCallbackCounts,
  RefusedCallbackGroup,
} from '../../suite/callback/refused/counts'
import { explainMistake } from '../../suite/callback/refused/explanations'
import { mistakeCodes, standings } from '../../suite/callback/refused/mistake'
import { pathOf } from '../../suite/callback-place'
import type { Suites } from '../../suite/suites'
import type { ClockCheck } from '../../wecom/clock-check'
import { nullableText } from '../answer/field-schemas'
import { named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { examplePageOf, itemsAPage, pageOf, pageQuery } from '../answer/page'
import { operatorProblems } from '../answer/problem-schema'

const moment = (description: string) => t.Integer({ description })

const fields = t.Object({
  id: t.String(),
  standing: t.Union(
    standings.map((standing) => t.Literal(standing)),
    {
      description:
        '`signed`: a Token of ours signed them. `like_wecom`: they have all the parts of a push, and nothing proves who sent them. `other`: they haven’t.',
    },
  ),
  mistake: t.Union(
    mistakeCodes.map((code) => t.Literal(code)),
    { description: 'Stable, for programs.' },
  ),
  url: t.String({ description: 'The path that they came to.', examples: ['/callback/command'] }),
  suite: nullableText('The key of the suite that the path means; null for the provider’s URL.'),
  kind: t.Union([t.Literal('check'), t.Literal('push')], {
    description: 'Checks of the URL, or pushes.',
  }),
  network: nullableText('The /24 or /48 that they came from; null if they came over no network.'),
  lastAddress: nullableText('The address that the last of them came from.'),
  count: t.Integer({ minimum: 1 }),
  firstAt: moment('Epoch milliseconds.'),
  lastAt: moment('Epoch milliseconds.'),
  detail: t.String({ description: 'What is wrong with the last of them.' }),
  cure: t.String(),
})

const RefusedCallback = named('RefusedCallback', fields, {
  id: '7',
  standing: 'signed',
  mistake: 'wrong_encoding_aes_key',
  url: '/callback/command',
  suite: 'default',
  kind: 'push',
  network: '203.0.113.0/24',
  lastAddress: '203.0.113.7',
  count: 3,
  firstAt: 1_795_334_400_000,
  lastAt: 1_795_334_460_000,
  detail: 'The signature fits, but the message doesn’t decrypt.',
  cure: 'Copy all 43 characters of the EncodingAESKey into WECOM_ENCODING_AES_KEY.',
})

const RefusedCallbackList = named(
  'RefusedCallbackList',
  t.Composite([
    pageOf(RefusedCallback),
    t.Object({ since: moment('When counting began: with the process. Epoch milliseconds.') }),
  ]),
  { ...examplePageOf(RefusedCallback), since: 1_795_330_800_000 },
)

const unknownCursor = () =>
  new ServiceError('invalid_request', 'The cursor is none that this list gave, or too old.')

export interface RefusedCallbackRoutesParts {
  readonly suites: Suites
  readonly refusedCallbacks: Pick<RefusedCallbackCounts, 'since' | 'list'>
  readonly clockCheck: Pick<ClockCheck, 'offByMs'>
}

export const refusedCallbackRoutes = (parts: RefusedCallbackRoutesParts) => {
  const { suites, refusedCallbacks, clockCheck } = parts

  const show = (group: RefusedCallbackGroup) => {
    const { id, standing, mistake, place, by, network, address, count, firstAt, lastAt } = group
    const suite = suites.all.find(({ key }) => key === place.suiteKey) ?? null
    const where = { url: place.url, suite, pathCorpid: place.pathCorpid }
    const clockAheadMs = clockCheck.offByMs()
    const { wrong, cure } = explainMistake(mistake, { place: where, suites, clockAheadMs })
    return {
      id,
      standing,
      mistake: mistake.code,
      url: pathOf(where, suites),
      suite: place.suiteKey,
      kind: by,
      network,
      lastAddress: address,
      count,
      firstAt,
      lastAt,
      detail: wrong,
      cure,
    }
  }

  return new Elysia().get(
    '/refused-callbacks',
    ({ query: { limit = itemsAPage, cursor } }) => {
      const groups = refusedCallbacks.list()
      const before = cursor === undefined ? -1 : groups.findIndex(({ id }) => id === cursor)
      if (cursor !== undefined && before === -1) throw unknownCursor()
      const page = groups.slice(before + 1, before + 1 + limit)
      const more = groups.length > before + 1 + limit
      const next = more ? (page.at(-1)?.id ?? null) : null
      return { items: page.map(show), next, since: refusedCallbacks.since }
    },
    {
      query: t.Object(pageQuery),
      response: { 200: RefusedCallbackList, ...operatorProblems() },
      detail: operatorOperations('Operations')(
        'listRefusedCallbacks',
        'Refused callbacks, by mistake, URL and network',
        'Those that a Token of ours signed come first, then those that look like WeCom’s, then the others; within each the latest first. Of each at most 200 groups are kept, the rarest give way; they live as long as the process.',
      ),
    },
  )
}
