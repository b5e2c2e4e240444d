/** What PostgreSQL's errors mean, by SQLSTATE and by the client's own codes. No I/O. */
import { ServiceError } from '../../../errors'

/** When it may be worth trying again, in seconds. */
const retryAfterSeconds = 5

const member = (error: unknown, name: 'errno' | 'code'): string =>
  error instanceof Error && name in error ? String((error as never)[name]) : ''

/** The SQLSTATE of a server's error; `''` where it is none. */
export const sqlStateOf = (error: unknown): string => member(error, 'errno')

/** Two transactions met: the same work may succeed when it is done again. */
export const mayRunAgain = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlStateOf(error))

/** Connections, operators' interventions, resources, a standby, a time-out of the server. */
const awayState = /^(08...|57P0[1-3]|57014|53...|25006|40001|40P01)$/
const awayCode = /^ERR_POSTGRES_(CONNECTION|IDLE_TIMEOUT|LIFETIME_TIMEOUT)/

const isAway = (error: unknown): boolean =>
  awayState.test(sqlStateOf(error)) ||
  awayCode.test(member(error, 'code')) ||
  ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ETIMEDOUT'].includes(member(error, 'code'))

/** The port's failure for a database that is away; anything else as it was. */
export const asDatabaseFailure = (error: unknown): unknown => {
  if (!isAway(error)) return error
  const state = sqlStateOf(error) || member(error, 'code')
  return new ServiceError('store_unavailable', `The database fails (${state}).`, {
    cause: error,
    retryAfterSeconds,
  })
}

/** @param reason as the end of a sentence that begins with the database */
export const databaseAway = (reason: string): ServiceError =>
  new ServiceError('store_unavailable', `The database ${reason}.`, { retryAfterSeconds })
