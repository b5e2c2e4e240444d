/**
 * Records sealed anew, each where it stands: one that somebody changed meanwhile was sealed by
 * that, and is left alone.
 */
import type { TSchema } from '@sinclair/typebox'
import {
  isSealedContent,
  openContent,
  type RecordKind,
  sealContent,
} from '../../driver/records/record-content'
import {
  corpKind,
  endpointKind,
  serviceSecretKind,
  suiteKind,
} from '../../driver/records/record-kinds'
import type { Sealing } from '../../driver/sealing'
import type { Database } from '../connection/database'
import type { LeftOut, Resealed } from './left-out'

interface RecordRow {
  readonly first: string
  /** `''` where one column is the key. */
  readonly second: string
  readonly record: string
}

interface Table {
  readonly name: string
  /** Rows behind `($1, $2)` in the order of the key, 200 of them. */
  readonly rows: string
  /** In place of what was read: `$1` and `$2` are the key, `$3` the new record, `$4` the old. */
  readonly replace: string
  kindOf(row: RecordRow): RecordKind<TSchema>
}

const atOnce = 200

const tables: readonly Table[] = [
  {
    name: 'suites',
    rows: `SELECT suite_id AS first, '' AS second, record FROM suites
           WHERE suite_id > $1 AND $2 = '' ORDER BY suite_id LIMIT ${atOnce}`,
    replace: `UPDATE suites SET record = $3 WHERE suite_id = $1 AND $2 = '' AND record = $4
              RETURNING 1`,
    kindOf: ({ first }) => suiteKind(first),
  },
  {
    name: 'corps',
    rows: `SELECT suite_id AS first, corpid AS second, record FROM corps
           WHERE (suite_id, corpid) > ($1, $2) ORDER BY suite_id, corpid LIMIT ${atOnce}`,
    replace: `UPDATE corps SET record = $3 WHERE suite_id = $1 AND corpid = $2 AND record = $4
              RETURNING 1`,
    kindOf: ({ first, second }) => corpKind(first, second),
  },
  {
    name: 'endpoints',
    rows: `SELECT name AS first, '' AS second, record FROM endpoints
           WHERE name > $1 AND $2 = '' ORDER BY name LIMIT ${atOnce}`,
    replace: `UPDATE endpoints SET record = $3 WHERE name = $1 AND $2 = '' AND record = $4
              RETURNING 1`,
    kindOf: ({ first }) => endpointKind(first),
  },
  {
    name: 'meta',
    rows: `SELECT name AS first, '' AS second, value AS record FROM meta
           WHERE name > $1 AND $2 = '' AND name = 'service secret'`,
    replace: `UPDATE meta SET value = $3 WHERE name = $1 AND $2 = '' AND value = $4 RETURNING 1`,
    kindOf: () => serviceSecretKind as unknown as RecordKind<TSchema>,
  },
]

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const resealTable = async (
  { query }: Pick<Database, 'query'>,
  { name, rows, replace, kindOf }: Table,
  sealing: Sealing,
): Promise<Resealed> => {
  let rewritten = 0
  const leftOut: LeftOut[] = []
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const stretch = await query<RecordRow>(rows, after)
    for (const row of stretch) {
      const kind = kindOf(row)
      const json = jsonOf(row.record)
      if (json !== null && isSealedContent(kind, json, sealing)) continue
      const opened = openContent(kind, json, sealing)
      if (!opened.ok) {
        const key = row.second === '' ? row.first : `${row.first}/${row.second}`
        leftOut.push({ row: `${name}/${key}`, problem: opened.reason })
        continue
      }
      const anew = JSON.stringify(sealContent(kind, opened.value, sealing))
      const replaced = await query(replace, [row.first, row.second, anew, row.record])
      rewritten += replaced.length
    }
    const last = stretch.at(-1)
    if (!last || stretch.length < atOnce) return { rewritten, leftOut }
    after = [last.first, last.second]
  }
}

export const resealRecords = async (
  database: Pick<Database, 'query'>,
  sealing: Sealing,
): Promise<Resealed[]> => {
  const done: Resealed[] = []
  for (const table of tables) done.push(await resealTable(database, table, sealing))
  return done
}
