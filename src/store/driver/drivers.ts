/** The ports that each driver serves, and that share its files, tables and transactions. */
import type { ApiKeys } from '../api-keys'
import type { AuditLog } from '../audit-log'
import type { Deliveries } from '../deliveries'
import type { Endpoints } from '../endpoints'
import type { EventLog } from '../event-log'
import type { Facts } from '../facts'
import type { OnceValues } from '../once-values'
import type { Budgets } from '../replicas/budgets'
import type { Store } from '../store'
import type { CorpVisits } from '../watch/corp-visits'
import type { SharedWorkLog } from '../watch/shared-work'
import type { SuspectedCorps } from '../watch/suspected-corps'
import type { Moving } from './moving'

/** Of the store: suites, companies, visits to them, tokens, hourly budgets, keys, endpoints. */
export type StoreDriver = Store & ApiKeys & Endpoints & CorpVisits & Budgets

/**
 * Of the event log: events, their deliveries, facts, the audit log, what is had once, companies
 * that WeCom called gone, work that is done once for all, the move of all that.
 */
export type EventLogDriver = EventLog &
  Deliveries &
  Facts &
  AuditLog &
  OnceValues &
  SuspectedCorps &
  SharedWorkLog &
  Moving
