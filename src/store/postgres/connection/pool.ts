/** The database over Bun's `SQL`: a pool, a deadline for each call, a new pool when it is mute. */
import { type ReservedSQL, SQL, type TransactionSQL } from 'bun'
import { type Clock, secondMs } from '../../../clock'
import type { Random } from '../../../retry'
import type { Database, List, Query, Value } from './database'
import { asDatabaseFailure, databaseAway, mayRunAgain } from './failure'

export interface PoolParts {
  readonly url: string
  /** Connections at most. */
  readonly connections: number
  readonly clock: Pick<Clock, 'sleep' | 'alarm'>
  readonly random: Random
}

const defaultWithinMs = 5 * secondMs
const mostTries = 3
/** Of the server, so that what nobody waits for any more ends there too. */
const statementTimeoutMs = 3 * secondMs
/** What may wait for a connection. */
const mostWaiting = 2000

type Runner = SQL | TransactionSQL | ReservedSQL

const isList = (value: Value): value is List =>
  typeof value === 'object' && value !== null && 'of' in value

export const openPool = ({ url, connections, clock, random }: PoolParts): Database => {
  const openSql = () =>
    new SQL(url, {
      max: connections,
      connectionTimeout: 3,
      connection: {
        statement_timeout: String(statementTimeoutMs),
        application_name: 'suited',
        default_transaction_isolation: 'read committed',
      },
    })
  let sql = openSql()
  let closed = false
  let underWay = 0

  const run = <Row>(on: Runner, text: string, values: readonly Value[]): Promise<Row[]> => {
    const bound = values.map((value) =>
      isList(value) ? sql.array([...value.values] as never, value.of as never) : value,
    )
    return on.unsafe(text, bound as never) as unknown as Promise<Row[]>
  }

  /** What hangs on it is rejected at once; the next call finds a new one. */
  const replace = (silent: SQL) => {
    if (sql !== silent) return
    sql = openSql()
    void silent.close({ timeout: 0 }).catch(() => undefined)
  }

  const within = async <T>(withinMs: number, work: (on: SQL) => Promise<T>): Promise<T> => {
    if (closed) throw databaseAway('is closed')
    if (underWay >= mostWaiting) throw databaseAway('has too much to do')
    const on = sql
    const late = Promise.withResolvers<never>()
    const silence = clock.alarm(withinMs, () => {
      late.reject(databaseAway(`did not answer within ${withinMs} ms`))
      replace(on)
    })
    underWay += 1
    try {
      return await Promise.race([work(on), late.promise])
    } catch (error) {
      throw asDatabaseFailure(error)
    } finally {
      underWay -= 1
      silence()
    }
  }

  const query: Query = (text, values = [], { withinMs = defaultWithinMs } = {}) =>
    within(withinMs, (on) => run(on, text, values))

  const listening = new Set<{ end(): Promise<void> }>()

  return {
    query,
    async transaction(work) {
      for (let tries = 1; ; tries++) {
        try {
          return await within(defaultWithinMs, (on) =>
            on.begin((transaction) =>
              work(async (text, values = []) => run(transaction, text, values)),
            ),
          )
        } catch (error) {
          const cause = error instanceof Error ? error.cause : undefined
          if (tries >= mostTries || !mayRunAgain(cause)) throw error
          await clock.sleep(random() * 20 * tries)
        }
      }
    },
    async listen(channel, heard) {
      const on = sql as unknown as {
        listen(
          channel: string,
          heard: (payload: string) => void,
        ): Promise<{ unlisten(): Promise<void> }>
      }
      const { unlisten } = await on.listen(channel, heard)
      const listener = { end: () => unlisten().catch(() => undefined) }
      listening.add(listener)
      return async () => {
        listening.delete(listener)
        await listener.end()
      }
    },
    async close() {
      closed = true
      await Promise.all([...listening].map((listener) => listener.end()))
      await sql.close({ timeout: 1 }).catch(() => undefined)
    },
  }
}
