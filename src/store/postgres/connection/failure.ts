/** What PostgreSQL's errors mean, by SQLSTATE and by the client's own codes. No I/O. */
import { ServiceError } from '../../../errors'
import { cureOf } from './cures'

/** When it may be worth trying again, in seconds. */
const retryAfterSeconds = 5

const member = (error: unknown, name: 'errno' | 'code'): string =>
  error instanceof Error && name in error ? String((error as never)[name]) : ''

/** The SQLSTATE of a server's error; `''` where it is none. */
export const sqlStateOf = (error: unknown): string => {
  const state = member(error, 'errno')
  return /^[0-9A-Z]{5}$/.test(state) ? state : ''
}

/**
 * Two transactions met, or one stood still for so long that the server has undone it: the same work
 * may succeed when it is done again.
 */
export const mayRunAgain = (error: unknown): boolean =>
  ['40001', '40P01', '25P03'].includes(sqlStateOf(error))

/**
 * The database is there, and its tables are not for this program, or not for its user: rights, a
 * schema, tables, columns, types and functions that are missing.
 */
const unfitState = /^(3F000|42501|42P01|42703|42704|42883)$/

/**
 * Connections; refused users and databases; operators' interventions; resources; what fails within
 * the server; a standby; time-outs of the server; transactions that met too often.
 */
const awayState =
  /^(08...|28...|3D000|57P0[1-5]|57014|53...|58...|XX...|25006|25P0[34]|40001|40P01)$/
/** The client's own: nothing listens, a connection broke, it can't be made, or not be trusted. */
const awayCode =
  /^(ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME|TLS|SASL|AUTHENTICATION|CHANNEL|INVALID_(SERVER|MESSAGE)|UNEXPECTED|UNKNOWN_AUTH|UNSUPPORTED_AUTH)|E[A-Z]+$)/

/** The server shows no certificate that is vouched for, or the file with the voucher is no good. */
const distrustCode =
  /^(ERR_POSTGRES_TLS|ERR_TLS|ERR_SSL|ERR_BORINGSSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|ERR_INVALID_ARG_TYPE)/

/** The code with which a server is not trusted; null: it isn't about that. */
export const distrustOf = (error: unknown): string | null => {
  const code = member(error, 'code')
  return sqlStateOf(error) === '' && distrustCode.test(code) ? code : null
}

/** Whether no connection came about; the client says so of a name without an address too. */
export const isUnconnected = (error: unknown): boolean =>
  member(error, 'code') === 'ERR_POSTGRES_CONNECTION_REFUSED'

const isUnfitItself = (error: unknown): boolean => unfitState.test(sqlStateOf(error))

/** Whether a failure of a call says that the tables are not for this program, or for its user. */
export const isUnfit = (error: unknown): boolean =>
  isUnfitItself(error) || (error instanceof Error && isUnfitItself(error.cause))

/**
 * Whether it may lie in what a session keeps from its beginning: a setting of its database or role
 * that was changed since, the standby that it was led to before another server took over.
 */
export const mayBeOfItsSession = (error: unknown): boolean =>
  sqlStateOf(error) === '25006' ||
  isUnfitItself(error) ||
  (error instanceof Error && error.cause !== undefined && mayBeOfItsSession(error.cause))

const isAway = (error: unknown): boolean =>
  awayState.test(sqlStateOf(error)) ||
  awayCode.test(member(error, 'code')) ||
  distrustOf(error) !== null

const fails = (what: string, cure: string | undefined, cause: unknown): ServiceError =>
  new ServiceError('store_unavailable', `The database fails (${what}).${cure ? ` ${cure}` : ''}`, {
    cause,
    retryAfterSeconds,
  })

/**
 * The port's failure for a database that is away or unfit; anything else as it was.
 *
 * @param at the host and port of the database
 */
export const asDatabaseFailure = (error: unknown, at = 'its address'): unknown => {
  const state = sqlStateOf(error)
  // The server's words name the table or the column, and hold no value.
  if (isUnfitItself(error))
    return fails(`${state}: ${(error as Error).message}`, cureOf(state, at), error)
  if (isAway(error)) {
    const code = state || member(error, 'code')
    return fails(code, cureOf(code, at), error)
  }
  return error
}

/**
 * The port's failure for what has to be kept and could not be, whatever the database says of it:
 * whoever sent it sends it again.
 */
export const asUnkept = (error: unknown): unknown => {
  const state = sqlStateOf(error)
  return state === '' ? error : fails(state, 'It refuses what was to be kept.', error)
}

/** @param reason as the end of a sentence that begins with the database */
export const databaseAway = (reason: string): ServiceError =>
  new ServiceError('store_unavailable', `The database ${reason}.`, { retryAfterSeconds })
