/** Turns among writers whose writes depend on more rows than they write. */
import type { Query } from '../connection/database'

/** A row that is locked until the transaction ends. It is there from its first use on. */
const take = `
INSERT INTO meta (name, value) VALUES ($1, '')
ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/** Has writers of one kind, in whatever process, wait for each other's transactions. */
export const takeWriterTurn = async (query: Query, kind: 'keys' | 'endpoints'): Promise<void> => {
  await query(take, [`turn of ${kind}`])
}
