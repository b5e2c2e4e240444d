import { describe, expect, test } from 'bun:test'
import { posix } from 'node:path'
import { importTable, type Row } from './import-table'
import { type Import, runtimeImportsOf, type SourceFile, sources } from './sources'

const fits = (pattern: string, name: string): boolean => new Bun.Glob(pattern).match(name)

const rowOf = ({ name }: SourceFile): Row | undefined =>
  importTable.find(({ part }) => fits(part, name))

/** Whether one entry of a row allows one import of a file of ours. */
const allows = (entry: string, { target, typesOnly, names }: Import): boolean => {
  if (entry.startsWith('type ')) return typesOnly && fits(entry.slice('type '.length), target)
  const [pattern = '', only] = entry.split(': ')
  if (!fits(pattern, target)) return false
  return only === undefined || (names?.every((name) => only.split(', ').includes(name)) ?? false)
}

const allowed = (row: Row, wanted: Import): boolean =>
  wanted.ours
    ? row.mayImport.some((entry) => allows(entry, wanted))
    : row.packages.some((pattern) => fits(pattern, wanted.target))

/** The first way round that comes back to where it began, as names. */
const cycleIn = (files: readonly SourceFile[]): string[] | null => {
  const byName = new Map(files.map((file) => [file.name, file]))
  const done = new Set<string>()
  const walk = (name: string, way: readonly string[]): string[] | null => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name]
    if (done.has(name)) return null
    done.add(name)
    for (const { ours, target } of byName.get(name)?.imports ?? []) {
      const cycle = ours ? walk(target, [...way, name]) : null
      if (cycle) return cycle
    }
    return null
  }
  for (const { name } of files) {
    const cycle = walk(name, [])
    if (cycle) return cycle
  }
  return null
}

/** The folder of a file; what lies at the top of `src` stands for itself. */
const roomOf = (name: string): string => {
  const folder = posix.dirname(name)
  return folder === '.' ? name : folder
}

/** Folders as if each were one file with everything that its files import, types included. */
const roomsOf = (files: readonly SourceFile[]): SourceFile[] => {
  const rooms = Map.groupBy(files, ({ name }) => roomOf(name))
  return [...rooms].map(([name, own]) => ({
    name,
    text: '',
    lines: 0,
    imports: own.flatMap(({ imports }) =>
      imports
        .filter(({ ours }) => ours)
        .map((wanted) => ({ ...wanted, target: roomOf(wanted.target) }))
        .filter(({ target }) => target !== name),
    ),
  }))
}

const imaginary = (name: string, ...targets: string[]): SourceFile => ({
  name,
  text: '',
  lines: 0,
  imports: targets.map((target) => ({ target, ours: true, typesOnly: false, names: null })),
})

describe('the imports of src', () => {
  test('are all seen: nothing that Bun imports is missing from what is judged here', () => {
    for (const file of sources) {
      const own = file.imports.filter(({ ours }) => ours).length
      const fromBun = runtimeImportsOf(file)
      expect(file.imports.length, file.name).toBeGreaterThanOrEqual(fromBun.length)
      expect(own, file.name).toBeGreaterThanOrEqual(
        fromBun.filter((path) => path.startsWith('.')).length,
      )
    }
  })

  test('keep to the table', () => {
    const strays = sources.flatMap((file) => {
      const row = rowOf(file)
      if (!row) return [`${file.name} stands in no row of the table`]
      return file.imports
        .filter((wanted) => !allowed(row, wanted))
        .map(({ target }) => `${file.name} may not import ${target}`)
    })
    expect(strays).toEqual([])
  })

  test('go in no circle', () => {
    expect(cycleIn(sources)).toBeNull()
  })

  test('go in no circle among folders either, types included', () => {
    expect(cycleIn(roomsOf(sources))).toBeNull()
  })

  test('name files of ours without their ending', () => {
    const withEnding = sources.flatMap(({ name, imports }) =>
      imports
        .filter(({ ours, target }) => ours && target.endsWith('.ts'))
        .map(({ target }) => `${name} imports ${target}`),
    )
    expect(withEnding).toEqual([])
  })
})

describe('the judge of imports', () => {
  const from = (target: string, more: Partial<Import> = {}): Import => ({
    target,
    ours: true,
    typesOnly: false,
    names: null,
    ...more,
  })

  test('tells types from values where a row asks for types alone', () => {
    expect(allows('type suite/suites', from('suite/suites', { typesOnly: true }))).toBe(true)
    expect(allows('type suite/suites', from('suite/suites'))).toBe(false)
  })

  test('allows the names that a row lists, and no other', () => {
    const failure = from('wecom/client', { names: ['WecomFailure'] })
    const client = from('wecom/client', { names: ['WecomFailure', 'createWecomClient'] })
    expect(allows('wecom/client: WecomFailure', failure)).toBe(true)
    expect(allows('wecom/client: WecomFailure', client)).toBe(false)
    expect(allows('wecom/client: WecomFailure', from('wecom/client'))).toBe(false)
  })

  test('does not take a folder for those below it', () => {
    expect(allows('store/*', from('store/store'))).toBe(true)
    expect(allows('store/*', from('store/file/file-store'))).toBe(false)
  })

  test('finds a circle among folders where files go in none', () => {
    const files = [imaginary('a/one', 'b/one'), imaginary('b/two', 'a/two', 'clock')]
    expect(cycleIn(files)).toBeNull()
    expect(cycleIn(roomsOf(files))).toEqual(['a', 'b', 'a'])
  })

  test('finds a circle', () => {
    const files = [imaginary('a', 'b'), imaginary('b', 'c'), imaginary('c', 'b'), imaginary('d')]
    expect(cycleIn(files)).toEqual(['b', 'c', 'b'])
    expect(cycleIn([imaginary('a', 'b', 'c'), imaginary('b', 'c'), imaginary('c')])).toBeNull()
  })
})
