import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createWalPortion, portionFor } from '../../../../src/store/sqlite/database/wal-portion'

describe('a portion of the write-ahead log', () => {
  test.each([
    [0, 500],
    [1, 500],
    [1.5, 1000],
    [2, 1000],
    [3, 2000],
    [5, 4000],
    [20, 4000],
    [60_000, 4000],
  ])('where a commit takes %p ms is %p pages', (commitMs, pages) => {
    expect(portionFor(commitMs)).toBe(pages)
  })
})

describe('the portion of a connection', () => {
  let db: Database
  beforeEach(() => {
    db = new Database(':memory:')
  })
  afterEach(() => db.close())

  const pages = () =>
    db.query<{ wal_autocheckpoint: number }, []>('PRAGMA wal_autocheckpoint').get()
      ?.wal_autocheckpoint
  const commits = (count: number, tookMs: number) => {
    const portion = createWalPortion(db)
    for (let commit = 0; commit < count; commit++) portion.committed(tookMs)
    return portion
  }

  test('is that of a quick disk before anything is known', () => {
    createWalPortion(db)
    expect(pages()).toBe(500)
  })

  test('grows within some commits where the disk is slow', () => {
    commits(8, 20)
    expect(pages()).toBe(4000)
  })

  test('shrinks again where it was slow for a while', () => {
    const portion = commits(100, 20)
    for (let commit = 0; commit < 100; commit++) portion.committed(0)
    expect(pages()).toBe(500)
  })

  test('stays as it is where one commit alone is late', () => {
    commits(100, 0).committed(15)
    expect(pages()).toBe(500)
  })

  test('takes a clock that was put back for no time at all', () => {
    commits(100, 20).committed(-3_600_000)
    expect(pages()).toBe(4000)
  })
})
