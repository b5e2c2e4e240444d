/**
 * The database as its drivers see it: statements, transactions and what is heard from others.
 *
 * Whatever can't reach the database in time throws ServiceError `store_unavailable`.
 */

/** An array, for `unnest($1::text[], $2::bigint[])`. */
export interface List {
  readonly of: 'TEXT' | 'INT8' | 'BYTEA' | 'BOOL'
  readonly values: readonly (string | number | Uint8Array | boolean | null)[]
}

export type Value = string | number | boolean | null | Uint8Array | List

/** For `$1::text[]`. */
export const texts = (values: readonly (string | null)[]): List => ({ of: 'TEXT', values })
/** For `$1::bigint[]`. */
export const integers = (values: readonly (number | null)[]): List => ({ of: 'INT8', values })
/** For `$1::bytea[]`. */
export const blobs = (values: readonly (Uint8Array | null)[]): List => ({ of: 'BYTEA', values })
/** For `$1::boolean[]`. */
export const booleans = (values: readonly (boolean | null)[]): List => ({ of: 'BOOL', values })

export interface CallOptions {
  /**
   * How long the caller waits at most, 5 seconds unless given: who waits less long goes first. Of
   * no account within a transaction.
   */
  readonly withinMs?: number
}

/**
 * The rows of one statement. Its text is a constant, since each text is prepared once for each
 * connection; columns of 64 bits leave it as `float8`, which is exact to 2^53.
 */
export type Query = <Row>(
  text: string,
  values?: readonly Value[],
  options?: CallOptions,
) => Promise<readonly Row[]>

export interface Database {
  readonly query: Query
  /**
   * All statements of `work` or none, as READ COMMITTED. `work` runs again where the database asks
   * for that, so it does nothing else.
   */
  transaction<T>(work: (query: Query) => Promise<T>, options?: CallOptions): Promise<T>
  /**
   * Hears what is told to a channel, until what comes back is called. A bell and no truth: it may
   * miss what is told while the connection is away.
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  /** Every later call throws `store_unavailable`. */
  close(): Promise<void>
}
