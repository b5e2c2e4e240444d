/**
 * The binary bundles what `docs/dependencies.md` lists, and nothing else. `docs/licences.txt` is
 * written by `UPDATE_DOCS=1 bun test test/conventions/dependencies.test.ts`.
 */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { readBundle } from './bundle'
import { codeIn, outlineOf } from './markdown'
import { project, textOf } from './sources'

/** Licences that let a binary be passed on with its notices and nothing more. */
const permissive = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

const packages = await readBundle()

const listed = async () => {
  const { tables } = outlineOf(await textOf('docs/dependencies.md'))
  return tables[0] ?? []
}

const licences = (): string => {
  const head = [
    'suited is under the MIT licence. The binary holds the Bun runtime',
    `(version ${manifest.engines.bun}, MIT and others: https://bun.sh/docs/project/licensing)`,
    'and these packages:',
  ].join('\n')
  const rule = '-'.repeat(80)
  const each = packages.map(({ name, version, licence, texts }) =>
    [`${rule}\n${name} ${version} (${licence})`, ...texts].join('\n\n'),
  )
  return `${[head, ...each].join('\n\n').replaceAll('\r\n', '\n')}\n`
}

describe('the binary', () => {
  test('bundles the packages of docs/dependencies.md in the listed versions, and no others', async () => {
    const rows = (await listed()).map(([name, version, licence, broughtBy]) => ({
      name: codeIn(name ?? '')[0],
      version,
      licence,
      broughtBy: (broughtBy ?? '').replaceAll('`', '').split(', ').sort(),
    }))
    expect(rows.length).toBeGreaterThan(5)
    expect(rows).toEqual(
      packages.map(({ name, version, licence, broughtBy }) => ({
        name,
        version,
        licence,
        broughtBy: [...broughtBy],
      })),
    )
  })

  test('bundles nothing without a reason', async () => {
    const silent = (await listed()).filter(([, , , , reason]) => !reason)
    expect(silent).toEqual([])
  })

  test('bundles nothing whose licence asks for more than its notice', () => {
    const others = packages.filter(({ licence }) => !permissive.includes(licence))
    expect(others).toEqual([])
  })

  test('carries the licence of each package in full', async () => {
    expect(packages.filter(({ texts }) => texts.length === 0)).toEqual([])
    const path = 'docs/licences.txt'
    if (process.env.UPDATE_DOCS) await Bun.write(join(project, path), licences())
    expect(await textOf(path)).toBe(licences())
  })
})

describe('an install', () => {
  test('runs no script of a package', () => {
    expect(Object.keys(manifest)).not.toContain('trustedDependencies')
  })

  const locks = ['bun.lock', 'clients/typescript/bun.lock']

  test.each(locks)('by %s is held to a hash of every package', async (path) => {
    const { packages: locked } = Bun.JSONC.parse(await textOf(path)) as {
      packages: Record<string, unknown[]>
    }
    const unhashed = Object.entries(locked).filter(
      ([, entry]) => !/^sha512-/.test(String(entry.at(-1))),
    )
    expect(Object.keys(locked).length).toBeGreaterThan(20)
    expect(unhashed).toEqual([])
  })
})
