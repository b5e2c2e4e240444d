/**
 * API keys as `/api` shows them: never a hash, and the key itself in the answer to its making
 * alone.
 */
import { t } from 'elysia'
import { type ApiKeyRecord, keyScopes, longestKeyName } from '../../../store/api-keys'
import { previousUntil, standingAt } from '../../../suite/access/key-standing'
import { apiMethods } from '../../../wecom/api/endpoints'
import { nullableInteger } from '../../answer/field-schemas'
import { named } from '../../answer/named-schema'

const Scopes = t.Array(t.UnionEnum([...keyScopes]), {
  description:
    '`sign`: `/sign` is counted by key, not by address. `read`: all of `/api` that changes and reveals nothing. `events`: reading events, and trying one again. `ticket`: JS-SDK tickets. `admin`: all that the admin token may. `login`, `proxy`, `metrics` are for what their names say.',
})

const listOrNull = (description: string) =>
  t.Union([t.Array(t.String()), t.Null()], { description })

const suites = listOrNull('Keys of suites that it is for; null: all.')
const corps = listOrNull('Corpids that it is for; null: all.')
const methods = listOrNull(
  `HTTP methods of calls that pass through to WeCom: ${apiMethods.join(', ')}; null: all.`,
)
const paths = listOrNull(
  'Their paths: `/cgi-bin/user/get`, `/cgi-bin/user/` for all below it, or a ready set such as `contacts:read`; null: all.',
)
const perMinute = nullableInteger('Requests that it may send in a minute; null: any number.')
const expiresAt = nullableInteger('When it ends by itself. Epoch milliseconds; null: never.')

const keyFields = {
  id: t.String(),
  name: t.String({ description: 'Unique among keys that are not revoked.' }),
  scopes: Scopes,
  suites,
  corps,
  methods,
  paths,
  perMinute,
  expiresAt,
  createdAt: t.Integer({ description: 'Epoch milliseconds.' }),
  revokedAt: nullableInteger('When it was revoked. Epoch milliseconds; null: it was not.'),
  status: t.UnionEnum(['good', 'ended', 'revoked'], {
    description: '`ended`: by its `expiresAt`.',
  }),
  previousUntil: nullableInteger(
    'After a rotation, until when the key of before counts too. Epoch milliseconds; null: it doesn’t.',
  ),
  lastUsedAt: nullableInteger('Epoch milliseconds; null: never yet.'),
  uses: t.Integer({ description: 'How often it was let in.' }),
}

/** For documents alone. */
const exampleId = 'Qm3xTt9mQ0cWqzv7'
const exampleKey = `sk_suited_${exampleId}_…`

const example = {
  id: exampleId,
  name: 'crm',
  scopes: ['events' as const, 'ticket' as const],
  suites: null,
  corps: ['wpCorpA'],
  methods: null,
  paths: null,
  perMinute: 600,
  expiresAt: null,
  createdAt: 1_795_334_400_000,
  revokedAt: null,
  status: 'good' as const,
  previousUntil: null,
  lastUsedAt: null,
  uses: 0,
}

export const ApiKey = named('ApiKey', t.Object(keyFields), example)

const theKey = t.String({ description: 'Shown here and never again.' })

export const NewApiKey = named('NewApiKey', t.Object({ ...keyFields, key: theKey }), {
  ...example,
  key: exampleKey,
})

export const RotatedKey = named(
  'RotatedKey',
  t.Object({
    id: t.String(),
    key: theKey,
    previousUntil: t.Integer({
      description: 'Until when the key of before counts too. Epoch milliseconds.',
    }),
  }),
  { id: exampleId, key: exampleKey, previousUntil: 1_795_420_800_000 },
)

/** Fields that it doesn't know are refused: a limit that is mistyped would be none. */
export const NewKeyRequest = named(
  'NewKeyRequest',
  t.Object(
    {
      name: t.String({ minLength: 1, maxLength: longestKeyName }),
      scopes: Scopes,
      suites: t.Optional(suites),
      corps: t.Optional(corps),
      methods: t.Optional(methods),
      paths: t.Optional(paths),
      perMinute: t.Optional(perMinute),
      expiresAt: t.Optional(expiresAt),
    },
    { additionalProperties: false },
  ),
  { name: 'crm', scopes: ['events', 'ticket'], corps: ['wpCorpA'], perMinute: 600 },
)

export const dayOfGraceSeconds = 86_400

export const RotationRequest = named(
  'KeyRotation',
  t.Object(
    {
      graceSeconds: t.Optional(
        t.Integer({
          minimum: 0,
          default: dayOfGraceSeconds,
          description: 'How long the present key counts beside the new one.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  { graceSeconds: dayOfGraceSeconds },
)

/** @param now epoch milliseconds */
export const showKey = (record: ApiKeyRecord, now: number) => ({
  id: record.id,
  name: record.name,
  scopes: record.scopes,
  suites: record.suites,
  corps: record.corps,
  methods: record.methods,
  paths: record.paths,
  perMinute: record.perMinute,
  expiresAt: record.expiresAt,
  createdAt: record.createdAt,
  revokedAt: record.revokedAt,
  status: standingAt(record, now),
  previousUntil: previousUntil(record, now),
  lastUsedAt: record.lastUsedAt,
  uses: record.uses,
})
