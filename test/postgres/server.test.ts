import { expect, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { emptyDatabase, newDatabase } from './database'
import { findPostgres } from './server'

describeWithTool('PostgreSQL', findPostgres, 'a database of the tests’ own', () => {
  test('answers what it is asked, arrays and bytes included', async () => {
    const { database } = await emptyDatabase()
    const { blobs, integers, texts } = await import('../../src/store/postgres/connection/database')
    const hard = ['a,"b\'\\', '', 'NULL', '{}', '汉字 \u{1f600}', 'x\ny', null]
    const rows = await database.query<{ a: string | null; b: number; c: Buffer | null }>(
      'SELECT a, b::float8 AS b, c FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS t (a, b, c)',
      [
        texts(hard),
        integers(hard.map((_, n) => Date.now() * n)),
        blobs(hard.map((text) => (text === null ? null : Buffer.from(`${text}\0\\x`)))),
      ],
    )
    expect(rows.map(({ a }) => a)).toEqual(hard)
    expect(rows.map(({ c }) => c?.toString() ?? null)).toEqual(
      hard.map((text) => (text === null ? null : `${text}\0\\x`)),
    )
  })

  test('can be another one besides', async () => {
    expect(await newDatabase()).toStartWith('postgres://suited@127.0.0.1:')
  })
})
