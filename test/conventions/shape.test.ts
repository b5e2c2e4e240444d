/**
 * One file, one idea: how long files are, what they are called, that none only passes others on.
 */
import { describe, expect, test } from 'bun:test'
import { posix } from 'node:path'
import { codeOf, type SourceFile, sources } from './sources'

const longest = 250
const longestMedian = 120
const mostInFolder = 15

/** Names that say where something was put instead of what it is. */
const emptyNames = ['utils', 'util', 'helpers', 'helper', 'types', 'index', 'common', 'misc']

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** Whether nothing is left of a file but its imports and the names it passes on. */
const onlyPassesOn = (file: SourceFile): boolean => {
  const passesOn = /\bexport\s*(?:\*|\{)/.test(codeOf(file)) || /^export type \{/m.test(file.text)
  const rest = file.text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/^(?:import|export)\s+(?:type\s+)?(?:\*|\{|\w+ from|')[^;]*?(?:'[^']*'|\})$/gm, '')
  return passesOn && rest.trim() === ''
}

describe('the files of src', () => {
  test(`have at most ${longest} lines`, () => {
    const tooLong = sources.filter(({ lines }) => lines > longest)
    expect(tooLong.map(({ name, lines }) => `${name}: ${lines}`)).toEqual([])
  })

  test(`have fewer than ${longestMedian} lines in the middle`, () => {
    const middle = median(sources.map(({ lines }) => lines))
    expect(middle, `the median is ${middle} lines`).toBeLessThan(longestMedian)
  })

  test(`lie in folders of at most ${mostInFolder}`, () => {
    const folders = Map.groupBy(sources, ({ name }) => posix.dirname(name))
    const full = [...folders].filter(([, files]) => files.length > mostInFolder)
    expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([])
  })

  test('and their folders are named for what is in them', () => {
    const empty = sources.filter(({ name }) =>
      name.split('/').some((part) => emptyNames.includes(part)),
    )
    expect(empty.map(({ name }) => name)).toEqual([])
  })

  test('have something of their own: none only exports what others made', () => {
    expect(sources.filter(onlyPassesOn).map(({ name }) => name)).toEqual([])
  })
})

describe('the judge of shapes', () => {
  const file = (text: string): SourceFile => ({ name: 'x', text, lines: 1, imports: [] })

  test.each([
    "export * from './a'\nexport { b } from './b'\n",
    "/** All of it. */\nexport {\n  a,\n  b,\n} from './a'\n",
    "import { a } from './a'\n\nexport { a }\n",
    "export type { A } from './a'\n",
  ])('calls %j a barrel', (text) => {
    expect(onlyPassesOn(file(text))).toBe(true)
  })

  test.each([
    "export { a } from './a'\nexport const b = 1\n",
    "import { a } from './a'\n\nawait a()\n",
    'export interface A {\n  readonly b: string\n}\n',
    'declare module "x/*" {\n  const path: string\n  export default path\n}\n',
  ])('does not call %j one', (text) => {
    expect(onlyPassesOn(file(text))).toBe(false)
  })

  test('takes the middle of the lengths', () => {
    expect(median([300, 10, 20])).toBe(20)
  })
})
