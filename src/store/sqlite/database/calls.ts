/** How the ports use the event log's database. */
import type { Database } from 'bun:sqlite'

export interface DatabaseCalls {
  read<T>(step: (db: Database) => T): Promise<T>
  /** Durable when it resolves; what is written in one turn of the loop shares a transaction. */
  write<T>(step: (db: Database) => T): Promise<T>
  /** Repeats a step that takes up to `atOnce` until it takes less; adds up. */
  exhaust(step: (db: Database, atOnce: number) => number): Promise<number>
}
