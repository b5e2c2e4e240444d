/** The second reader of JSON agrees with the first wherever that reads, and never falls over. */
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { answerObjectIn } from '../../src/wecom/api/answer/object'
import { mendJson } from '../../src/wecom/lenient-json'
import { hostileBody } from './hostile-text'
import { patienceMs, runs } from './runs'

const anyName = fc.string({ unit: 'binary' })
const documents = fc
  .dictionary(anyName, fc.jsonValue({ stringUnit: 'binary' }))
  .map((value) => JSON.stringify(value))

/** What JSON wants escaped, raw. */
const withRawControls = (json: string): string =>
  json.replace(/\\u00([01][0-9a-f])/g, (whole, hex, at) =>
    // An escaped backslash in front of it makes it text.
    json.charAt(at - 1) === '\\' ? whole : String.fromCharCode(Number.parseInt(hex, 16)),
  )

test(
  'a correct document is the same to both readers',
  () => {
    fc.assert(
      fc.property(documents, (json) => {
        expect(JSON.parse(mendJson(json))).toEqual(JSON.parse(json))
      }),
      runs(150),
    )
  },
  patienceMs,
)

test(
  'raw control characters, marks and zero bytes change nothing of what is read',
  () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('', '\uFEFF', '\0'), (json, around) => {
        const read = JSON.parse(mendJson(`${around}${withRawControls(json)}${around}`))
        expect(read).toEqual(JSON.parse(json))
      }),
      runs(150),
    )
  },
  patienceMs,
)

test(
  'a document that is cut off or altered anywhere is read, or is none, without an error',
  () => {
    const altered = fc.tuple(documents, fc.nat(), fc.nat(), hostileBody)
    fc.assert(
      fc.property(altered, ([json, from, length, other]) => {
        const at = from % (json.length + 1)
        const inserted = typeof other === 'string' ? other : ''
        const text = json.slice(0, at) + inserted + json.slice(at + (length % 10))
        for (const given of [text, json.slice(0, at)]) {
          const read = answerObjectIn(given)
          if (read)
            expect(JSON.stringify(read.members)).not.toMatch(
              /(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/,
            )
        }
      }),
      runs(150),
    )
  },
  patienceMs,
)
