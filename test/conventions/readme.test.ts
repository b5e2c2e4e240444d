/**
 * The README says what the code says, in both languages. Its table of settings is written by
 * `UPDATE_DOCS=1 bun test test/conventions/readme.test.ts`.
 */
import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { commands } from '../../src/commands/commands'
import { settingNames } from '../../src/config/settings'
import { codeIn, localLinksIn, outlineOf, type Table } from './markdown'
import { defaultOf, settingsActedUpon, settingsTable } from './settings-table'
import { project, textOf } from './sources'

const english = 'README.md'
const chinese = 'docs/README.zh-CN.md'
const both = [english, chinese]

const begin = '<!-- settings: written by UPDATE_DOCS=1 bun test test/conventions/readme.test.ts -->'
const end = '<!-- settings: end -->'

/** What stands between the marks, with them. */
const generatedIn = (text: string): string => {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to === -1) throw new Error('the marks of the settings table are missing')
  return text.slice(from, to + end.length)
}

/** The one table of a document in whose first column `code` stands. */
const tableWith = async (path: string, code: string): Promise<Table> => {
  const { tables } = outlineOf(await textOf(path))
  const found = tables.find((rows) => rows.some(([first = '']) => codeIn(first).includes(code)))
  if (!found) throw new Error(`${path} has no table with ${code}`)
  return found
}

const firstColumn = (table: Table): string[] => table.flatMap(([first = '']) => codeIn(first))

describe('the table of settings', () => {
  test('in the README is the one that the settings themselves give', async () => {
    const wanted = [begin, '', settingsTable(), '', end].join('\n')
    if (Bun.env.UPDATE_DOCS === '1') {
      const text = await textOf(english)
      await Bun.write(
        join(project, english),
        text.replace(generatedIn(text), () => wanted),
      )
    }
    expect(generatedIn(await textOf(english))).toBe(wanted)
  })

  test('in Chinese has the same names and defaults in the same order', async () => {
    const offered = settingsActedUpon()
    const rows = await tableWith(chinese, 'WECOM_TOKEN')
    expect(rows.map(([name, standard]) => [name, standard])).toEqual(
      offered.map((name) => [`\`${name}\``, defaultOf(name)]),
    )
  })

  test('leaves out nothing that would be missed', () => {
    const acted = settingsActedUpon()
    expect(settingNames.filter((name) => !acted.includes(name))).toEqual([])
  })
})

describe.each(both)('%s', (path) => {
  test('gives a reason for every dependency, and for nothing else', async () => {
    const named = firstColumn(await tableWith(path, 'elysia'))
    const depended = [
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.devDependencies),
    ]
    expect(named.toSorted()).toEqual(depended.toSorted())
  })

  test('maps every folder of src', async () => {
    const mapped = firstColumn(await tableWith(path, 'commands/'))
    const folders = readdirSync(join(project, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`)
    expect(mapped.toSorted()).toEqual(folders.toSorted())
  })

  test('lists every command', async () => {
    const listed = firstColumn(await tableWith(path, 'suited serve'))
      .map((command) => command.split(' ')[1])
      .filter((command) => command !== undefined)
    expect(listed.toSorted()).toEqual(Object.keys(commands).toSorted())
  })

  test('leads nowhere that is not there', async () => {
    const links = localLinksIn(await textOf(path))
    const dead = links.filter((target) => !existsSync(join(project, dirname(path), target)))
    expect(links.length).toBeGreaterThan(3)
    expect(dead).toEqual([])
  })
})

test('both languages have the same headings, code and tables', async () => {
  const [one, other] = await Promise.all(both.map(async (path) => outlineOf(await textOf(path))))
  expect(one?.codeBlocks.length).toBeGreaterThan(5)
  expect(one?.tables.length).toBeGreaterThan(4)
  expect(one?.headingLevels.length).toBeGreaterThan(8)
  expect(other?.headingLevels).toEqual([...(one?.headingLevels ?? [])])
  expect(other?.codeBlocks).toEqual([...(one?.codeBlocks ?? [])])
  expect(other?.tables.map((rows) => rows.length)).toEqual(one?.tables.map((rows) => rows.length))
})
