/**
 * What the audit log is told of `/api`: which of its routes act, on what, and when that is written.
 */
import { withoutKeys } from '../../log'
import type { Suites } from '../../suite/suites'
import type { Access } from './access'
import type { AuditEntries, Deed } from './audit-entries'
import { type AtRoute, corpNamed, rowOf, suiteNamed } from './route-door'

/** What an action was done to. */
export type AuditSubject = Partial<Pick<Deed, 'suiteId' | 'corpid' | 'target'>>

export interface AuditTrail {
  /** Says what a request is about, where its address doesn't. */
  setSubject(request: Request, subject: AuditSubject): void
  /** Says what an answer reveals, at a route that else only reads. */
  setReveal(request: Request, action: string): void
  /**
   * Writes down what is about to be done, where its answer alone has a secret that nobody else will
   * ever have: were it written after that and failed, what was made would be nobody's. An action
   * that fails all the same has a second entry, with its failure.
   *
   * @param status as it is answered, if it succeeds
   * @throws {ServiceError} store_unavailable — then nothing may be done
   */
  recordAhead(at: AtRoute, status: number): Promise<void>
  /**
   * Writes down what was done at a route, durably, if that is an action; then it may be answered.
   *
   * @throws {ServiceError} store_unavailable
   */
  record(at: AtRoute, status: number): Promise<void>
}

export interface AuditTrailParts {
  readonly auditEntries: AuditEntries
  readonly access: Pick<Access, 'callerOf'>
  readonly suites: Suites
}

export const createAuditTrail = (parts: AuditTrailParts): AuditTrail => {
  const { auditEntries, access, suites } = parts
  const subjects = new WeakMap<Request, AuditSubject>()
  const reveals = new WeakMap<Request, string>()
  /** The status under which a request stands in the log already. */
  const recordedAhead = new WeakMap<Request, number>()

  /** The suite's id, if the request names one that there is. */
  const suiteIdOf = (at: AtRoute): string | null => {
    try {
      const key = suiteNamed(suites, at)
      return key === null ? null : suites.find(key).suiteId
    } catch {
      return null
    }
  }

  const record = async (at: AtRoute, status: number): Promise<void> => {
    const { request } = at
    // Whoever is not known did nothing.
    const caller = access.callerOf(request)
    if (caller === null || recordedAhead.get(request) === status) return
    const { about, audit } = rowOf(at)
    const action = audit ?? reveals.get(request)
    if (action === undefined) return
    const id = (at.params as { id?: string } | undefined)?.id ?? null
    await auditEntries.add(request, caller, {
      action,
      suiteId: about === 'corp' || about === 'suite' ? suiteIdOf(at) : null,
      corpid: corpNamed(at),
      // Whoever takes a key for its id must not have it kept here.
      target: id === null ? null : withoutKeys(id),
      status,
      ...subjects.get(request),
    })
  }

  return {
    setSubject(request, subject) {
      subjects.set(request, subject)
    },
    setReveal(request, action) {
      reveals.set(request, action)
    },
    async recordAhead(at, status) {
      await record(at, status)
      recordedAhead.set(at.request, status)
    },
    record,
  }
}
