/** The facts written when an event comes or is settled: part of the step that writes the event. */
import type { Database } from 'bun:sqlite'
import { factOf } from '../driver/records/fact-records'
import type { EventRecord, NewEvent, Settlement } from '../event-record'
import type { Fact, FactRule } from '../facts'
import { findEvent } from './event-queries'
import { insertFact, nameFactsCorp } from './facts/fact-rows'

export interface FactWrites {
  /** The fact of an event with its body in clear; null if it leaves none. */
  of(event: NewEvent | EventRecord): Fact | null
  /** The event turned out to be a company's, or another event. */
  settled(db: Database, id: string, settlement: Settlement): void
}

/** @param opened the event with its body in clear */
export const createFactWrites = (
  rule: FactRule,
  opened: (event: EventRecord) => EventRecord,
): FactWrites => ({
  of: (event) => factOf(rule, event),
  settled(db, id, settlement) {
    if (settlement.corpid !== undefined) nameFactsCorp(db, id, settlement.corpid)
    if (settlement.status !== 'pending' || !settlement.readAs) return
    const event = findEvent(db, id)
    const fact = event && factOf(rule, opened(event))
    if (fact) insertFact(db, fact)
  },
})
