/** The commands that a page tells its reader to type, as they stand there. */
import { codeIn, outlineOf } from '../conventions/markdown'
import { textOf } from '../conventions/sources'

export interface Page {
  /** The one code block, of this language or of none, in which `words` stand. */
  block(words: string, language?: string): string
  /** What stands in backticks in the table row that begins with `field`. */
  pasted(field: string): string
}

export const pageAt = async (path: string): Promise<Page> => {
  const { codeBlocks, tables } = outlineOf(await textOf(path))
  return {
    block(words, language = 'sh') {
      const found = codeBlocks.filter(
        (block) => block.startsWith(`${language}\n`) && block.includes(words),
      )
      const [block] = found
      if (block === undefined || found.length > 1) {
        throw new Error(`${found.length} blocks of ${path} have "${words}", not one`)
      }
      return block.slice(language.length + 1)
    },
    pasted(field) {
      const row = tables.flat().find(([first]) => first?.startsWith(field))
      const [value] = codeIn(row?.[1] ?? '')
      if (value === undefined) throw new Error(`No table of ${path} says what to enter as ${field}`)
      return value
    },
  }
}
