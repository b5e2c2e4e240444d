/** The steps that bring the tables to their newest form, the oldest first. */
import { replicaTables } from './replica-tables'

interface Migration {
  readonly version: number
  /** One by one, in one transaction. */
  readonly statements: readonly string[]
}

export const migrations: readonly Migration[] = [{ version: 1, statements: [...replicaTables] }]
