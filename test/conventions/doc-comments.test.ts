/**
 * What has to be described in words, and what says it all by its name:
 *
 * - A file says at its top what it owns, or above its first export if that is all there is to it.
 * - An exported class is described, and so is every method of a port. Methods that stand together
 *   without a blank line share one comment.
 * - A function that a folder exports to another is described, unless its name does it: `create…`
 *   and `…Routes` make what the file's top and the interface they return describe, `…Of`, `is…` and
 *   `…Key` give what they are called.
 * - Everything else (helpers inside a folder, constants, records whose fields have comments of
 *   their own) may be described.
 */
import { describe, expect, test } from 'bun:test'
import { type SourceFile, sources } from './sources'

const ports = ['store/store', 'store/event-log']

/** Methods that look one thing up by its key, count, or end. */
const plainMethods = ['get', 'loadToken', 'counts', 'close']

const folderOf = (name: string): string => name.split('/').slice(0, -1).join('/')

const saysWhatItOwns = ({ text }: SourceFile): boolean => {
  const firstExport = text.search(/^export\b/m)
  const before = firstExport === -1 ? text : text.slice(0, firstExport)
  return text.startsWith('/**') || /\*\/\n$/.test(before)
}

interface Declared {
  readonly name: string
  readonly described: boolean
}

const declared = (text: string, pattern: RegExp): Declared[] =>
  [...text.matchAll(pattern)].map((match) => ({
    name: match.slice(1).find((group) => group !== undefined) ?? '',
    described: text.slice(0, match.index).endsWith('*/\n'),
  }))

const functionsIn = ({ text }: SourceFile): Declared[] =>
  declared(
    text,
    /^export (?:const (\w+)(?:: [^=\n]+)? =\s*(?:async )?(?:<[^(]*>)?\(|(?:async )?function (\w+))/gm,
  )

const classesIn = ({ text }: SourceFile): Declared[] =>
  declared(text, /^export (?:abstract )?class (\w+)/gm)

/** The methods of the interfaces in a file that have neither a comment nor a neighbour's. */
const bareMethodsIn = ({ text }: SourceFile): string[] =>
  [...text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].flatMap(([, name, body]) =>
    (body ?? '').split('\n\n').flatMap((group) => {
      const method = /^ {2}(\w+)\(/m.exec(group)?.[1]
      const bare = method !== undefined && !group.includes('/**') && !plainMethods.includes(method)
      return bare ? [`${name}.${method}`] : []
    }),
  )

/** For each file, who takes what of it. */
const importsOf = Map.groupBy(
  sources.flatMap((file) =>
    file.imports
      .filter(({ ours }) => ours)
      .map(({ target, names }) => ({ target, names, folder: folderOf(file.name) })),
  ),
  ({ target }) => target,
)

/** The names of a file that files of other folders take. */
const usedElsewhere = (file: SourceFile): Set<string> =>
  new Set(
    (importsOf.get(file.name) ?? [])
      .filter(({ folder }) => folder !== folderOf(file.name))
      .flatMap(({ names }) => names ?? []),
  )

const speaksForItself = (name: string): boolean =>
  /^(?:create|is)[A-Z]|[a-z](?:Of|Key|Routes)$/.test(name)

describe('in words', () => {
  test('every file says what it owns', () => {
    expect(sources.filter((file) => !saysWhatItOwns(file)).map(({ name }) => name)).toEqual([])
  })

  test('every exported class is described', () => {
    const bare = sources.flatMap((file) =>
      classesIn(file)
        .filter(({ described }) => !described)
        .map(({ name }) => `${file.name}: ${name}`),
    )
    expect(bare).toEqual([])
  })

  test('every method of a port is described', () => {
    const methods = sources.filter(({ name }) => ports.includes(name)).flatMap(bareMethodsIn)
    expect(methods).toEqual([])
  })

  test('every function that another folder uses is described, unless its name does it', () => {
    const inFolders = sources.filter(({ name }) => folderOf(name) !== '')
    const bare = inFolders.flatMap((file) => {
      const used = usedElsewhere(file)
      return functionsIn(file)
        .filter(({ name, described }) => used.has(name) && !described && !speaksForItself(name))
        .map(({ name }) => `${file.name}: ${name}`)
    })
    expect(bare).toEqual([])
  })
})

describe('the judge of descriptions', () => {
  const file = (text: string): SourceFile => ({ name: 'a/b', text, lines: 1, imports: [] })

  test('sees a function whatever its form, and whether it is described', () => {
    const text = [
      'export const a = (b: number) => b',
      '/** Two. */\nexport const c = async <T>(d: T): Promise<T> => d',
      'export const e: Reader = (f) => f',
      'export async function g() {}',
      'export const h = 7',
    ].join('\n\n')
    expect(functionsIn(file(text))).toEqual([
      { name: 'a', described: false },
      { name: 'c', described: true },
      { name: 'e', described: false },
      { name: 'g', described: false },
    ])
  })

  test('lets neighbours share a comment, and no one else', () => {
    const text = `export interface Log {
  /** Both. */
  claim(): void
  settle(): void

  forget(): void

  close(): void
}
`
    expect(bareMethodsIn(file(text))).toEqual(['Log.forget'])
  })

  test('takes a comment above the first export for one about the file, but not a later one', () => {
    expect(saysWhatItOwns(file("import 'x'\n\n/** One. */\nexport const a = 1\n"))).toBe(true)
    expect(saysWhatItOwns(file('export const a = 1\n\n/** Two. */\nexport const b = 2\n'))).toBe(
      false,
    )
  })
})
