/** The place of a mistake in a TOML file: Bun's parser says what is wrong, and not where. Pure. */

export interface TomlMistake {
  /** From 1: the line that is wrong, or the first of the value that is. */
  readonly line: number
  /** What is wrong there, without a word of the file. */
  readonly problem: string
}

/** What the parser says, and how it is said here: it repeats names and letters of the file. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/redefine table/, 'opens a table that is there already'],
  [/redefine|duplicate/i, 'sets a key that is set already'],
  [/unterminated string/i, 'opens a string that is never closed'],
  [/missing value/i, 'has no value behind its equals sign'],
  [/escape/i, 'has a backslash in a string that means nothing there'],
  [/newline or end of file after/i, 'goes on behind its value'],
  [/must be quoted/i, 'has a text without quotes'],
  [/expected '=' after/i, 'has no equals sign behind its key'],
  [/expected a key/i, 'has no key before its equals sign'],
  [/table header/i, 'opens a table whose bracket is never closed'],
  [/in an array/i, 'has an array that is never closed, or lacks a comma'],
  [/inline table/i, 'has a table in braces that is never closed, or lacks a comma'],
  [/leading zero|number|digit/i, 'has a number that is none'],
]

const problemOf = (message: string): string =>
  sentences.find(([pattern]) => pattern.test(message))?.[1] ?? 'is not valid'

const messageOf = (parse: (text: string) => unknown, text: string): string | null => {
  try {
    parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

/**
 * The first mistake of a text; null if there is none. It is found by parsing beginnings of the
 * text: behind the longest good one stands what is wrong.
 *
 * @param parse throws on what is no TOML
 */
export const tomlMistake = (text: string, parse: (text: string) => unknown): TomlMistake | null => {
  const message = messageOf(parse, text)
  if (message === null) return null
  const lines = text.split('\n')
  const upTo = (count: number) => `${lines.slice(0, count).join('\n')}\n`
  let good = lines.length - 1
  while (good > 0 && messageOf(parse, upTo(good)) !== null) good -= 1
  // Blank lines and comments behind it are good too, so the next one begins what is wrong. In an
  // array of several lines the mistake is where the parser begins to say what it says of the whole.
  let wrong = good + 1
  const endless = /end of file/i.test(message)
  while (!endless && wrong < lines.length && messageOf(parse, upTo(wrong)) !== message) wrong += 1
  return { line: wrong, problem: problemOf(message) }
}
