/** What an operator does about an error of PostgreSQL's or of its client. No I/O. */

const tables =
  'Its tables are not as this suited needs them: run the version of suited that fits them, or put back what was renamed or removed.'

const cures: Readonly<Record<string, string>> = {
  '25006':
    'It takes no writes, being a standby or set to read only: SUITED_STORE has to name the primary. Where that takes writes again, suited does within seconds, by itself.',
  '25P03':
    'It ended a transaction in which this process stood still for longer than the idle_in_transaction_session_timeout: see whether the process or its machine is paused or overloaded.',
  '25P04':
    'It ended a transaction for its length: ALTER ROLE … SET transaction_timeout = 0 for the user of suited, whose statements have time-outs of their own.',
  '28000': 'It doesn’t let this user in from here: see its pg_hba.conf.',
  '28P01': 'It refuses the user or the password of SUITED_STORE: were they changed there?',
  '3D000': 'The database that SUITED_STORE names is gone: put it back from a backup.',
  '42501':
    'Its user may not use what suited needs: let that user own the tables, or GRANT ALL ON ALL TABLES IN SCHEMA public and ON ALL SEQUENCES IN SCHEMA public to it.',
  '3F000': tables,
  '42P01': tables,
  '42703': tables,
  '42704': tables,
  '42883': tables,
  '53100': 'The disk of the database is full: make room there.',
  '53200': 'The server of the database is out of memory: give it more, or less to do.',
  '53300':
    'All its connections are taken: raise max_connections (suited needs ten for each replica and for each command beside them, and PostgreSQL keeps three), or the limit of the role or the database, or end what holds them (pg_stat_activity).',
  '57014':
    'It cancelled a statement, which took longer than three seconds or than its statement_timeout, or which somebody cancelled: see in pg_stat_activity and pg_locks what it waited for.',
  '57P05':
    'It ended a connection for having nothing to do: ALTER ROLE … SET idle_session_timeout = 0 for the user of suited.',
  '58030': 'Its server can’t read or write its files: see the log of the server.',
  XX001: 'Its server finds its files damaged: see the log of the server, and restore a backup.',
}

const reach =
  'is PostgreSQL running, do its listen_addresses and its port name that, and does every firewall on the way let this machine through?'

/** By the client's own code; `at` is the host and port that it tried. */
const connectionCures: Readonly<Record<string, (at: string) => string>> = {
  ERR_POSTGRES_CONNECTION_REFUSED: (at) => `Nothing listens at ${at}: ${reach}`,
  ERR_POSTGRES_CONNECTION_FAILED: (at) =>
    `No connection to ${at} came about: either no way leads there, or what is there hung up before a word: ${reach} And is it PostgreSQL, not a balancer or pooler that has none behind it?`,
  ERR_POSTGRES_CONNECTION_CLOSED: (at) =>
    `The connection to ${at} was closed in the middle of work: see the log of the server, whether it was stopped or crashed, and whether a firewall or pooler on the way cuts connections.`,
}

/**
 * As sentences; undefined where the code says it all.
 *
 * @param code a SQLSTATE, or the client's own
 * @param at the host and port of the database
 */
export const cureOf = (code: string, at: string): string | undefined =>
  cures[code] ?? connectionCures[code]?.(at)
