/** Bun's `SQL` as one connection: its settings, and how values are bound. */
import type { ReservedSQL, SQL, TransactionSQL } from 'bun'
import { secondMs } from '../../../clock'
import type { List, Value } from './database'

/** The server ends a statement then: nobody waits for it any more. */
export const statementTimeoutMs = 3 * secondMs

/**
 * A paused replica holds no lock for longer in a transaction that it doesn't go on with: then the
 * server undoes that, for others wait. Whoever wasn't paused does it again.
 */
const idleInTransactionMs = secondMs

/** The server gives up a connection whose other end doesn't acknowledge what it is sent. */
const unacknowledgedMs = 10 * secondMs

const connectWithinSeconds = 3

/** Who has the server prove itself means it: `NODE_TLS_REJECT_UNAUTHORIZED` doesn't undo that. */
const proof = (url: string) =>
  new URL(url).searchParams.get('sslmode')?.startsWith('verify-')
    ? { tls: { rejectUnauthorized: true } }
    : {}

/**
 * One connection, made when it is needed and again when it broke. Bun's pools of several make all
 * of them for the first statement.
 *
 * @param told.onConnect is called each time that the server has taken it
 * @param told.onClose is called when it is closed
 */
export const openClient = (
  url: string,
  { onConnect, onClose }: { onConnect?(): void; onClose?(): void },
): SQL =>
  // By its global: a service on files would load Bun's client at every start for an import of it.
  new Bun.SQL(url, {
    max: 1,
    ...proof(url),
    ...(onConnect && {
      onconnect: (failure: unknown) => {
        if (!failure) onConnect()
      },
    }),
    ...(onClose && { onclose: onClose }),
    connectionTimeout: connectWithinSeconds,
    connection: {
      application_name: 'suited',
      statement_timeout: String(statementTimeoutMs),
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
      tcp_user_timeout: String(unacknowledgedMs),
      default_transaction_isolation: 'read committed',
    },
  })

const isList = (value: Value): value is List =>
  typeof value === 'object' && value !== null && 'of' in value

/** `text` takes no U+0000, which is left out: one would have a whole batch refused for ever. */
const bound = <T>(value: T) => (typeof value === 'string' ? value.replaceAll('\0', '') : value)

/** Runs one statement. Lazy, as all of Bun's are: it does so when it is awaited. */
export const runStatement = <Row>(
  client: SQL | TransactionSQL | ReservedSQL,
  text: string,
  values: readonly Value[],
): Promise<Row[]> => {
  const all = values.map((value) =>
    isList(value)
      ? client.array(value.values.map(bound) as never, value.of as never)
      : bound(value),
  )
  return client.unsafe(text, all as never) as unknown as Promise<Row[]>
}
