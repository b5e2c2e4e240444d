/** The steps that bring a database's tables to their newest form. */
import { deliveryTables } from './delivery-tables'
import { eventTables } from './event-tables'
import { recordTables } from './record-tables'
import { replicaTables } from './replica-tables'
import { stateTables } from './state-tables'
import { watchTables } from './watch-tables'

/**
 * One step. It only widens: programs of the step before run on while it is done and afterwards, so
 * a column comes with a default or null, is filled, is used by the next release and goes in the one
 * after that. A released step never changes.
 */
export interface Migration {
  /** One more than that of the step before; the first is 1. */
  readonly version: number
  /** The oldest version whose programs may still start after this step. */
  readonly oldest: number
  /** Run one by one, in one transaction. */
  readonly statements: readonly string[]
}

/** The single statements of a text: each but the last ends with a semicolon and its line. */
const statementsOf = (text: string): string[] =>
  text.split(/;\s*$/m).filter((statement) => statement.trim() !== '')

/** The oldest first. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    oldest: 1,
    statements: [
      ...statementsOf(stateTables),
      ...statementsOf(eventTables),
      ...statementsOf(deliveryTables),
      ...statementsOf(recordTables),
      ...statementsOf(watchTables),
      ...replicaTables,
    ],
  },
]
