/**
 * The port to API keys: who may do what, known by a hash of the key alone. They are few, at most
 * `mostKeys`. Described in `docs/storage.md`.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`; an id that is not
 * 16 of `A-Za-z0-9` throws `invalid_request`. Records handed out are copies.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { EpochMs } from './token-record'

export const keyScopes = [
  'sign',
  'login',
  'events',
  'proxy',
  'ticket',
  'metrics',
  'read',
  'admin',
] as const
export type KeyScope = (typeof keyScopes)[number]

/** How many there may be. One that has ended makes room for a new one. */
export const mostKeys = 1000

export const longestKeyName = 64

const OrNull = <S extends TSchema>(schema: S, description: string) =>
  Type.Union([schema, Type.Null()], { description })

export const ApiKeyRecord = Type.Object({
  version: Type.Literal(1),
  id: Type.String({ pattern: '^[A-Za-z0-9]{16}$' }),
  name: Type.String({
    minLength: 1,
    maxLength: longestKeyName,
    description: 'Unique among keys that are not revoked.',
  }),
  scopes: Type.Array(Type.Union(keyScopes.map((scope) => Type.Literal(scope)))),
  suites: OrNull(Type.Array(Type.String()), "The operator's names of suites; null: all."),
  corps: OrNull(Type.Array(Type.String()), 'Corpids; null: all.'),
  methods: OrNull(Type.Array(Type.String()), 'HTTP methods of proxied calls; null: all.'),
  paths: OrNull(
    Type.Array(Type.String()),
    "WeCom's paths, one that ends in / with all below it, or names of ready sets; null: all.",
  ),
  perMinute: OrNull(Type.Integer({ minimum: 1 }), 'Requests in a minute; null: any number.'),
  expiresAt: OrNull(EpochMs('When it ends by itself.'), 'Null: never.'),
  createdAt: EpochMs('When it was made.'),
  revokedAt: OrNull(EpochMs('When it was revoked.'), 'Null: it was not.'),
  secrets: Type.Array(
    Type.Object({
      hash: Type.String({ description: 'SHA-256 of the whole key, base64url.' }),
      until: OrNull(EpochMs('When this one ends.'), 'Null: with the key.'),
    }),
    { minItems: 1, maxItems: 2, description: 'The newest first; two while a key is rotated.' },
  ),
  lastUsedAt: OrNull(EpochMs('When it was used last.'), 'Null: never yet.'),
  uses: Type.Integer({ minimum: 0, description: 'How often it was used.' }),
})
export type ApiKeyRecord = Static<typeof ApiKeyRecord>

/** A key's record before a change and after it; equal if the change left it as it was. */
export interface ChangedKey {
  readonly before: ApiKeyRecord | null
  readonly after: ApiKeyRecord | null
}

/** What was counted of one key since the last time. */
export interface KeyUses {
  readonly id: string
  readonly uses: number
  /** Epoch milliseconds. */
  readonly lastUsedAt: number
}

export interface ApiKeys {
  /**
   * All of them, those that ended too, the newest first. One whose record can't be read is missing.
   */
  listKeys(): Promise<ApiKeyRecord[]>

  /** The ids of all of them, also of those whose record can't be read. In no order. */
  listKeyIds(): Promise<string[]>

  loadKey(id: string): Promise<ApiKeyRecord | null>

  /**
   * Reads, changes and writes one key's record as one step; concurrent changes of keys queue up.
   * `change` is pure, may run several times and gets null for an unknown id; what it returns is
   * written durably before this resolves, null leaves everything as it was. `uses` and
   * `lastUsedAt` count for a new key only: after that `addKeyUses` alone writes them. Where there
   * are `mostKeys`, the key that ended longest ago is forgotten for a new one.
   *
   * @throws {ServiceError} invalid_request — the name is another key's that is not revoked, or
   *   there are `mostKeys` and none has ended
   */
  changeKey(
    id: string,
    change: (current: ApiKeyRecord | null) => ApiKeyRecord | null,
  ): Promise<ChangedKey>

  /**
   * Adds up how often keys were used; of `lastUsedAt` the latest counts. Unknown ids are ignored.
   * Not durable against a power cut.
   *
   * @param batch its id: whoever doesn't know whether it was counted hands the same uses in again
   *   with the same one, within an hour, and they count once
   */
  addKeyUses(uses: readonly KeyUses[], batch: string): Promise<void>

  /**
   * Forgets keys that were revoked, or ended by themselves, before `before`. Returns how many went.
   */
  purgeKeys(before: number): Promise<number>
}
