import { describe, expect, test } from 'bun:test'
import { linesOf } from '../../../src/suite/transfer/byte-stream'
import {
  type ExportHeader,
  type ExportLine,
  exportFormat,
  exportVersion,
  framed,
  type NumberedLine,
  stateFormat,
  unframed,
} from '../../../src/suite/transfer/export-lines'
import { ExportUnreadable } from '../../../src/suite/transfer/unusable-export'

const header: ExportHeader = { format: exportFormat, version: 1, suited: 'test', exportedAt: 1 }

const lines: ExportLine[] = [
  { kind: 'identities', identities: [{ identity: 'i1', seenAt: 5 }] },
  {
    kind: 'suite',
    suiteId: 'ww1',
    ticket: { value: 't1', timeStampSeconds: 3, receivedAt: 4 },
  },
  { kind: 'unreadable', suiteId: 'ww1', corpid: 'wp1', problem: '坏了' },
]

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

const gathered = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of source) all.push(item)
  return all
}

const texts = await gathered(framed(header, each(lines)))

const read = async (given: readonly string[]): Promise<NumberedLine[] | string> => {
  try {
    return await gathered(unframed(given))
  } catch (error) {
    return error instanceof ExportUnreadable ? error.reason : String(error)
  }
}

describe('the lines of an export', () => {
  test('come back as they were, numbered as they stand in the file', async () => {
    expect(await read(texts)).toEqual(lines.map((line, i) => ({ number: i + 2, line })))
  })

  test('come back whether the file ends in a newline or not', async () => {
    const [last = '', ...before] = texts.toReversed()
    expect(await read([...before.toReversed(), last.trimEnd()])).toBeArrayOfSize(3)
  })

  test.each(texts.map((_, i) => i))('are refused without line %d', async (missing) => {
    expect(await read(texts.toSpliced(missing, 1))).toBe('altered')
  })

  test.each(texts.map((_, i) => i))('are refused if they end before line %d', async (end) => {
    expect(await read(texts.slice(0, end))).toBe('altered')
  })

  test.each([
    ['a changed value', texts.with(2, texts[2]!.replace('"t1"', '"t2"'))],
    ['a changed header', texts.with(0, texts[0]!.replace('"test"', '"TEST"'))],
    ['other white space', texts.with(2, texts[2]!.replace('{', '{ '))],
    ['a line twice', texts.toSpliced(2, 0, texts[2]!)],
    ['two lines exchanged', texts.with(1, texts[2]!).with(2, texts[1]!)],
    ['a line of another kind', texts.with(2, '{"kind":"token"}\n')],
    ['a line that is no JSON', texts.with(2, '{\n')],
    ['something after the end', [...texts, texts[1]!]],
    ['a second end', [...texts, texts.at(-1)!]],
  ])('are refused with %s', async (_, changed) => {
    expect(await read(changed)).toBe('altered')
  })

  test('of a newer format are refused as such', async () => {
    const newer = await gathered(framed({ ...header, version: exportVersion + 1 }, each(lines)))
    expect(await read(newer)).toBe('newer')
  })

  test('without secrets can’t be taken for an export', async () => {
    const shown = await gathered(framed({ ...header, format: stateFormat }, each(lines)))
    expect(await read(shown)).toBe('no_secrets')
  })
})

describe('a text cut into lines', () => {
  const bytes = new TextEncoder().encode('eins\n\n公司\nlast')

  test.each([1, 2, 3, 5, 100])('is the same, read %d bytes at a time', async (size) => {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    expect(await gathered(linesOf(each(parts)))).toEqual(['eins\n', '\n', '公司\n', 'last'])
  })

  test('is refused where it is no UTF-8', async () => {
    const broken = gathered(linesOf(each([new Uint8Array([0x61, 0xff, 0x0a])])))
    expect(broken).rejects.toThrow(ExportUnreadable)
  })
})
