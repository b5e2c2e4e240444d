/** Tokens and tickets, as rows. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Logger } from '../../../log'
import { isSameToken } from '../../driver/records/precedence'
import { tokenPlace } from '../../driver/records/record-kinds'
import { storable } from '../../driver/records/storable'
import { openFailureText, type Sealing } from '../../driver/sealing'
import type { Lease } from '../../lease'
import { RefusalRecord, type StoredTokens, type TokenKey, TokenRecord } from '../../token-record'
import type { Database } from '../connection/database'
import { moment } from '../connection/moment'
import { type News, tellNews } from './news'
import {
  createTokenTurnRows,
  ofToken,
  type TokenRow,
  tokenColumns,
  tokenValues,
} from './token-turns'

const load = `SELECT ${tokenColumns} FROM tokens WHERE ${ofToken}`

/** Generation and turn in the one write that counts: a row that went with its code takes none. */
const save = `
UPDATE tokens
SET value = $6, fetched_at = $7::bigint, expires_at = $8::bigint, generation = $9::bigint,
  refusal = NULL, turn_owner = NULL, turn_fence = 0, turn_until = 0
WHERE ${ofToken} AND turn_fence = $4::bigint AND generation = $5::bigint
RETURNING 1`

const note = `
UPDATE tokens SET refusal = $5, turn_owner = NULL, turn_fence = 0, turn_until = 0
WHERE ${ofToken} AND turn_fence = $4::bigint`

const endAsDead = `
WITH ended AS (
  UPDATE tokens SET expires_at = 0 WHERE ${ofToken} AND generation = $4::bigint AND value = $5
  RETURNING 1
), told AS (${tellNews('ended', { at: moment(6), by: '$7', what: '$8' })})
SELECT 1 FROM ended`

const drop = `
UPDATE tokens SET value = NULL, generation = 0 WHERE ${ofToken} AND value = $4`

/** A fence is larger than 0: this is the turn of nobody, as of one that was ended. */
const isTurn = ({ fence }: Lease) => fence > 0

/**
 * @param clock null: the database's own
 * @param owner the id of this replica
 */
export const createTokenRows = (parts: {
  database: Database
  clock: Clock | null
  owner: string
  sealing: Sealing
  news: News
  log: Logger
}): StoredTokens => {
  const { database, clock, owner, sealing, news, log } = parts
  const turns = createTokenTurnRows({ database, clock, owner })

  /** One that can't be opened by anybody is dropped: it will be fetched again. */
  const storedOf = async (key: TokenKey, row: TokenRow): Promise<TokenRecord | null> => {
    const { value, fetched_at, expires_at, generation } = row
    if (value === null || fetched_at === null || expires_at === null) return null
    const opened = sealing.open(value, tokenPlace(key))
    if (opened.ok) {
      return { value: opened.value, fetchedAt: fetched_at, expiresAt: expires_at, generation }
    }
    const problem = openFailureText(opened.reason)
    if (opened.reason.code === 'other_key') {
      throw new ServiceError('store_unavailable', `A token ${problem}.`)
    }
    log.warn('a token is damaged: dropped, it will be fetched again', { ...key, problem })
    await database.query(drop, [...tokenValues(key), value])
    return null
  }

  const refusalOf = ({ refusal }: TokenRow): RefusalRecord | null =>
    refusal === null ? null : storable(RefusalRecord, JSON.parse(refusal))

  const loadRow = async (key: TokenKey) =>
    (await database.query<TokenRow>(load, tokenValues(key)))[0] ?? null

  /** What `checked` gives; a mistake of the caller's ends the turn all the same. */
  const checkedUnder = async <T>(key: TokenKey, turn: Lease, checked: () => T): Promise<T> => {
    try {
      return checked()
    } catch (error) {
      await turns.end(key, turn)
      throw error
    }
  }

  return {
    async loadToken(key) {
      const row = await loadRow(key)
      return row && storedOf(key, row)
    },

    async takeTokenTurn(key, ttlMs) {
      const taken = await turns.take(key, ttlMs)
      if (!taken) return null
      const { row, turn } = taken
      return { stored: await storedOf(key, row), refusal: refusalOf(row), turn }
    },

    async saveToken(key, token, replaces, turn) {
      const of = tokenValues(key)
      if (!isTurn(turn)) return 'superseded'
      const { value, fetchedAt, expiresAt, generation } = await checkedUnder(key, turn, () =>
        storable(TokenRecord, token),
      )
      const sealed = sealing.seal(value, tokenPlace(key))
      const values = [...of, turn.fence, replaces, sealed, fetchedAt, expiresAt, generation]
      if ((await database.query(save, values)).length > 0) return 'saved'
      await turns.end(key, turn)
      return 'superseded'
    },

    async noteRefusal(key, refusal, turn) {
      const of = tokenValues(key)
      if (!isTurn(turn)) return
      const noted = await checkedUnder(key, turn, () =>
        refusal === null ? null : JSON.stringify(storable(RefusalRecord, refusal)),
      )
      await database.query(note, [...of, turn.fence, noted])
    },

    async endToken(key, dead) {
      const row = await loadRow(key)
      const stored = row && (await storedOf(key, row))
      if (!stored || !isSameToken(stored, dead)) return
      const { suiteId, corpid, kind } = key
      const told = news.of({ what: 'token', suiteId, corpid, kind })
      await database.query(endAsDead, [...tokenValues(key), stored.generation, row.value, ...told])
    },
  }
}
