/**
 * docs/events.md and its Chinese twin. Their list of types is written by
 * `UPDATE_DOCS=1 bun test test/docs/events`.
 */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ownEventTypes } from '../../../src/events/own-events'
import { localLinksIn, outlineOf } from '../../conventions/markdown'
import { project, textOf } from '../../conventions/sources'
import { ownExamples } from './own-event-examples'
import { type Language, typeSection } from './type-section'

const begin = '<!-- types: written by UPDATE_DOCS=1 bun test test/docs/events -->'
const end = '<!-- types: end -->'

const pages: [string, Language][] = [
  ['docs/events.md', 'en'],
  ['docs/events.zh-CN.md', 'zh'],
]

const generatedIn = (text: string): string => {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to === -1) throw new Error('the marks of the list of types are missing')
  return text.slice(from, to + end.length)
}

describe.each(pages)('%s', (path, language) => {
  test('has every type with an example body, as the catalogue gives them', async () => {
    const wanted = [begin, '', typeSection(language), '', end].join('\n')
    if (Bun.env.UPDATE_DOCS === '1') {
      const text = await textOf(path)
      await Bun.write(
        join(project, path),
        text.replace(generatedIn(text), () => wanted),
      )
    }
    expect(generatedIn(await textOf(path))).toBe(wanted)
  })

  test('leads nowhere that is not there', async () => {
    const links = localLinksIn(await textOf(path))
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((target) => !existsSync(join(project, 'docs', target)))).toEqual([])
  })
})

test('the examples show no secret', () => {
  const section = typeSection('en')
  expect(section).toContain('"AuthCode":"***"')
  expect(section).not.toMatch(/"(AuthCode|RegisterCode)":"(?!\*\*\*")/)
})

test('every event of suited’s own is explained', () => {
  expect(Object.keys(ownExamples).toSorted()).toEqual([...ownEventTypes].toSorted())
})

test('both languages of docs/events.md have the same headings, code and tables', async () => {
  const [one, other] = await Promise.all(pages.map(async ([path]) => outlineOf(await textOf(path))))
  expect(one?.codeBlocks.length).toBeGreaterThan(12)
  expect(other?.codeBlocks).toEqual([...(one?.codeBlocks ?? [])])
  expect(other?.headingLevels).toEqual([...(one?.headingLevels ?? [])])
  expect(other?.tables.map((rows) => rows.length)).toEqual(one?.tables.map((rows) => rows.length))
})
