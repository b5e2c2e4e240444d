/** Entries for the audit log, from every door: who did what, when, from where, and how it ended. */
import { type Clock, minuteMs } from '../../clock'
import type { AuditEntry, AuditLog } from '../../store/audit-log'
import type { Caller } from '../../suite/access/caller'
import type { ThrottledLog } from '../../throttled-log'
import type { ClientOf } from '../request/rate-limit'
import { createWindowCounter } from '../request/window-counter'

/** What was done, or refused: `status` says which. */
export type Deed = Pick<AuditEntry, 'action' | 'suiteId' | 'corpid' | 'target' | 'status'>

export interface AuditEntries {
  /**
   * Writes down what a caller did, durably. A key that is refused the same over and over fills no
   * disk with that: of its refusals only the first few of a minute are written, the log counts the
   * others.
   *
   * @throws {ServiceError} store_unavailable
   */
  add(request: Request, caller: Caller, deed: Deed): Promise<void>
}

/** Of one caller, one action and one status, in a minute. */
const mostRefusals = 10

const actorOf = (caller: Caller): AuditEntry['actor'] =>
  caller.kind === 'admin_token'
    ? { kind: 'admin_token', id: null, name: null }
    : { kind: 'key', id: caller.key.id, name: caller.key.name }

export const createAuditEntries = (parts: {
  readonly auditLog: Pick<AuditLog, 'addAudit'>
  readonly clientOf: ClientOf
  readonly throttledLog: Pick<ThrottledLog, 'write'>
  readonly clock: Clock
  newId(): string
}): AuditEntries => {
  const { auditLog, clientOf, throttledLog, clock, newId } = parts
  const refusals = createWindowCounter({ windowMs: minuteMs, clock })

  return {
    async add(request, caller, deed) {
      const { action, status } = deed
      const actor = actorOf(caller)
      const address = clientOf(request)?.address ?? null
      const isRefused = status >= 400
      if (isRefused && refusals.add(`${actor.id} ${action} ${status}`) > mostRefusals) {
        throttledLog.write({
          level: 'warn',
          message: 'a key is refused more often in a minute than the audit log tells',
          fields: { key: actor.id, name: actor.name, action, status },
          kind: `${action} ${status}`,
          sender: address,
        })
        return
      }
      await auditLog.addAudit({ id: newId(), at: clock.now(), actor, address, ...deed })
    },
  }
}
