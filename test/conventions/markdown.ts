/** The parts of a Markdown document that two languages of it must share. */

export interface Outline {
  /** `## `, `### ` …, in order. */
  readonly headingLevels: readonly number[]
  /** Each with the language after its fence, without the indentation of a list. */
  readonly codeBlocks: readonly string[]
  readonly tables: readonly Table[]
}

/** Its rows without the head, cell by cell. */
export type Table = readonly (readonly string[])[]

const fenced = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

export const outlineOf = (text: string): Outline => {
  const codeBlocks = [...text.matchAll(fenced)].map(
    ([, indent = '', language, code = '']) =>
      `${language}\n${code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')}`,
  )
  const prose = text.replace(fenced, '')
  const tables = [...prose.matchAll(/(?:^ *\|.*\|\n?)+/gm)].map(([block]) =>
    block.trim().split('\n').slice(2).map(cellsOf),
  )
  const headingLevels = [...prose.matchAll(/^(#+) /gm)].map(([, marks]) => marks?.length ?? 0)
  return { headingLevels, codeBlocks, tables }
}

/** What stands in backticks, without them. */
export const codeIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')

/** Where links of a document lead that stay inside the repository. */
export const localLinksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^\w+:/.test(target))
