/** What PostgreSQL's errors mean, by SQLSTATE and by the client's own codes. No I/O. */
import { ServiceError } from '../../../errors'

/** When it may be worth trying again, in seconds. */
const retryAfterSeconds = 5

const member = (error: unknown, name: 'errno' | 'code'): string =>
  error instanceof Error && name in error ? String((error as never)[name]) : ''

/** The SQLSTATE of a server's error; `''` where it is none. */
export const sqlStateOf = (error: unknown): string => {
  const state = member(error, 'errno')
  return /^[0-9A-Z]{5}$/.test(state) ? state : ''
}

/** Two transactions met: the same work may succeed when it is done again. */
export const mayRunAgain = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlStateOf(error))

/**
 * Connections; refused users, rights and databases; operators' interventions; resources; a standby;
 * time-outs of the server; transactions that met too often.
 */
const awayState = /^(08...|28...|3D000|42501|57P0[1-5]|57014|53...|25006|25P03|40001|40P01)$/
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

const isAway = (error: unknown): boolean =>
  awayState.test(sqlStateOf(error)) ||
  awayCode.test(member(error, 'code')) ||
  distrustOf(error) !== null

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
