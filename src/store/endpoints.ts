/**
 * The port to endpoints of the business app that were made by the API: where events go, which, and
 * how they are signed. They are few, at most `mostEndpoints`. Those of the settings are not here.
 * Described in `docs/storage.md`.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`; a name that is no
 * endpoint's throws `invalid_request`. Records handed out are copies.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { EpochMs } from './token-record'

export const mostEndpoints = 100

/** Of one endpoint, the newest included: each is a signature more. */
export const mostSecrets = 5

export const endpointNamePattern = '^[a-z0-9][a-z0-9-]{0,31}$'

const OrNull = <S extends TSchema>(schema: S, description: string) =>
  Type.Union([schema, Type.Null()], { description })

const until = OrNull(EpochMs('When it ends.'), 'Null: it is the current one.')

/** Standard Webhooks: signed with a secret. */
const StandardSigning = Type.Object({
  format: Type.Literal('standard'),
  secrets: Type.Array(
    Type.Object({ secret: Type.String({ description: 'whsec_…: 24 to 64 bytes.' }), until }),
    { minItems: 1, maxItems: mostSecrets, description: 'The newest first; more while rotated.' },
  ),
})

/** WeCom's own envelope: sealed with a callback pair. */
const WecomSigning = Type.Object({
  format: Type.Literal('wecom'),
  pairs: Type.Array(Type.Object({ token: Type.String(), encodingAesKey: Type.String(), until }), {
    minItems: 1,
    maxItems: 2,
    description: 'The newest first; two while it is rotated.',
  }),
})

export const EndpointRecord = Type.Object({
  version: Type.Literal(1),
  name: Type.String({ pattern: endpointNamePattern }),
  url: Type.String({ minLength: 1 }),
  signing: Type.Union([StandardSigning, WecomSigning]),
  types: OrNull(Type.Array(Type.String()), 'Types of events, with * for any text; null: all.'),
  suites: OrNull(Type.Array(Type.String()), "The operator's names of suites; null: all."),
  corps: OrNull(Type.Array(Type.String()), 'Corpids; null: all.'),
  order: Type.Union([Type.Literal('none'), Type.Literal('corp')]),
  replies: Type.Boolean({ description: 'Its answer to a message becomes the passive reply.' }),
  private: Type.Boolean({ description: 'It may be a private address.' }),
  maxPerSecond: OrNull(Type.Integer({ minimum: 1 }), 'Null: as fast as it takes them.'),
  concurrency: Type.Integer({ minimum: 1, maximum: 64, description: 'Attempts at one time.' }),
  headers: Type.Record(Type.String(), Type.String(), { description: 'Sent beside ours.' }),
  createdAt: EpochMs('When it was made.'),
})
export type EndpointRecord = Static<typeof EndpointRecord>

/** What decides which events an endpoint gets, and in what order. No secret, and no address. */
export const EndpointFilter = Type.Composite([
  Type.Pick(EndpointRecord, ['name', 'types', 'suites', 'corps', 'order']),
  Type.Object({
    signing: Type.Object({
      format: Type.Union([Type.Literal('standard'), Type.Literal('wecom')]),
    }),
  }),
])
export type EndpointFilter = Static<typeof EndpointFilter>

export interface Endpoints {
  /** All of them, by name. One whose record can't be read is missing. */
  listEndpoints(): Promise<EndpointRecord[]>

  /**
   * Reads, changes and writes one record as one step; concurrent changes queue up. `change` is
   * pure, may run several times and gets null for an unknown name; what it returns is written
   * durably before this resolves, null leaves everything as it was.
   *
   * @throws {ServiceError} invalid_request — there are `mostEndpoints` already
   */
  changeEndpoint(
    name: string,
    change: (current: EndpointRecord | null) => EndpointRecord | null,
  ): Promise<{ readonly before: EndpointRecord | null; readonly after: EndpointRecord | null }>

  /** Forgets one, its secrets in no file and no row afterwards. Whether there was one. */
  removeEndpoint(name: string): Promise<boolean>
}
