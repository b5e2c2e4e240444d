/**
 * `bun test/bench/xml.ts`: the two XML parsers over WeCom's sample messages, by turns, in this
 * process. Both keep every value as the text that it is. Prints a table; writes nothing.
 */
import { XMLParser } from 'fast-xml-parser'
import { commandSamples, dataSamples, systemSamples } from '../wecom/callback/sample-messages'

const documents = [...commandSamples, ...systemSamples, ...dataSamples].map(({ xml }) => xml)
const lenient = new XMLParser({ parseTagValue: false, trimValues: false })

const parsers = {
  'Bun.XML': (text: string): unknown => Bun.XML.parse(text),
  'fast-xml-parser, no validator': (text: string): unknown => lenient.parse(text),
  'fast-xml-parser, validator on': (text: string): unknown => lenient.parse(text, true),
}

const rounds = 5
const secondsEach = 2

/** Microseconds for one message, over `seconds` of whole passes. */
const measure = (parse: (text: string) => unknown, seconds: number): number => {
  const began = performance.now()
  let passes = 0
  while (performance.now() - began < seconds * 1000) {
    for (const text of documents) parse(text)
    passes += 1
  }
  return ((performance.now() - began) * 1000) / (passes * documents.length)
}

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN

const measured = Object.entries(parsers).map(([name, parse]) => ({
  name,
  parse,
  figures: [] as number[],
}))
for (const { parse } of measured) measure(parse, 1)
for (let round = 0; round < rounds; round++) {
  for (const { parse, figures } of measured) figures.push(measure(parse, secondsEach))
}

const bytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / documents.length
const fastest = median(measured[0]?.figures ?? [])
const lines = measured.map(
  ({ name, figures }) =>
    `| ${name} | ${median(figures).toFixed(1)} µs | ${(median(figures) / fastest).toFixed(1)} |`,
)
process.stdout.write(
  [
    `${documents.length} messages of ${Math.round(bytes)} bytes on average, ${rounds} rounds:`,
    '',
    '| Parser | A message | Times as long |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n'),
)
