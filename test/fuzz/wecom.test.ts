/** The parsers of WeCom's protocol: whatever comes, they give a value or a reason, and soon. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ciphertextOf } from '../../src/wecom/callback/envelope'
import { maskPayload } from '../../src/wecom/callback/mask'
import { parseMessage } from '../../src/wecom/callback/message'
import { judgeReceiver, judgeUrlCheck } from '../../src/wecom/callback/receiver'
import { subjectOf } from '../../src/wecom/callback/subject'
import { parseXml, textOf } from '../../src/wecom/callback/xml'
import { jsapiSignature, withoutFragment } from '../../src/wecom/jssdk'
import { hostileMessage } from './hostile-message'
import { deepest, hostileBody, hostileText, inheritedNames, mostly } from './hostile-text'
import { patienceMs, runs } from './runs'

const ids = { suiteId: 'wwSuite', providerCorpid: 'wwProvider', corpids: ['wpCorpA', 'wpCorpB'] }
const message = hostileMessage(ids)

/** That nothing but texts, lists and objects of an XML is left, no object inheriting anything. */
const expectPlain = (value: unknown): void => {
  if (typeof value === 'string') return
  if (!Array.isArray(value)) expect(Object.getPrototypeOf(value)).toBeNull()
  for (const inner of Object.values(value as object)) expectPlain(inner)
}

describe('the parser of messages', () => {
  test(
    'gives plain data or a reason, and what it gives can be masked and shown',
    () => {
      fc.assert(
        fc.property(message, (text) => {
          const parsed = parseXml(text)
          if (!parsed.ok) {
            expect(['doctype', 'not_xml', 'too_deep', 'not_an_element_list']).toContain(
              parsed.reason,
            )
            return
          }
          expectPlain(parsed.value)
          const masked = JSON.stringify(maskPayload(parsed.value))
          expect(Object.keys(JSON.parse(masked))).toEqual(Object.keys(parsed.value))
          for (const name of inheritedNames) {
            if (!Object.hasOwn(parsed.value, name)) expect(textOf(parsed.value, name)).toBeNull()
          }
        }),
        runs(100),
      )
    },
    patienceMs,
  )

  test(
    'names a kind, a type and texts, or a reason',
    () => {
      fc.assert(
        fc.property(message, hostileText, fc.boolean(), (text, receiveId, onDataUrl) => {
          const parsed = parseMessage(text)
          if (!parsed.ok) return expect(parsed.reason).toBeString()
          const { type, corpid, payload } = parsed.value
          expect(type).not.toBe('')
          expect(corpid === null || typeof corpid === 'string').toBe(true)
          expect(JSON.parse(JSON.stringify(subjectOf(type, payload)))).toBeObject()
          const where = { pathCorpid: receiveId, onDataUrl }
          for (const suiteId of [ids.suiteId, null]) {
            const own = { suiteId, providerCorpid: ids.providerCorpid, emptyReceiveId: false }
            const verdict = judgeReceiver(parsed.value, receiveId, own, where)
            // Without a setting that is missing nobody else's id is ever good.
            if (suiteId !== null && verdict.ok) {
              const good = [ids.suiteId, ids.providerCorpid, corpid]
              expect(good).toContain(receiveId)
              expect(verdict.discovered).toEqual([])
            }
          }
        }),
        runs(100),
      )
    },
    patienceMs,
  )

  test(
    'is never made to look outside, to repeat itself or to fall',
    () => {
      const laughs = Array.from(
        { length: 9 },
        (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
      )
      for (const text of [
        `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs.join('')}]><x><a>&l9;</a></x>`,
        `<x><!DOCTYPE x [<!ENTITY l0 "ha">${laughs.join('')}]><a>&l9;</a></x>`,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><a>&a;</a></x>',
        '<?xml version="1.0"?><!-- <x> --><!DOCTYPE x SYSTEM "x.dtd"><x><a>1</a></x>',
        `${'<a>'.repeat(deepest)}${'</a>'.repeat(deepest)}`,
        `${'<a><b/>'.repeat(deepest)}${'</a>'.repeat(deepest)}`,
        '<a>'.repeat(deepest),
      ]) {
        expect(parseXml(text).ok).toBe(false)
        expect(ciphertextOf(text)).toBeNull()
      }
    },
    patienceMs,
  )
})

describe('the outer body', () => {
  test(
    'gives a ciphertext or nothing, from any bytes',
    () => {
      const bodies = fc.oneof(
        hostileBody.map((body) =>
          typeof body === 'string' ? body : new TextDecoder().decode(body),
        ),
        message,
        hostileText.map((text) => `<xml><Encrypt>${text}</Encrypt></xml>`),
        hostileText.map((text) => JSON.stringify({ ENCRYPT: text })),
      )
      fc.assert(
        fc.property(bodies, (body) => {
          const found = ciphertextOf(body)
          if (found !== null) expect(found.trim()).toBe(found)
        }),
        runs(100),
      )
    },
    patienceMs,
  )

  test.each([
    ['blanks that never end', (n: number) => `<x>${' '.repeat(n)}y`],
    ['ends of elements', (n: number) => `<x>${'</x> '.repeat(n / 5)}y`],
    ['beginnings of ciphertexts', (n: number) => `<x>${'<Encrypt>AAAA'.repeat(n / 13)}</x>`],
    [
      'ciphertexts of blanks',
      (n: number) => `<x>${`<Encrypt>${' '.repeat(990)}`.repeat(n / 999)}</x>`,
    ],
    ['declarations', (n: number) => `<?xml${'?>'.repeat(n / 2)}`],
    ['marks of CDATA', (n: number) => `<x>${'<Encrypt><![CDATA['.repeat(n / 18)}</x>`],
    ['a long name', (n: number) => `<${'a'.repeat(n / 2)}>${'</'.repeat(n / 4)}`],
    ['depth in JSON', (n: number) => `{"a":${'['.repeat(n / 2)}`],
  ])('costs no more than its length where it holds %s', (_, bodyOf) => {
    const timeOf = (size: number): number => {
      const body = bodyOf(size)
      const began = performance.now()
      ciphertextOf(body)
      return performance.now() - began
    }
    timeOf(1000)
    // A mebibyte takes a few milliseconds; what grows with the square takes minutes.
    expect(timeOf(2 ** 20)).toBeLessThan(1000)
  })
})

test(
  'a URL check is for us under our own ids alone',
  () => {
    const own = { ...ids, emptyReceiveId: false }
    fc.assert(
      fc.property(mostly('wwSuite', 'wwProvider', 'wpCorpA'), (receiveId) => {
        const ours = ['wwSuite', 'wwProvider'].includes(receiveId)
        expect(judgeUrlCheck(receiveId, own).ok).toBe(ours)
      }),
      runs(30),
    )
  },
  patienceMs,
)

test(
  'a signature for a page is 40 hex digits, whatever it is over',
  () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.integer(), (ticket, url, at) => {
        expect(withoutFragment(url)).not.toContain('#')
        expect(jsapiSignature(ticket, 'nonce', at, url)).toMatch(/^[0-9a-f]{40}$/)
      }),
      runs(30),
    )
  },
  patienceMs,
)
