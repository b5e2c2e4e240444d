/** Exports that somebody changed: whole as they were written, or refused. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ServiceError } from '../../src/errors'
import {
  type ExportKey,
  findOpener,
  sealExport,
  sealedHeaderOf,
} from '../../src/suite/transfer/encrypted-export'
import {
  exportFormat,
  exportVersion,
  framed,
  unframed,
} from '../../src/suite/transfer/export-lines'
import { createSeries } from '../scene'
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
        runs(200),
      )
    },
    patienceMs,
  )

  const key: ExportKey = { opensWith: 'key', key: Buffer.alloc(32, 7) }

  const seal = async (plain: Uint8Array): Promise<Buffer> => {
    const sealed: Uint8Array[] = []
    for await (const part of sealExport(pieces(plain, 9), key, createSeries(1))) sealed.push(part)
    return Buffer.concat(sealed)
  }
  const open = async (sealed: Buffer): Promise<Buffer> => {
    const end = sealed.indexOf('\n')
    const first = sealedHeaderOf(sealed.toString('utf8', 0, end === -1 ? sealed.length : end))
    if (first === null) throw new ServiceError('invalid_request', 'no export')
    const opener = await findOpener(first, [key])
    const plain: Uint8Array[] = []
    const rest = end === -1 ? Buffer.alloc(0) : sealed.subarray(end + 1)
    for await (const part of opener.open(pieces(rest, 1000))) plain.push(part)
    return Buffer.concat(plain)
  }

  test(
    'that is sealed opens as it was, or not at all: whatever byte was changed, cut off or added',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 100 }),
          place,
          fc.uint8Array({ maxLength: 3 }),
          async (plain, at, put) => {
            const sealed = await seal(plain)
            expect(await open(sealed)).toEqual(Buffer.from(plain))
            const cut = Math.floor(at * sealed.length)
            const altered = Buffer.concat([sealed.subarray(0, cut), put, sealed.subarray(cut + 1)])
            fc.pre(!altered.equals(sealed))
            expect(await outcomeOf(() => open(altered))).toBeNull()
          },
        ),
        runs(100),
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
            expect(await outcomeOf(() => sealedHeaderOf(text))).toBeNull()
          },
        ),
        runs(100),
      )
    },
    patienceMs,
  )
})
