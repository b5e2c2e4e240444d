/**
 * Tokens, what is had once, and what endpoints answered, sealed anew. What doesn't open goes: it
 * can be fetched again, or is of use to nobody.
 */
import { tokenPlace } from '../../driver/records/record-kinds'
import { answerPlace } from '../../driver/sealed-events'
import type { Sealing } from '../../driver/sealing'
import type { TokenKey } from '../../token-record'
import { bytesOf, textIn } from '../connection/bytes'
import type { Database } from '../connection/database'
import { oncePlace } from '../records/once-values'
import { type Resealed, resealedText } from './left-out'

const atOnce = 200

type Calls = Pick<Database, 'query'>

interface TokenRow {
  readonly suiteId: string
  readonly corpid: string
  readonly kind: string
  readonly value: string | null
}

const tokensSql = `
  SELECT suite_id AS "suiteId", corpid, kind, value FROM tokens
  WHERE (suite_id, corpid, kind) > ($1, $2, $3)
  ORDER BY suite_id, corpid, kind LIMIT ${atOnce}`

const replaceTokenSql = `
  UPDATE tokens SET value = $4
  WHERE suite_id = $1 AND corpid = $2 AND kind = $3 AND value = $5 RETURNING 1`

const dropTokenSql = `
  UPDATE tokens SET value = NULL, generation = 0
  WHERE suite_id = $1 AND corpid = $2 AND kind = $3 AND value = $4`

const resealTokens = async ({ query }: Calls, sealing: Sealing): Promise<Resealed> => {
  let rewritten = 0
  let after = ['', '', '']
  for (;;) {
    const stretch = await query<TokenRow>(tokensSql, after)
    for (const { suiteId, corpid, kind, value } of stretch) {
      if (value === null) continue
      const place = tokenPlace({ suiteId, corpid: corpid || null, kind } as TokenKey)
      const anew = resealedText(sealing, value, place)
      const key = [suiteId, corpid, kind]
      if ('problem' in anew) await query(dropTokenSql, [...key, value])
      else if (anew.text !== value) {
        rewritten += (await query(replaceTokenSql, [...key, anew.text, value])).length
      }
    }
    const last = stretch.at(-1)
    if (!last || stretch.length < atOnce) return { rewritten, leftOut: [] }
    after = [last.suiteId, last.corpid, last.kind]
  }
}

interface OnceRow {
  readonly kind: string
  readonly key: string
  readonly value: string
}

const onceSql = `
  SELECT kind, key, value FROM once WHERE (kind, key) > ($1, $2)
  ORDER BY kind, key LIMIT ${atOnce}`

const replaceOnceSql = `
  UPDATE once SET value = $3 WHERE kind = $1 AND key = $2 AND value = $4 RETURNING 1`

const dropOnceSql = 'DELETE FROM once WHERE kind = $1 AND key = $2 AND value = $3'

const resealOnce = async ({ query }: Calls, sealing: Sealing): Promise<Resealed> => {
  let rewritten = 0
  let after = ['', '']
  for (;;) {
    const stretch = await query<OnceRow>(onceSql, after)
    for (const { kind, key, value } of stretch) {
      const anew = resealedText(sealing, value, oncePlace(kind, key))
      if ('problem' in anew) await query(dropOnceSql, [kind, key, value])
      else if (anew.text !== value) {
        rewritten += (await query(replaceOnceSql, [kind, key, anew.text, value])).length
      }
    }
    const last = stretch.at(-1)
    if (!last || stretch.length < atOnce) return { rewritten, leftOut: [] }
    after = [last.kind, last.key]
  }
}

interface AnswerRow {
  readonly seq: number
  readonly eventId: string
  readonly answer: Uint8Array
}

const answersSql = `
  SELECT seq::float8 AS seq, event_id AS "eventId", answer FROM attempts a
  WHERE a.seq > $1 ORDER BY a.seq LIMIT ${atOnce}`

const replaceAnswerSql = 'UPDATE attempts SET answer = $2 WHERE seq = $1 RETURNING 1'

const resealAnswers = async ({ query }: Calls, sealing: Sealing): Promise<Resealed> => {
  let rewritten = 0
  let after = 0
  for (;;) {
    const stretch = await query<AnswerRow>(answersSql, [after])
    for (const { seq, eventId, answer } of stretch) {
      const text = textIn(answer)
      const anew = resealedText(sealing, text, answerPlace(eventId))
      const written = 'problem' in anew ? '' : anew.text
      if (written === text) continue
      rewritten += (await query(replaceAnswerSql, [seq, bytesOf(written)])).length
    }
    const last = stretch.at(-1)
    if (!last || stretch.length < atOnce) return { rewritten, leftOut: [] }
    after = last.seq
  }
}

export const resealValues = async (database: Calls, sealing: Sealing): Promise<Resealed[]> => [
  await resealTokens(database, sealing),
  await resealOnce(database, sealing),
  await resealAnswers(database, sealing),
]
