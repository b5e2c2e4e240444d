/** Endpoints as `/api` shows them: no secret, but in the answer to its making. */
import { t } from 'elysia'
import type { StandingEndpoint } from '../../../delivery/endpoints/endpoint-status'
import { endpointStatuses } from '../../../store/deliveries'
import { nullableInteger, nullableText } from '../../answer/field-schemas'
import { named } from '../../answer/named-schema'

const listOrNull = (description: string) =>
  t.Union([t.Array(t.String()), t.Null()], { description })

const types = listOrNull('Types of events, with `*` for any text: `event.*`; null: all.')
const suites = listOrNull('Keys of suites; null: all.')
const corps = listOrNull('Corpids; null: all, and what is of no company.')
const Order = t.UnionEnum(['none', 'corp'], {
  description: '`corp`: one at a time for each company, in the order in which they came.',
})
const Format = t.UnionEnum(['standard', 'wecom'], {
  description: '`wecom`: WeCom’s own envelope, for handlers that were written with an SDK.',
})
const replies = t.Boolean({ description: 'Its answer to a message becomes the passive reply.' })
const isPrivate = t.Boolean({ description: 'It may have an address that is not public.' })
const maxPerSecond = nullableInteger('Attempts a second; null: as many as it takes.')
const concurrency = t.Integer({ minimum: 1, maximum: 64, description: 'Attempts at one time.' })

const endpointFields = {
  name: t.String(),
  url: t.String({ description: 'Without its query, whose values may be secrets.' }),
  types,
  suites,
  corps,
  order: Order,
  format: Format,
  replies,
  private: isPrivate,
  maxPerSecond,
  concurrency,
  headers: t.Array(t.String(), { description: 'The names of headers that are sent beside ours.' }),
  status: t.UnionEnum([...endpointStatuses]),
  reason: nullableText('Why it is paused or off; null while it is on.'),
  pending: t.Integer({ description: 'Deliveries that wait, held ones included.' }),
  oldestPendingAt: nullableInteger('Epoch milliseconds.'),
  dead: t.Integer({ description: 'Deliveries that were given up after all tries.' }),
  dropped: t.Integer({ description: 'Those that were given up because they were held too long.' }),
  failures: t.Integer({ description: 'Failed tries in a row; from five on it is failing.' }),
  failingSince: nullableInteger('Epoch milliseconds.'),
  lastSuccessAt: nullableInteger('Epoch milliseconds.'),
  lastError: nullableText('Why the last failed try failed.'),
  origin: t.UnionEnum(['settings', 'api'], {
    description: 'One of the settings is changed there alone.',
  }),
  createdAt: nullableInteger('Epoch milliseconds; null for one of the settings.'),
}

const example = {
  name: 'crm',
  url: 'https://crm.example.com/hooks/wecom',
  types: ['create_auth', 'event.*'],
  suites: null,
  corps: null,
  order: 'corp' as const,
  format: 'standard' as const,
  replies: false,
  private: false,
  maxPerSecond: null,
  concurrency: 16,
  headers: ['x-team'],
  status: 'on' as const,
  reason: null,
  pending: 0,
  oldestPendingAt: null,
  dead: 0,
  dropped: 0,
  failures: 0,
  failingSince: null,
  lastSuccessAt: 1_795_334_400_000,
  lastError: null,
  origin: 'api' as const,
  createdAt: 1_795_334_000_000,
}

export const EndpointView = named('Endpoint', t.Object(endpointFields), example)

const shownOnce = {
  secret: t.Optional(t.String({ description: 'Signs deliveries. Shown here and never again.' })),
  token: t.Optional(t.String({ description: 'With format `wecom`, likewise.' })),
  encodingAesKey: t.Optional(t.String({ description: 'With format `wecom`, likewise.' })),
}

export const NewEndpoint = named('NewEndpoint', t.Object({ ...endpointFields, ...shownOnce }), {
  ...example,
  secret: 'whsec_…',
})

const requestFields = {
  url: t.String({ minLength: 1, maxLength: 2048 }),
  types: t.Optional(types),
  suites: t.Optional(suites),
  corps: t.Optional(corps),
  order: t.Optional(Order),
  replies: t.Optional(replies),
  private: t.Optional(isPrivate),
  maxPerSecond: t.Optional(t.Union([t.Integer({ minimum: 1, maximum: 10_000 }), t.Null()])),
  concurrency: t.Optional(concurrency),
  headers: t.Optional(t.Record(t.String(), t.String())),
  secret: t.Optional(t.String({ description: '`whsec_` and 24 to 64 bytes in base64.' })),
  token: t.Optional(t.String()),
  encodingAesKey: t.Optional(t.String()),
}

/** Fields that it doesn't know are refused: a filter that is mistyped would be none. */
export const NewEndpointRequest = named(
  'NewEndpointRequest',
  t.Object(
    { name: t.String({ minLength: 1 }), format: t.Optional(Format), ...requestFields },
    { additionalProperties: false },
  ),
  { name: 'crm', url: example.url, types: example.types, order: 'corp' },
)

export const EndpointChange = named(
  'EndpointChange',
  t.Partial(t.Object(requestFields), { additionalProperties: false }),
  { url: 'https://crm.example.com/hooks/v2' },
)

export const EndpointRotation = named(
  'EndpointRotation',
  t.Object(
    {
      graceSeconds: t.Optional(
        t.Integer({
          minimum: 0,
          maximum: 604_800,
          default: 86_400,
          description: 'How long the present secret signs beside the new one.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  { graceSeconds: 86_400 },
)

export const RotatedEndpoint = named(
  'RotatedEndpoint',
  t.Object({ ...shownOnce, previousUntil: t.Integer({ description: 'Epoch milliseconds.' }) }),
  { secret: 'whsec_…', previousUntil: 1_795_420_800_000 },
)

const status = t.Union([t.Integer(), t.Null()], {
  description: 'HTTP status; null where no answer came.',
})

export const TestedEndpoint = named(
  'TestedEndpoint',
  t.Object({
    status,
    error: nullableText('Why it failed; null for a success.'),
    durationMs: t.Integer(),
    answer: t.String({ description: 'Its first kilobyte.' }),
  }),
  { status: 200, error: null, durationMs: 41, answer: 'ok' },
)

/** Values in a query may be secrets. */
const withoutQuery = (url: string): string => url.replace(/\?.*$/, '?***')

/** An endpoint as it is shown. */
export const showEndpoint = ({ endpoint, state, counts }: StandingEndpoint) => ({
  name: endpoint.name,
  url: withoutQuery(endpoint.url),
  types: endpoint.types,
  suites: endpoint.suites,
  corps: endpoint.corps,
  order: endpoint.order,
  format: endpoint.signing.format,
  replies: endpoint.replies,
  private: endpoint.private,
  maxPerSecond: endpoint.maxPerSecond,
  concurrency: endpoint.concurrency,
  headers: Object.keys(endpoint.headers),
  status: state.status,
  reason: state.reason,
  pending: counts.pending,
  oldestPendingAt: counts.oldestPendingAt,
  dead: counts.dead,
  dropped: state.dropped,
  failures: state.failures,
  failingSince: state.failingSince,
  lastSuccessAt: state.lastSuccessAt,
  lastError: state.lastError,
  origin: endpoint.origin,
  createdAt: endpoint.createdAt,
})
