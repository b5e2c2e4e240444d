/** What other replicas have to hear of: a row in `changes`, in the statement of the change. */
import type { Clock } from '../../../clock'
import type { Change } from '../../replicas/changes'
import { momentOf } from '../connection/moment'

/**
 * The part of a statement that tells of what its part `written` wrote; of nothing where that has no
 * row, or `what` is null.
 *
 * @param values the parameters that `News.of` gives, in their order
 */
export const tellNews = (
  written: string,
  { at, by, what }: { readonly at: string; readonly by: string; readonly what: string },
): string => `
  INSERT INTO changes (at, by, what)
  SELECT ${at}, ${by}::text, ${what}::text FROM ${written} WHERE ${what}::text IS NOT NULL`

export interface News {
  /** The parameters of a statement that tells; null: there is nothing to tell. */
  of(change: Change | null): [at: number | null, by: string, what: string | null]
}

/**
 * @param clock null: the database's own
 * @param owner the id of this replica
 */
export const createNews = (clock: Clock | null, owner: string): News => ({
  of: (change) => [momentOf(clock), owner, change && JSON.stringify(change)],
})
