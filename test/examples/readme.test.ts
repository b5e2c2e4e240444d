/** The list of examples is whole, in both languages. */
import { expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { localLinksIn, outlineOf } from '../conventions/markdown'
import { project, textOf } from '../conventions/sources'

const folder = join(project, 'examples')
const text = await textOf('examples/README.md')

const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test.each(['English', 'Chinese'])('the list in %s names each example', (language) => {
  const table = outlineOf(text).tables[language === 'English' ? 0 : 1] ?? []
  const named = table
    .flatMap(([first = '']) => localLinksIn(first))
    .map((link) => link.split('/')[0])
  expect(named.toSorted()).toEqual(examples.toSorted())
})

test('each example has a test of its name', () => {
  const untested = examples.filter((name) => !existsSync(join(import.meta.dir, `${name}.test.ts`)))
  expect(untested).toEqual([])
})

test('the list leads nowhere that is not there', () => {
  expect(localLinksIn(text).filter((link) => !existsSync(join(folder, link)))).toEqual([])
})
