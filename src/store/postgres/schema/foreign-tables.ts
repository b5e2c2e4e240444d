/** The look for what is somebody else's by a name of ours, before anything is made beside it. */
import { ServiceError } from '../../../errors'
import { type Database, texts } from '../connection/database'
import type { Migration } from './migrations'

/** The database holds tables of something else, by names that suited needs. */
export class ForeignTables extends ServiceError {
  /** @param found their names, or what the server says of them */
  constructor(found: string, cause?: unknown) {
    super(
      'store_unavailable',
      `The database holds tables of something else, by names that suited needs (${found}), and was left as it is. Give suited one of its own: CREATE DATABASE suited OWNER … ENCODING 'UTF8' TEMPLATE template0.`,
      { cause },
    )
  }
}

const making = /^\s*CREATE (?:UNIQUE )?(?:TABLE|SEQUENCE|INDEX) (\w+)/

/** What the steps make, by name. */
const namesIn = (steps: readonly Migration[]): string[] =>
  steps.flatMap(({ statements }) => statements.map((text) => making.exec(text)?.[1] ?? ''))

/** The names of ours that are taken where our tables would be made, each with a comma between. */
export const takenNames = async (
  { query }: Pick<Database, 'query'>,
  steps: readonly Migration[],
): Promise<string> => {
  const rows = await query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relname = ANY ($1::text[]) ORDER BY 1 LIMIT 10`,
    [texts(namesIn(steps))],
  )
  return rows.map(({ name }) => name).join(', ')
}
