/** The reasons why a database can't be used, as sentences and exit codes. */
import { readFileSync } from 'node:fs'
import { reasonOf, ServiceError } from '../../errors'
import { distrustOf, isUnfit, sqlStateOf } from '../../store/postgres/connection/failure'
import { DatabaseKeysMissing } from '../../store/postgres/replicas/sealing-keys'
import { WrongEncoding } from '../../store/postgres/schema/encoding'
import { ForeignTables } from '../../store/postgres/schema/foreign-tables'
import { ProgramTooOld } from '../../store/postgres/schema/migrate'
import { databaseAddress } from '../../store-address'
import { keyAdvice } from '../folder/folder-failure'
import { exitCodes, giveUp } from '../process/exit'

/** What is wrong with a setting, by SQLSTATE: the end of a sentence that begins with its host. */
const wrongSettings: Readonly<Record<string, (database: string, named: string) => string>> = {
  '28P01': (_, named) => `refuses the user or the password of ${named}.`,
  '28000': () => 'lets this user in from here in no way: see its pg_hba.conf.',
  '3D000': (database, named) =>
    `has no database ${database}: create it, or name another in ${named}.`,
  '42501': (database, named) =>
    `does not let the user of ${named} do this: GRANT ALL ON DATABASE ${database} to it, and CREATE on its schema public; let it own the tables, or GRANT ALL ON ALL TABLES IN SCHEMA public and ON ALL SEQUENCES IN SCHEMA public to it.`,
}

const withCauses = function* (error: unknown): Generator<unknown> {
  for (let one = error; one !== undefined && one !== null; one = (one as Error).cause) yield one
}

/** What the client says of a file that isn't there or isn't let be read tells nobody which. */
const giveUpIfUnreadable = (store: string, named: string): void => {
  const file = new URL(store).searchParams.get('sslrootcert')
  if (file === null) return
  try {
    readFileSync(file)
  } catch (error) {
    giveUp(
      exitCodes.badSettings,
      `The sslrootcert of ${named} names a file that can’t be read (${(error as NodeJS.ErrnoException).code}); it is the service’s user who reads it.`,
    )
  }
}

/**
 * Gives up where trying again is no help.
 *
 * @param store the address of the database
 * @param named the setting or flag that names it
 * @throws {StartFailure} the settings are wrong, or the tables are not for this program
 */
export const giveUpIfHopeless = (store: string, error: unknown, named = 'SUITED_STORE'): void => {
  const { host, database } = databaseAddress(store)
  if (error instanceof DatabaseKeysMissing) {
    giveUp(exitCodes.badSettings, `${error.message} ${keyAdvice(error)}`)
  }
  if (error instanceof ForeignTables) {
    giveUp(
      exitCodes.badSettings,
      `${error.message} Name that in ${named}, in place of ${database}.`,
    )
  }
  for (const cause of withCauses(error)) {
    const wrong = wrongSettings[sqlStateOf(cause)]
    if (wrong) giveUp(exitCodes.badSettings, `The database at ${host} ${wrong(database, named)}`)
    const distrust = distrustOf(cause)
    if (distrust) {
      giveUpIfUnreadable(store, named)
      giveUp(
        exitCodes.badSettings,
        `The database at ${host} can’t be trusted (${distrust}): see the sslmode of ${named}, and whether its sslrootcert is the file of the authority that vouches for that host.`,
      )
    }
  }
  if (isUnfit(error)) {
    giveUp(exitCodes.badSettings, `The database at ${host} can’t be used: ${reasonOf(error)}`)
  }
  if (error instanceof ProgramTooOld || error instanceof WrongEncoding) {
    giveUp(exitCodes.badSettings, error.message)
  }
  if (error instanceof ServiceError && error.retryAfterSeconds !== undefined) return
  giveUp(exitCodes.failed, `The database at ${host} can’t be used: ${reasonOf(error)}`)
}
