/** What the audit log is told of `/api`: who did what, when, from where, and how it ended. */
import type { Clock } from '../../clock'
import { withoutKeys } from '../../log'
import type { AuditEntry, AuditLog } from '../../store/audit-log'
import type { Caller } from '../../suite/access/caller'
import type { Suites } from '../../suite/suites'
import type { ClientOf } from '../request/rate-limit'
import type { Access } from './access'
import { type AtRoute, corpNamed, rowOf, suiteNamed } from './route-door'

/** What an action was done to. */
export type AuditSubject = Partial<Pick<AuditEntry, 'suiteId' | 'corpid' | 'target'>>

export interface AuditTrail {
  /** Says what a request is about, where its address doesn't. */
  setSubject(request: Request, subject: AuditSubject): void
  /**
   * Writes down what was done at a route, durably, if that is an action; then it may be answered.
   *
   * @throws {ServiceError} store_unavailable
   */
  record(at: AtRoute, status: number): Promise<void>
}

/** A caller as the audit log names it. */
export const actorOf = (caller: Caller): AuditEntry['actor'] =>
  caller.kind === 'admin_token'
    ? { kind: 'admin_token', id: null, name: null }
    : { kind: 'key', id: caller.key.id, name: caller.key.name }

export interface AuditTrailParts {
  readonly auditLog: Pick<AuditLog, 'addAudit'>
  readonly access: Pick<Access, 'callerOf'>
  readonly suites: Suites
  readonly clientOf: ClientOf
  readonly clock: Clock
  newId(): string
}

export const createAuditTrail = (parts: AuditTrailParts): AuditTrail => {
  const { auditLog, access, suites, clientOf, clock, newId } = parts
  const subjects = new WeakMap<Request, AuditSubject>()

  /** The suite's id, if the request names one that there is. */
  const suiteIdOf = (at: AtRoute): string | null => {
    try {
      const key = suiteNamed(suites, at)
      return key === null ? null : suites.find(key).suiteId
    } catch {
      return null
    }
  }

  return {
    setSubject(request, subject) {
      subjects.set(request, subject)
    },
    async record(at, status) {
      // Whoever is not known did nothing.
      const caller = access.callerOf(at.request)
      if (caller === null) return
      const { about, audit: action } = rowOf(at)
      if (action === null) return
      const id = (at.params as { id?: string } | undefined)?.id ?? null
      await auditLog.addAudit({
        id: newId(),
        at: clock.now(),
        actor: actorOf(caller),
        action,
        suiteId: about === 'corp' || about === 'suite' ? suiteIdOf(at) : null,
        corpid: corpNamed(at),
        // Whoever takes a key for its id must not have it kept here.
        target: id === null ? null : withoutKeys(id),
        address: clientOf(at.request)?.address ?? null,
        status,
        ...subjects.get(at.request),
      })
    },
  }
}
