/**
 * The port to the audit log: who did what, when, from where. It holds no secret.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`; a cursor that no
 * page gave throws `invalid_request`.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Page } from './store'
import { EpochMs } from './token-record'

const OrNull = <S extends TSchema>(schema: S, description: string) =>
  Type.Union([schema, Type.Null()], { description })

/** With the admin token, with an API key, or with a command on this machine. */
export const auditActorKinds = ['admin_token', 'key', 'command'] as const

export const AuditEntry = Type.Object({
  id: Type.String({ minLength: 1, description: 'Unique.' }),
  at: EpochMs('When it was done.'),
  actor: Type.Object({
    kind: Type.Union(auditActorKinds.map((kind) => Type.Literal(kind))),
    id: OrNull(Type.String(), "A key's id."),
    name: OrNull(Type.String(), "A key's name as it was then."),
  }),
  action: Type.String({ minLength: 1, description: 'key.create, event.retry, corp.access_token…' }),
  suiteId: OrNull(Type.String(), 'Null: of no one suite.'),
  corpid: OrNull(Type.String(), 'Null: of no one company.'),
  target: OrNull(Type.String(), 'What it was done to: the id of a key, of an event.'),
  address: OrNull(Type.String(), 'Where from; null: over no network.'),
  status: Type.Integer({ description: 'The HTTP status of its answer; 0 for commands.' }),
})
export type AuditEntry = Static<typeof AuditEntry>

export interface AuditQuery {
  /** A key's id, or the kind of an actor that has none: `admin_token`, `command`. */
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly corpid?: string | undefined
  /** From this moment on. Epoch milliseconds. */
  readonly since?: number | undefined
  /** Before this moment. Epoch milliseconds. */
  readonly until?: number | undefined
  /** 1 to 200. */
  readonly limit: number
  /** The `next` of the page before. */
  readonly cursor?: string | undefined
}

/** A driver of the event log serves this port too. */
export interface AuditLog {
  /** Durable when it resolves. One whose id is there already stays as it is. */
  addAudit(entry: AuditEntry): Promise<void>

  /** Newest first. */
  listAudit(query: AuditQuery): Promise<Page<AuditEntry>>

  /** Forgets entries from before `before`. Returns how many went. */
  purgeAudit(before: number): Promise<number>

  /** A stretch of all entries, in the order in which they were added. */
  listAllAudit(cursor?: string): Promise<Page<AuditEntry>>

  /** Adds entries of an export, durably, as `addAudit` does. Returns how many came. */
  restoreAudit(entries: readonly AuditEntry[]): Promise<number>
}
