/** Ids, cursors and sealed texts as anybody may make them up. */
import { describe, expect, test } from 'bun:test'
import { normalize } from 'node:path'
import fc from 'fast-check'
import { ServiceError } from '../../src/errors'
import { checkedId } from '../../src/store/driver/id'
import { seqBefore } from '../../src/store/driver/paging'
import { corpPage } from '../../src/store/driver/records/corp-list'
import { createSealing, withoutKey } from '../../src/store/driver/sealing'
import { documentName, idOfName } from '../../src/store/file/folder/document-name'
import { createSeries } from '../scene'
import { hostileText, inheritedNames } from './hostile-text'
import { patienceMs, runs } from './runs'

/** What is given, or null where it is refused as the caller's mistake. */
const taken = <T>(work: () => T): T | null => {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError)
    expect((error as ServiceError).code).toBe('invalid_request')
    return null
  }
}

const ids = fc.oneof(hostileText, fc.stringMatching(/^[A-Za-z0-9_-]{1,130}$/))

describe('an id', () => {
  test(
    'that is taken names one file, in its own folder, and can be told from the name again',
    () => {
      fc.assert(
        fc.property(ids, (id) => {
          const checked = taken(() => checkedId(id))
          if (checked !== null) expect(checked).toMatch(/^[A-Za-z0-9_-]{1,128}$/)
          const name = taken(() => documentName(id))
          if (name === null) return
          expect(normalize(`folder/${name}.json`)).toBe(`folder/${name}.json`)
          expect(name).not.toContain('/')
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240)
          expect(idOfName(name)).toBe(id)
        }),
        runs(100),
      )
    },
    patienceMs,
  )

  test(
    'is found in no name that was not made from it',
    () => {
      fc.assert(
        fc.property(hostileText, (name) => {
          const id = idOfName(name)
          if (id !== null && id.length <= 128)
            expect(taken(() => documentName(id)) ?? name).toBe(name)
        }),
        runs(60),
      )
    },
    patienceMs,
  )
})

describe('a cursor', () => {
  const corps = inheritedNames.map((name, n) => ({
    suiteId: 'wwSuite',
    corpid: name,
    name,
    agentid: null,
    status: 'authorized' as const,
    authorizedAt: n,
  }))
  const cursors = fc.oneof(
    hostileText,
    hostileText.map((text) => `1.${text}.${text}`),
    fc.stringMatching(/^\d{1,20}\.[\w-]{1,9}\.[\w-]{1,9}$/),
  )

  test(
    'that no page gave is refused, or goes on somewhere in the list',
    () => {
      fc.assert(
        fc.property(cursors, hostileText, (cursor, q) => {
          const place = taken(() => seqBefore(cursor))
          if (place !== null) expect(Number.isSafeInteger(place)).toBe(true)
          const page = taken(() => corpPage(corps, { limit: 2, cursor, q }))
          if (page !== null) expect(page.items.length).toBeLessThanOrEqual(2)
        }),
        runs(60),
      )
    },
    patienceMs,
  )
})

describe('a sealed text', () => {
  const random = createSeries(1)
  const sealing = createSealing(
    { current: Buffer.alloc(32, 1), previous: Buffer.alloc(32, 2) },
    (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
  )
  const place = ['corp', 'wwSuite', 'wpCorpA', 'permanentCode']

  test(
    'opens as it was in its own place, and nowhere else',
    () => {
      fc.assert(
        fc.property(hostileText, hostileText, (any, elsewhere) => {
          const text = any.toWellFormed()
          const stored = sealing.seal(text, place)
          expect(sealing.open(stored, place)).toEqual({ ok: true, value: text })
          expect(sealing.open(stored, [...place.slice(0, 3), elsewhere]).ok).toBe(
            elsewhere === 'permanentCode',
          )
          expect(withoutKey.open(withoutKey.seal(any, place), place)).toEqual({
            ok: true,
            value: any,
          })
        }),
        runs(60),
      )
    },
    patienceMs,
  )

  test(
    'that somebody changed or made up does not open',
    () => {
      const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
      fc.assert(
        fc.property(at, hostileText, (where, put) => {
          const stored = sealing.seal('a secret', place)
          const cut = 'enc:'.length + Math.floor(where * (stored.length - 'enc:'.length))
          const altered = stored.slice(0, cut) + put + stored.slice(cut + 1)
          fc.pre(altered !== stored && !altered.startsWith('enc:clear:'))
          expect(sealing.open(altered, place).ok).toBe(false)
          expect(sealing.open(`enc:v1:${put}`, place).ok).toBe(false)
        }),
        runs(60),
      )
    },
    patienceMs,
  )
})
