/** One database for all drivers' tests of a process, its tables emptied for each test. */
import type { Database } from '../../src/store/postgres/connection/database'
import { migrate } from '../../src/store/postgres/schema/migrate'
import { openTestPool } from './pool'
import { findPostgres, type PostgresServer, startPostgres } from './server'

let shared: Promise<PostgresServer> | null = null

/** The server of this test process: quick, and gone with it. */
export const sharedServer = (): Promise<PostgresServer> => {
  shared ??= startPostgres(findPostgres() ?? '', { durable: false })
  return shared
}

interface TestDatabase {
  readonly url: string
  readonly database: Database
}

let prepared: Promise<TestDatabase> | null = null

const prepare = async (): Promise<TestDatabase> => {
  const server = await sharedServer()
  const url = server.urlOf('postgres')
  const database = openTestPool(url, 4)
  await migrate(database)
  return { url, database }
}

const preparedDatabase = (): Promise<TestDatabase> => {
  prepared ??= prepare()
  return prepared
}

/** Of a few rows: to truncate the tables takes a hundred times as long. */
const empty = `
DO $$
DECLARE one record;
BEGIN
  FOR one IN
    SELECT quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'schema_version'
  LOOP
    EXECUTE 'DELETE FROM ' || one.name;
  END LOOP;
  PERFORM setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END $$`

/**
 * A database with all tables and no rows. Those who use it after another one empty it: one at a
 * time.
 */
export const emptyDatabase = async (): Promise<TestDatabase> => {
  const given = await preparedDatabase()
  await given.database.query(empty)
  return given
}

/**
 * A further database on the shared server. Its URL.
 *
 * @param from the URL of one that nobody is connected to: it holds the same; nothing by default
 */
export const newDatabase = async (from?: string): Promise<string> => {
  const server = await sharedServer()
  const { database } = await preparedDatabase()
  const name = `t${crypto.randomUUID().replaceAll('-', '')}`
  const template = from === undefined ? '' : ` TEMPLATE ${new URL(from).pathname.slice(1)}`
  await database.query(`CREATE DATABASE ${name}${template}`)
  return server.urlOf(name)
}
