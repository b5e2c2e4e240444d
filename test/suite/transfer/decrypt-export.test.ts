import { describe, expect, test } from 'bun:test'
import { armor } from 'age-encryption'
import { createExportDecrypter, keyNeededBy } from '../../../src/suite/transfer/decrypt-export'
import type { ExportKey } from '../../../src/suite/transfer/export-key'
import type { UnreadableReason } from '../../../src/suite/transfer/unusable-export'
import { ExportUnreadable } from '../../../src/suite/transfer/unusable-export'
import { ageExport, formerContainer, gathered, parts, pieceBytes } from './containers'

const key: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 7) }
const otherKey: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 8) }
const withPassphrase = (passphrase: string): ExportKey => ({ opensWith: 'passphrase', passphrase })
const passphrase = withPassphrase('correct horse café')
const typedOtherwise = withPassphrase('correct horse cafe\u0301')
const otherPassphrase = withPassphrase('correct horse cafè')

const textOf = (length: number) => Buffer.from(Array.from({ length }, (_, i) => i % 251))

const open = (file: Uint8Array, keys: readonly ExportKey[] = [key], size?: number) =>
  gathered(createExportDecrypter(keys)(parts(file, size)))

const reasonOf = async (work: Promise<unknown>): Promise<UnreadableReason | 'opened'> => {
  try {
    await work
    return 'opened'
  } catch (error) {
    if (error instanceof ExportUnreadable) return error.reason
    throw error
  }
}

/** Where the pieces begin: behind the line of the container, or the header and nonce of age. */
const forms = [
  {
    form: 'the age format',
    seal: ageExport,
    bodyOf: (file: Buffer) => file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1 + 16,
  },
  {
    form: 'the container of before',
    seal: formerContainer,
    bodyOf: (file: Buffer) => file.indexOf('\n') + 1,
  },
]

describe.each(forms)('an export in $form', ({ seal, bodyOf }) => {
  test.each([0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes, 200_000])(
    'of %d bytes opens to the same bytes, however they come, and again',
    async (length) => {
      const plain = textOf(length)
      const file = await seal(plain, key)
      const decrypt = createExportDecrypter([key])
      for (const size of [999, pieceBytes + 16, 10 * pieceBytes]) {
        expect((await gathered(decrypt(parts(file, size)))).equals(plain)).toBe(true)
      }
    },
  )

  test('holds nothing of what is in it, and nothing of the key', async () => {
    const text = 'permanent-code-of-a-company'
    const file = (await seal(Buffer.from(text.repeat(50)), key)).toString('latin1')
    expect(file).not.toContain(text.slice(0, 9))
    expect(file).not.toContain('\x07'.repeat(9))
  })

  test('is refused wherever a single bit of it was changed', async () => {
    const small = await seal(textOf(300), key)
    for (let at = 0; at < small.length; at++) {
      const changed = Buffer.from(small)
      changed[at]! ^= 1 << (at % 8)
      expect(await reasonOf(open(changed)), `byte ${at}`).not.toBe('opened')
    }
  })

  test('is refused where a bit of any of its pieces was changed', async () => {
    const file = await seal(textOf(3 * pieceBytes), key)
    for (let at = bodyOf(file); at < file.length; at += 9973) {
      const changed = Buffer.from(file)
      changed[at]! ^= 1 << (at % 8)
      expect(await reasonOf(open(changed)), `byte ${at}`).toBe('altered')
    }
  })

  test('is refused wherever it was cut off, between two pieces too', async () => {
    const file = await seal(textOf(3 * pieceBytes), key)
    const bodyAt = bodyOf(file)
    const cuts = [1, 2, 3].map((pieces) => bodyAt + pieces * (pieceBytes + 16))
    expect(cuts.at(-1)).toBe(file.length)
    for (const end of [0, 5, bodyAt - 1, bodyAt, bodyAt + 5, cuts[0]!, cuts[1]!, file.length - 1]) {
      expect(await reasonOf(open(file.subarray(0, end))), `${end}`).toBe('altered')
    }
  })

  test('is refused with its pieces in another order, or with one more', async () => {
    const file = await seal(textOf(3 * pieceBytes), key)
    const bodyAt = bodyOf(file)
    const size = pieceBytes + 16
    const piece = (n: number) => file.subarray(bodyAt + n * size, bodyAt + (n + 1) * size)
    const head = file.subarray(0, bodyAt)
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
    const small = await seal(textOf(300), key)
    expect(await reasonOf(open(small, [otherKey, passphrase, key]))).toBe('opened')
    expect(await reasonOf(open(small, [otherKey]))).toBe('wrong_key')
    expect(await reasonOf(open(small, [passphrase]))).toBe('key_needed')
    expect(await reasonOf(open(small, []))).toBe('key_needed')
    expect(keyNeededBy(small.toString())).toBe('key')
  })

  test('under a passphrase opens with it, however its accents were typed, and with no other', async () => {
    const file = await seal(textOf(10), passphrase)
    expect((await open(file, [key, typedOtherwise])).equals(textOf(10))).toBe(true)
    expect(await reasonOf(open(file, [otherPassphrase]))).toBe('wrong_passphrase')
    expect(await reasonOf(open(file, [key]))).toBe('passphrase_needed')
    expect(keyNeededBy(file.toString())).toBe('passphrase')
  })

  test('of a newer version is refused as such', async () => {
    const newer = (await seal(textOf(9), key))
      .toString('latin1')
      .replace('"version":1', '"version":2')
      .replace('age-encryption.org/v1', 'age-encryption.org/v2')
    expect(await reasonOf(open(Buffer.from(newer, 'latin1')))).toBe('newer')
  })
})

test('an export is another one each time', async () => {
  const [one, other] = [await ageExport(textOf(9), key), await ageExport(textOf(9), key)]
  expect(one.equals(other)).toBe(false)
})

describe('an export in the text form of age', () => {
  test('opens as it was, with either end of line', async () => {
    const plain = textOf(100_000)
    const text = armor.encode(await ageExport(plain, key))
    for (const form of [text, text.replaceAll('\n', '\r\n'), `${text}\n`]) {
      expect((await open(Buffer.from(form))).equals(plain)).toBe(true)
    }
    expect(keyNeededBy(text)).toBe('key')
    expect(keyNeededBy(armor.encode(await ageExport(plain, passphrase)))).toBe('passphrase')
  })

  test('is refused without one of its lines', async () => {
    const lines = armor.encode(await ageExport(textOf(300), key)).split(/(?<=\n)/)
    for (const left of lines.keys()) {
      const text = lines.filter((_, i) => i !== left).join('')
      expect(await reasonOf(open(Buffer.from(text))), `line ${left}`).toBe('altered')
    }
  })
})

test('what fails while an export is read is no fault of the export', async () => {
  const file = await ageExport(textOf(200_000), key)
  const broken = async function* () {
    yield file.subarray(0, 100_000)
    throw new Error('the disk failed')
  }
  await expect(gathered(createExportDecrypter([key])(broken()))).rejects.toThrow('the disk failed')
})
