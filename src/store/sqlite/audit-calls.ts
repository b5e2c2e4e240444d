/** The port to the audit log on the event log's database. */
import type { AuditLog } from '../audit-log'
import { insertAudit, listAllAudit, listAudit, purgeAudit, restoreAudit } from './audit-rows'
import type { DatabaseCalls } from './calls'

export const createAuditCalls = ({ read, write, exhaust }: DatabaseCalls): AuditLog => ({
  addAudit: (entry) => write((db) => void insertAudit(db, entry)),
  listAudit: (query) => read((db) => listAudit(db, query)),
  listAllAudit: (cursor) => read((db) => listAllAudit(db, cursor)),
  restoreAudit: (entries) => write((db) => restoreAudit(db, entries)),
  purgeAudit: (before) => exhaust((db, atOnce) => purgeAudit(db, before, atOnce)),
})
