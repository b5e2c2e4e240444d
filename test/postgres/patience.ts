/** For tests that hold something in a transaction for longer than the server lets anybody. */
import type { Query } from '../../src/store/postgres/connection/database'

/** The transaction may stand still for a minute. */
export const mayStandStill = async (query: Query): Promise<void> => {
  await query("SET LOCAL idle_in_transaction_session_timeout = '1min'")
}
