/** The encoding of the database: what members and companies write is in no other than UTF-8. */
import { ServiceError } from '../../../errors'
import type { Database } from '../connection/database'

/** The database can't keep every character. */
export class WrongEncoding extends ServiceError {
  constructor(name: string, encoding: string) {
    super(
      'store_unavailable',
      `The database ${name} has the encoding ${encoding}, and suited needs UTF8. Create another one: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    )
  }
}

/** @throws {WrongEncoding} store_unavailable */
export const refuseOtherEncoding = async ({ query }: Pick<Database, 'query'>): Promise<void> => {
  const [found] = await query<{ name: string; encoding: string }>(
    "SELECT current_database() AS name, current_setting('server_encoding') AS encoding",
  )
  if (found && !/^utf-?8$/i.test(found.encoding)) {
    throw new WrongEncoding(found.name, found.encoding)
  }
}
