/** What a driver of the event log serves: its ports share tables and transactions. */
import type { Deliveries } from '../deliveries'
import type { EventLog } from '../event-log'
import type { Facts } from '../facts'

export type EventLogDriver = EventLog & Deliveries & Facts
