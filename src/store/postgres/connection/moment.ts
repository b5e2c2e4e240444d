/**
 * Whose clock judges leases, claims, lives and what is due: the database's own, one for all
 * replicas, or the manual one of a test.
 */
import type { Clock } from '../../../clock'

/** The database's time in epoch milliseconds. */
const databaseNow = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/** @param parameter the number of the parameter that `momentOf` gives: 3 for `$3` */
export const moment = (parameter: number): string =>
  `coalesce($${parameter}::bigint, ${databaseNow})`

/**
 * The same, found out once for a statement: what is due goes by an index only so, since the
 * database's time may be another one at each row.
 */
export const momentOnce = (parameter: number): string => `(SELECT ${moment(parameter)})`

/**
 * The parameter for `moment`.
 *
 * @param clock null: the database's own
 * @param now what the port's caller says of the time; the clock's unless given
 */
export const momentOf = (clock: Clock | null, now?: number): number | null =>
  clock === null ? null : (now ?? clock.now())

/**
 * Whether the replica that took something still lives: what it took ends with it.
 *
 * @param owner an expression for its id
 * @param now as `moment` gives it
 */
export const ownerLives = (owner: string, now: string): string =>
  `EXISTS (SELECT 1 FROM replicas r WHERE r.id = ${owner} AND r.alive_until > ${now})`
