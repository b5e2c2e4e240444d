/** Entries of the audit log as their rows hold them. No I/O. */
import type { AuditEntry } from '../../audit-log'

/** The columns of an entry, under these names, with its place in the order of arrival. */
export interface AuditRow extends Omit<AuditEntry, 'actor'> {
  readonly seq: number
  readonly actorKind: AuditEntry['actor']['kind']
  readonly actorId: string | null
  readonly actorName: string | null
}

/** The entry that a row holds. */
export const entryOfRow = ({
  seq: _,
  actorKind,
  actorId,
  actorName,
  ...row
}: AuditRow): AuditEntry => {
  const { id, at, ...rest } = row
  return { id, at, actor: { kind: actorKind, id: actorId, name: actorName }, ...rest }
}
