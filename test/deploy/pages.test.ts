/** docs/deploy.md and its Chinese twin say the same. */
import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { localLinksIn, outlineOf } from '../conventions/markdown'
import { project, textOf } from '../conventions/sources'

const pages = ['docs/deploy.md', 'docs/deploy.zh-CN.md']

test('both languages of docs/deploy.md have the same headings, commands and tables', async () => {
  const [one, other] = await Promise.all(pages.map(async (path) => outlineOf(await textOf(path))))
  expect(one?.codeBlocks.length).toBeGreaterThan(8)
  expect(other?.codeBlocks).toEqual([...(one?.codeBlocks ?? [])])
  expect(other?.headingLevels).toEqual([...(one?.headingLevels ?? [])])
  expect(other?.tables.map((rows) => rows.length)).toEqual(one?.tables.map((rows) => rows.length))
})

test.each(pages)('%s leads nowhere that is not there', async (path) => {
  const links = localLinksIn(await textOf(path))
  expect(links.length).toBeGreaterThan(1)
  expect(links.filter((target) => !existsSync(join(project, 'docs', target)))).toEqual([])
})
