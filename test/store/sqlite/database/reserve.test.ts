import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createReserve, reserveBytes } from '../../../../src/store/sqlite/database/reserve'
import { createTemporaryFolder, type TemporaryFolder } from '../../temporary-folder'

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await createTemporaryFolder()
})
afterEach(() => folder.remove())

const path = () => join(folder.path, 'reserve')

const reserveWith = (free: number | null) => {
  let writes = 0
  const reserve = createReserve({
    path: path(),
    freeBytes: async () => free,
    noise: (count) => {
      writes += 1
      return new Uint8Array(count).fill(7)
    },
  })
  return { reserve, writes: () => writes }
}

describe('the reserve', () => {
  test.each([2 * reserveBytes, null])('takes up its room where %p bytes are free', async (free) => {
    const { reserve } = reserveWith(free)
    await reserve.make()
    const bytes = readFileSync(path())
    expect(bytes.length).toBe(reserveBytes)
    expect(bytes.every((byte) => byte === 7)).toBe(true)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
  })

  test('is not made where it would leave less than its own size', async () => {
    await reserveWith(2 * reserveBytes - 1).reserve.make()
    expect(existsSync(path())).toBe(false)
  })

  test('is written once, and anew if only half of it is there', async () => {
    const { reserve, writes } = reserveWith(null)
    await reserve.make()
    const once = writes()
    await reserve.make()
    expect(writes()).toBe(once)
    writeFileSync(path(), 'half')
    await reserve.make()
    expect(statSync(path()).size).toBe(reserveBytes)
  })

  test('gives its room back once, until it is made again', async () => {
    const { reserve } = reserveWith(null)
    expect(reserve.giveUp()).toBe(false)
    await reserve.make()
    expect(reserve.giveUp()).toBe(true)
    expect(existsSync(path())).toBe(false)
    expect(reserve.giveUp()).toBe(false)
    await reserve.make()
    expect(reserve.giveUp()).toBe(true)
  })

  test('that fails half-way leaves nothing behind, and nobody is told', async () => {
    let pieces = 0
    const reserve = createReserve({
      path: path(),
      freeBytes: async () => null,
      noise: (count) => {
        pieces += 1
        if (pieces === 3) throw new Error('The disk is full.')
        return new Uint8Array(count)
      },
    })
    await reserve.make()
    expect(pieces).toBe(3)
    expect(existsSync(path())).toBe(false)
  })

  test('in whose place something else stands gives nothing, and leaves that alone', async () => {
    mkdirSync(path())
    const { reserve } = reserveWith(null)
    await reserve.make()
    expect(reserve.giveUp()).toBe(false)
    expect(statSync(path()).isDirectory()).toBe(true)
  })
})
