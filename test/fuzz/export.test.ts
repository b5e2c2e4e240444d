/** Exports that somebody changed: whole as they were written, or refused. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createExportDecrypter, keyNeededBy } from '../../src/suite/transfer/decrypt-export'
import type { ExportKey } from '../../src/suite/transfer/export-key'
import {
  exportFormat,
  exportVersion,
  framed,
  unframed,
} from '../../src/suite/transfer/export-lines'
import { ageExport, formerContainer, gathered } from '../suite/transfer/containers'
import { hostileJson, hostileText } from './hostile-text'
import { outcomeOf, pieces } from './import-outcome'
import { patienceMs, runs } from './runs'

/** A place in `length`, from 0. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('an export', () => {
  const header = { format: exportFormat, version: exportVersion, suited: 'test', exportedAt: 1 }
  const line = {
    kind: 'suite',
    suiteId: 'ww1',
    ticket: { value: 'T', timeStampSeconds: 1, receivedAt: 1 },
  }

  const textOf = async (count: number): Promise<string> => {
    const lines = async function* () {
      for (let n = 0; n < count; n++) yield line
    }
    let text = ''
    for await (const one of framed(header, lines())) text += one
    return text
  }
  const read = async (text: string): Promise<number> => {
    let count = 0
    for await (const _ of unframed(text.split(/(?<=\n)/))) count += 1
    return count
  }

  test(
    'of which any character was changed is refused as a whole',
    async () => {
      const whole = await textOf(3)
      expect(await read(whole)).toBe(3)
      await fc.assert(
        fc.asyncProperty(place, hostileText, async (at, put) => {
          const cut = Math.floor(at * whole.length)
          const altered = whole.slice(0, cut) + put + whole.slice(cut + 1)
          fc.pre(altered !== whole && altered.trimEnd() !== whole.trimEnd())
          expect(await outcomeOf(() => read(altered))).toBeNull()
        }),
        runs(60),
      )
    },
    patienceMs,
  )

  const key: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 7) }

  const open = (file: Buffer): Promise<Buffer> =>
    gathered(createExportDecrypter([key])(pieces(file, 1000)))

  test.each([
    ['the age format', ageExport],
    ['the container of before', formerContainer],
  ])(
    'in %s opens as it was, or not at all: whatever byte was changed, cut off or added',
    async (_, seal) => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 100 }),
          place,
          fc.uint8Array({ maxLength: 3 }),
          async (plain, at, put) => {
            const file = await seal(plain, key)
            expect(await open(file)).toEqual(Buffer.from(plain))
            const cut = Math.floor(at * file.length)
            const altered = Buffer.concat([file.subarray(0, cut), put, file.subarray(cut + 1)])
            fc.pre(!altered.equals(file))
            expect(await outcomeOf(() => open(altered))).toBeNull()
          },
        ),
        runs(30),
      )
    },
    patienceMs,
  )

  test(
    'begins with a header, whatever else a first line says',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            hostileText,
            hostileJson.map((json) => JSON.stringify(json) ?? ''),
          ),
          async (text) => {
            expect(await outcomeOf(() => keyNeededBy(text))).toBeNull()
          },
        ),
        runs(30),
      )
    },
    patienceMs,
  )
})
