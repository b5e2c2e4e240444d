/**
 * Comments are as wide as code, which the formatter keeps to its columns; comments it leaves alone.
 */
import { expect, test } from 'bun:test'
import { project } from './sources'

const widest = 100

const comment = /^\s*(?:\/\*\*|\*|\/\/)/

/** What can't be broken: an instruction to a tool, or an address that is longer than a line. */
const unbreakable = /biome-ignore|https?:\/\/\S{60}/

const tooWide = (text: string): number[] =>
  text
    .split('\n')
    .flatMap((line, at) =>
      line.length > widest && comment.test(line) && !unbreakable.test(line) ? [at + 1] : [],
    )

test(`no line of a comment in src and test has more than ${widest} columns`, async () => {
  const found: string[] = []
  let looked = 0
  for (const path of new Bun.Glob('{src,test}/**/*.ts').scanSync({ cwd: project })) {
    looked += 1
    const text = await Bun.file(`${project}/${path}`).text()
    found.push(...tooWide(text).map((line) => `${path}:${line}`))
  }
  expect(looked).toBeGreaterThan(500)
  expect(found).toEqual([])
})

test.each([
  [`/** ${'a'.repeat(97)} */`, [1]],
  [`a\n   * ${'b '.repeat(50)}`, [2]],
  [`// ${'c'.repeat(97)}`, []],
  [`const text = '${'d'.repeat(100)}'`, []],
  [`// biome-ignore ${'e'.repeat(100)}`, []],
])('the judge of widths looks at comments alone: %#', (text, lines) => {
  expect(tooWide(text)).toEqual(lines)
})
