/** Brings the tables of a database to their newest form. */
import type { Database } from '../connection/database'
import { migrations } from './migrations'

export const migrate = (database: Database): Promise<void> =>
  database.transaction(async (query) => {
    for (const { statements } of migrations)
      for (const statement of statements) await query(statement)
  })
