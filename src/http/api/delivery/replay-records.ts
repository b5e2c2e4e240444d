/** Replays and attempts as `/api` shows them. */
import { t } from 'elysia'
import type { Replay } from '../../../store/replays'
import { nullableInteger, nullableText } from '../../answer/field-schemas'
import { named } from '../../answer/named-schema'

const status = t.Union([t.Integer(), t.Null()], {
  description: 'HTTP status; null where no answer came.',
})

const nullableTime = t.Optional(t.Union([t.Integer(), t.Null()]))
const nullableString = t.Optional(t.Union([t.String({ maxLength: 200 }), t.Null()]))

export const ReplayRequest = named(
  'ReplayRequest',
  t.Object(
    {
      since: nullableTime,
      until: nullableTime,
      type: nullableString,
      corpid: nullableString,
      all: t.Optional(
        t.Boolean({ description: 'Those too that it has had already; false unless given.' }),
      ),
    },
    { additionalProperties: false },
  ),
  { since: 1_795_334_400_000 },
)

export const ReplayView = named(
  'Replay',
  t.Object({
    id: t.String(),
    status: t.UnionEnum(['running', 'done', 'cancelled']),
    total: t.Integer({ description: 'Events that were found so far.' }),
    sent: t.Integer({ description: 'Those of them whose delivery has ended.' }),
    startedAt: t.Integer(),
    endedAt: nullableInteger('Epoch milliseconds; null while it runs.'),
  }),
  {
    id: '0198f1f0-8a00-7000-8000-00000000000a',
    status: 'running',
    total: 120,
    sent: 80,
    startedAt: 1_795_334_400_000,
    endedAt: null,
  },
)

export const AttemptView = named(
  'Attempt',
  t.Object({
    endpoint: t.String(),
    at: t.Integer({ description: 'Epoch milliseconds.' }),
    address: nullableText('That was connected to; null where it came to none.'),
    status,
    error: nullableText('Why it failed; null for a success.'),
    durationMs: t.Integer(),
    answer: t.String({ description: 'Its first kilobyte.' }),
  }),
  {
    endpoint: 'crm',
    at: 1_795_334_400_000,
    address: '198.51.100.7',
    status: 503,
    error: 'status 503',
    durationMs: 120,
    answer: 'Service Unavailable',
  },
)

/** A replay as it is shown. */
export const showReplay = ({ id, status, total, sent, startedAt, endedAt }: Replay) => ({
  id,
  status,
  total,
  sent,
  startedAt,
  endedAt,
})
