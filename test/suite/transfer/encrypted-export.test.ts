import { describe, expect, test } from 'bun:test'
import { afterFirstLine } from '../../../src/suite/transfer/byte-stream'
import {
  type ExportKey,
  findOpener,
  sealExport,
  sealedHeaderOf,
} from '../../../src/suite/transfer/encrypted-export'
import type { UnreadableReason } from '../../../src/suite/transfer/unusable-export'
import { ExportUnreadable } from '../../../src/suite/transfer/unusable-export'
import { createSeries } from '../../scene'

const key: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 7) }
const otherKey: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 8) }
const passphrase: ExportKey = { opensWith: 'passphrase', passphrase: 'correct horse battery' }
const pieceBytes = 64 * 1024

async function* parts(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const gathered = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const bytes of source) all.push(bytes)
  return Buffer.concat(all)
}

const textOf = (length: number) => Buffer.from(Array.from({ length }, (_, i) => i % 251))

const seal = (plain: Uint8Array, own: ExportKey = key, seed = 1) =>
  gathered(sealExport(parts(plain), own, createSeries(seed)))

const open = async (sealed: Uint8Array, keys: readonly ExportKey[] = [key], size?: number) => {
  const first = await afterFirstLine(parts(sealed, size))
  if (!first) throw new ExportUnreadable('altered')
  const header = sealedHeaderOf(first.line)
  if (!header) throw new ExportUnreadable('altered')
  const opener = await findOpener(header, keys)
  return gathered(opener.open(first.rest))
}

const reasonOf = async (work: Promise<unknown>): Promise<UnreadableReason | 'opened'> => {
  try {
    await work
    return 'opened'
  } catch (error) {
    if (error instanceof ExportUnreadable) return error.reason
    throw error
  }
}

const small = await seal(textOf(300))
const bodyAt = small.indexOf('\n') + 1

describe('a sealed export', () => {
  test.each([0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes, 200_000])(
    'of %d bytes opens to the same bytes, however they come',
    async (length) => {
      const plain = textOf(length)
      const sealed = await seal(plain)
      for (const size of [999, pieceBytes + 16, 10 * pieceBytes]) {
        expect((await open(sealed, [key], size)).equals(plain)).toBe(true)
      }
    },
  )

  test('holds nothing of what is in it, and nothing of the key', async () => {
    const text = 'permanent-code-of-a-company'
    const sealed = (await seal(Buffer.from(text.repeat(50)))).toString('latin1')
    expect(sealed).not.toContain(text.slice(0, 9))
    expect(sealed).not.toContain('\x07'.repeat(9))
  })

  test('is another one each time', async () => {
    const again = await seal(textOf(300), key, 2)
    expect(again.subarray(bodyAt).equals(small.subarray(bodyAt))).toBe(false)
  })

  test('is refused wherever a single bit of it was changed', async () => {
    for (let at = 0; at < small.length; at++) {
      const changed = Buffer.from(small)
      changed[at]! ^= 1 << (at % 8)
      const outcome = await reasonOf(open(changed))
      expect(outcome, `byte ${at}`).not.toBe('opened')
    }
  })

  test('is refused wherever it was cut off, between two pieces too', async () => {
    const sealed = await seal(textOf(3 * pieceBytes))
    const cuts = [1, 2, 3].map((pieces) => bodyAt + pieces * (pieceBytes + 16))
    expect(cuts.at(-1)).toBe(sealed.length)
    for (const end of [bodyAt, bodyAt + 5, cuts[0]!, cuts[1]!, sealed.length - 1]) {
      expect(await reasonOf(open(sealed.subarray(0, end)))).toBe('altered')
    }
  })

  test('is refused with its pieces in another order, or with one more', async () => {
    const sealed = await seal(textOf(3 * pieceBytes))
    const size = pieceBytes + 16
    const piece = (n: number) => sealed.subarray(bodyAt + n * size, bodyAt + (n + 1) * size)
    const head = sealed.subarray(0, bodyAt)
    for (const order of [
      [1, 0, 2],
      [0, 2],
      [0, 1, 1, 2],
      [0, 1, 2, 2],
    ]) {
      expect(await reasonOf(open(Buffer.concat([head, ...order.map(piece)])))).toBe('altered')
    }
  })

  test('opens with any key at hand that fits, and tells what is wrong where none does', async () => {
    expect(await reasonOf(open(small, [otherKey, passphrase, key]))).toBe('opened')
    expect(await reasonOf(open(small, [otherKey]))).toBe('wrong_key')
    expect(await reasonOf(open(small, [passphrase]))).toBe('key_needed')
    expect(await reasonOf(open(small, []))).toBe('key_needed')
  })

  test('of a newer suited is refused as such', async () => {
    const newer = small.toString('latin1').replace('"version":1', '"version":2')
    expect(await reasonOf(open(Buffer.from(newer, 'latin1')))).toBe('newer')
  })
})

describe('an export that a passphrase seals', () => {
  test('opens with it, and with no other', async () => {
    const sealed = await seal(textOf(10), passphrase)
    expect((await open(sealed, [passphrase])).equals(textOf(10))).toBe(true)
    const other: ExportKey = { opensWith: 'passphrase', passphrase: 'correct horse batterz' }
    expect(await reasonOf(open(sealed, [other]))).toBe('wrong_passphrase')
    expect(await reasonOf(open(sealed, [key]))).toBe('passphrase_needed')
  })

  test('opens with it however its accents were typed', async () => {
    const sealed = await seal(textOf(10), {
      opensWith: 'passphrase',
      passphrase: 'caf\u00e9 au lait',
    })
    const typed: ExportKey = { opensWith: 'passphrase', passphrase: 'cafe\u0301 au lait' }
    expect(await reasonOf(open(sealed, [typed]))).toBe('opened')
  })
})
