import { expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import { exitCodes, StartFailure } from '../../../src/runtime/process/exit'
import { giveUpIfHopeless } from '../../../src/runtime/storage/database-failure'
import { asDatabaseFailure, databaseAway } from '../../../src/store/postgres/connection/failure'
import { WrongEncoding } from '../../../src/store/postgres/schema/encoding'
import { ForeignTables } from '../../../src/store/postgres/schema/foreign-tables'
import { ProgramTooOld } from '../../../src/store/postgres/schema/migrate'

const store = 'postgres://suited:pass-word@db.example.com:5432/suited'

/** A failure of the server or of the client, as the connection gives it. */
const failure = (members: object): unknown =>
  asDatabaseFailure(Object.assign(new Error('as the client says it'), members))

const giveUp = (error: unknown, at = store): StartFailure | null => {
  try {
    giveUpIfHopeless(at, error)
    return null
  } catch (thrown) {
    if (thrown instanceof StartFailure) return thrown
    throw thrown
  }
}

test.each([
  ['a wrong password', failure({ errno: '28P01' }), 'password'],
  ['a user that may not come from here', failure({ errno: '28000' }), 'pg_hba.conf'],
  ['a database that is not there', failure({ errno: '3D000' }), 'has no database suited'],
  ['a missing right', failure({ errno: '42501' }), 'GRANT'],
  ['a table that is not there', failure({ errno: '42P01' }), 'run the version of suited that fits'],
  [
    'a certificate that nobody vouches for',
    failure({ errno: 0, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'sslrootcert',
  ],
  ['a server without TLS', failure({ code: 'ERR_POSTGRES_TLS_NOT_AVAILABLE' }), 'sslmode'],
  ['another encoding', new WrongEncoding('suited', 'LATIN1'), "ENCODING 'UTF8'"],
  ['tables of something else', new ForeignTables('events'), 'Name that in SUITED_STORE'],
  ['tables of a newer suited', new ProgramTooOld(9, 1), 'newer suited'],
])('%s is a wrong setting, and said with what to do', (_, error, word) => {
  const given = giveUp(error)
  expect(given?.exitCode).toBe(exitCodes.badSettings)
  expect(given?.message).toContain(word)
  expect(given?.message).not.toContain('pass-word')
})

test.each([
  ['away', databaseAway('did not answer within 5000 ms')],
  ['not listening', failure({ code: 'ERR_POSTGRES_CONNECTION_REFUSED' })],
  ['starting up', failure({ errno: '57P03' })],
  ['full', failure({ errno: '53100' })],
])('a database that is %s may be back soon', (_, error) => {
  expect(error).toBeInstanceOf(ServiceError)
  expect(giveUp(error)).toBeNull()
})

test('any other failure is one of the program', () => {
  expect(giveUp(failure({ errno: '42601' }))?.exitCode).toBe(exitCodes.failed)
})

test('a file of authorities that can’t be read is named as what it is', () => {
  const at = `${store}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`
  const given = giveUp(failure({ code: 'ERR_INVALID_ARG_TYPE' }), at)
  expect(given?.exitCode).toBe(exitCodes.badSettings)
  expect(given?.message).toContain('sslrootcert of SUITED_STORE')
  expect(given?.message).toContain('ENOENT')
  expect(given?.message).not.toContain('pass-word')
})

test.each([
  ['REFUSED', 'Nothing listens at db.internal:5432: is PostgreSQL running'],
  ['FAILED', 'No connection to db.internal:5432 came about'],
  ['CLOSED', 'The connection to db.internal:5432 was closed'],
])('a connection that the client calls %s is told in plain words', (end, words) => {
  const code = `ERR_POSTGRES_CONNECTION_${end}`
  const error = asDatabaseFailure(Object.assign(new Error(), { code }), 'db.internal:5432') as Error
  expect(error.message).toStartWith(`The database fails (${code}). ${words}`)
})
