/** Whether the tables that callbacks need are there, as this program knows them, for its user. */
import type { Query } from '../connection/database'
import { assertArrivalsFit } from '../events/arrival'
import { assertCorpsFit } from '../state/corps'
import { assertTicketsFit } from '../state/suites'

/**
 * Runs the very statements of callbacks, so that they change nothing: whatever keeps those from
 * being taken (a right, a table, a column, a lock) keeps these.
 *
 * @throws {ServiceError} store_unavailable — with the cause, and a cure where one is known
 */
export const assertCallbacksFit = async (query: Query, withinMs?: number): Promise<void> => {
  await assertArrivalsFit(query, withinMs)
  await assertTicketsFit(query, withinMs)
  await assertCorpsFit(query, withinMs)
}
