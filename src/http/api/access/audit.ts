/** The route of the audit log: who did what, when, from where. */
import { Elysia, t } from 'elysia'
import { type AuditLog, AuditEntry as StoredEntry } from '../../../store/audit-log'
import { named } from '../../answer/named-schema'
import { operatorOperations } from '../../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../../answer/page'
import { operatorProblems } from '../../answer/problem-schema'

const AuditEntry = named('AuditEntry', StoredEntry, {
  id: '0198f1f0-8a00-7000-8000-000000000003',
  at: 1_795_334_400_000,
  actor: { kind: 'key', id: 'Qm3xTt9mQ0cWqzv7', name: 'crm' },
  action: 'event.retry',
  suiteId: null,
  corpid: null,
  target: '0198f1f0-8a00-7000-8000-000000000001',
  address: '203.0.113.7',
  status: 200,
})

const AuditEntryList = namedPageOf('AuditEntryList', AuditEntry)

const moment = (title: string, description: string) =>
  t.Optional(t.Integer({ title, minimum: 0, description }))

export interface AuditRoutesParts {
  readonly auditLog: Pick<AuditLog, 'listAudit'>
}

export const auditRoutes = ({ auditLog }: AuditRoutesParts) =>
  new Elysia().get(
    '/audit',
    ({ query: { limit = itemsAPage, ...filters } }) => auditLog.listAudit({ limit, ...filters }),
    {
      query: t.Object({
        ...pageQuery,
        actor: t.Optional(
          t.String({ maxLength: 64, description: 'A key’s id, `admin_token` or `command`.' }),
        ),
        action: t.Optional(t.String({ maxLength: 64, description: 'As `key.create`.' })),
        corpid: t.Optional(t.String({ maxLength: 64 })),
        since: moment('since', 'From this moment on. Epoch milliseconds.'),
        until: moment('until', 'Before this moment. Epoch milliseconds.'),
      }),
      response: { 200: AuditEntryList, ...operatorProblems() },
      detail: operatorOperations('Access')(
        'listAudit',
        'Who did what',
        'What writes, and what reveals a secret, over `/api` and by commands; with the answer’s status, refusals too. Newest first, kept for SUITED_AUDIT_RETENTION_DAYS.',
      ),
    },
  )
