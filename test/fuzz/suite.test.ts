/** What somebody sends to be imported or signed: an answer in our words, whatever the bytes. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createPageUrlParser, trustedDomainOf } from '../../src/suite/pages/page-url'
import { notEncodedBecause } from '../../src/suite/pages/torn-query'
import { linesOf } from '../../src/suite/transfer/byte-stream'
import { exportFormat } from '../../src/suite/transfer/export-lines'
import { entriesOf, lineOfEntry } from '../../src/suite/transfer/import-text'
import { deepest, hostileJson, hostileText, inheritedNames } from './hostile-text'
import { outcomeOf, pieces } from './import-outcome'
import { patienceMs, runs } from './runs'

describe('a text to import', () => {
  const names = fc.constantFrom(
    'corpid',
    'permanentCode',
    'permanent_code',
    'suite',
    'agentid',
    'name',
    'kind',
    'format',
    'version',
    ...inheritedNames,
  )
  const cell = hostileText.map((text) => `"${text.replaceAll('"', '""')}"`)
  const csv = fc
    .tuple(
      fc.uniqueArray(names, { maxLength: 6 }),
      fc.array(fc.array(fc.oneof(cell, hostileText), { maxLength: 6 }), { maxLength: 4 }),
    )
    .map(([head, rows]) => [['corpid', 'permanentCode', ...head], ...rows].join('\n'))
  const member = fc.tuple(
    names,
    fc.oneof(hostileJson, fc.constantFrom('corp', 'event', exportFormat)),
  )
  const jsonLines = fc
    .array(fc.array(member, { maxLength: 6 }), { maxLength: 4 })
    .map((lines) => lines.map((line) => JSON.stringify(Object.fromEntries(line))).join('\n'))
  const texts = fc.oneof(
    csv,
    jsonLines,
    hostileText,
    fc.constantFrom(
      '['.repeat(deepest),
      `{"a":${'['.repeat(deepest)}${']'.repeat(deepest)}}`,
      `${'"'.repeat(deepest)}\n`,
      `corpid,permanentCode\n${'"'.repeat(deepest)}`,
      `corpid,permanentCode\n${','.repeat(deepest)}`,
      '\n'.repeat(deepest),
    ),
  )

  test(
    'gives entries or a refusal, and companies only with ids that may be file names',
    async () => {
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          for (const entry of (await outcomeOf(() => entriesOf(text))) ?? []) {
            const line = lineOfEntry(entry)
            if (line !== null) expect(JSON.parse(line)).toBeObject()
            if ('corp' in entry && entry.corp.ok) {
              expect(entry.corp.value.corpid).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
            }
          }
        }),
        runs(50),
      )
    },
    patienceMs,
  )

  test(
    'is cut into lines, or refused where it is no UTF-8',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 200 }),
          fc.integer({ min: 1, max: 9 }),
          async (bytes, size) => {
            const lines = await outcomeOf(async () => {
              const read: string[] = []
              for await (const line of linesOf(pieces(bytes, size))) read.push(line)
              return read
            })
            if (lines !== null) expect(Buffer.from(lines.join(''))).toEqual(Buffer.from(bytes))
          },
        ),
        runs(60),
      )
    },
    patienceMs,
  )
})

describe('the address of a page', () => {
  const address = fc.oneof(
    hostileText,
    hostileText.map((text) => `https://${text}`),
    hostileText.map((text) => `https://app.example.com${text}`),
    hostileText.map((text) => `https://app.example.com/${text}#${text}`),
    fc.webUrl(),
    fc.constantFrom(
      'https://app.example.com@evil.example/',
      'https://evil.example\\@app.example.com/',
      'https://app.example.com.evil.example/',
      'https://evil.example/https://app.example.com/',
      'https://evil.example#.app.example.com',
      'https:app.example.com/',
      'https:///app.example.com/',
      'javascript:https://app.example.com',
    ),
  )

  const parsePageUrl = createPageUrlParser()

  test(
    'is on a trusted domain only if a browser would go there',
    () => {
      fc.assert(
        fc.property(address, (url) => {
          expect(() => notEncodedBecause(`url=${url}`)).not.toThrow()
          const parsed = parsePageUrl(url)
          expect(parsed).toEqual(createPageUrlParser()(url))
          if (!parsed.ok) return
          const { address: signed, site } = parsed.value
          expect(signed).not.toContain('#')
          const { protocol, host, hostname, port } = new URL(url)
          expect(site).toEqual({ protocol, host, hostname, port })
          if (trustedDomainOf(site, ['app.example.com']) === null) return
          expect(hostname).toBe('app.example.com')
          expect(['http:', 'https:']).toContain(protocol)
        }),
        runs(100),
      )
    },
    patienceMs,
  )
})
