/** Turns to replace a token: columns of its row, which goes with the code of its company. */
import type { Clock } from '../../../clock'
import { checkedId } from '../../driver/id'
import type { Lease } from '../../lease'
import type { TokenKey } from '../../token-record'
import type { Database } from '../connection/database'
import { moment, momentOf, ownerLives } from '../connection/moment'

/** What a row holds of a token and its refusal. */
export interface TokenRow {
  /** Sealed; null: none was saved yet. */
  readonly value: string | null
  readonly fetched_at: number | null
  readonly expires_at: number | null
  readonly generation: number
  readonly refusal: string | null
}

export const tokenColumns = `value, fetched_at::float8 AS fetched_at,
  expires_at::float8 AS expires_at, generation::float8 AS generation, refusal`

/** The first three parameters of every statement on one token. */
export const ofToken = 'suite_id = $1 AND corpid = $2 AND kind = $3'

/** @throws {ServiceError} invalid_request — an id in it can be none */
export const tokenValues = ({ suiteId, corpid, kind }: TokenKey): [string, string, string] => [
  checkedId(suiteId),
  corpid === null ? '' : checkedId(corpid),
  kind,
]

const isFree = `turn_until <= ${moment(5)} OR NOT ${ownerLives('turn_owner', moment(5))}`

/** The row as it stands, and a fence if the turn was free. */
const takeOrRead = `
WITH taken AS (
  UPDATE tokens
  SET turn_owner = $4, turn_fence = nextval('fences'), turn_until = ${moment(5)} + $6::bigint
  WHERE ${ofToken} AND (${isFree})
  RETURNING ${tokenColumns}, turn_fence::float8 AS fence
)
SELECT value, fetched_at, expires_at, generation, refusal, fence FROM taken
UNION ALL
SELECT ${tokenColumns}, NULL FROM tokens WHERE ${ofToken} AND NOT EXISTS (SELECT 1 FROM taken)`

const addedColumns = 'suite_id, corpid, kind, turn_owner, turn_fence, turn_until'
const addedValues = `$1, $2, $3, $4, nextval('fences'), ${moment(5)} + $6::bigint`

const addOfSuite = `
INSERT INTO tokens (${addedColumns}) VALUES (${addedValues})
ON CONFLICT DO NOTHING RETURNING turn_fence::float8 AS fence`

/** The lock has whoever takes the code away wait, and then find this row. */
const addOfCorp = `
INSERT INTO tokens (${addedColumns})
SELECT ${addedValues} FROM corps WHERE suite_id = $1 AND corpid = $2 AND has_code FOR SHARE
ON CONFLICT DO NOTHING RETURNING turn_fence::float8 AS fence`

const extend = `
UPDATE tokens SET turn_until = ${moment(5)} + $6::bigint
WHERE ${ofToken} AND turn_fence = $4::bigint AND turn_until > ${moment(5)}
  AND ${ownerLives('turn_owner', moment(5))}
RETURNING 1`

const end = `
UPDATE tokens SET turn_owner = NULL, turn_fence = 0, turn_until = 0
WHERE ${ofToken} AND turn_fence = $4::bigint`

export interface TakenTurn {
  readonly row: TokenRow
  /** Null while another one has it. */
  readonly turn: Lease | null
}

export interface TokenTurnRows {
  /** Null if it is a company's and that company has no permanent code. */
  take(key: TokenKey, ttlMs: number): Promise<TakenTurn | null>
  end(key: TokenKey, turn: Pick<Lease, 'fence'>): Promise<void>
}

const emptyRow: TokenRow = {
  value: null,
  fetched_at: null,
  expires_at: null,
  generation: 0,
  refusal: null,
}

/** Each time another one made or removed the row between two statements of ours. */
const mostTries = 5

/**
 * @param clock null: the database's own
 * @param owner the id of this replica
 */
export const createTokenTurnRows = (parts: {
  database: Database
  clock: Clock | null
  owner: string
}): TokenTurnRows => {
  const { database, clock, owner } = parts

  const turnOf = (key: TokenKey, fence: number): Lease => ({
    name: tokenValues(key).join(' '),
    fence,
    async extend(ttlMs) {
      const values = [...tokenValues(key), fence, momentOf(clock), ttlMs]
      return (await database.query(extend, values)).length > 0
    },
    release: () => endTurn(key, { fence }),
  })

  const endTurn: TokenTurnRows['end'] = async (key, { fence }) => {
    await database.query(end, [...tokenValues(key), fence])
  }

  return {
    async take(key, ttlMs) {
      const values = [...tokenValues(key), owner, momentOf(clock), ttlMs]
      const add = key.corpid === null ? addOfSuite : addOfCorp
      for (let tries = 0; tries < mostTries; tries++) {
        const [found] = await database.query<TokenRow & { fence: number | null }>(
          takeOrRead,
          values,
        )
        if (found) {
          const { fence, ...row } = found
          return { row, turn: fence === null ? null : turnOf(key, fence) }
        }
        const [added] = await database.query<{ fence: number }>(add, values)
        if (added) return { row: emptyRow, turn: turnOf(key, added.fence) }
      }
      return null
    },
    end: endTurn,
  }
}
