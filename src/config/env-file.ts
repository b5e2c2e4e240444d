/**
 * An `EnvironmentFile` of systemd's (systemd.exec(5)), read as systemd reads it: `NAME=value` a
 * line, values bare or in quotes, a backslash at its end carries a line on, `#` and `;` begin
 * comments, nothing is expanded. Pure.
 */

export interface EnvFile {
  /** Of a name that stands twice the last one counts. */
  readonly variables: Readonly<Record<string, string>>
  /**
   * Lines, from 1, that systemd leaves out too, each with what is wrong with it and no word of it.
   */
  readonly leftOut: readonly { readonly line: number; readonly problem: string }[]
}

const isNewline = (letter: string) => letter === '\n' || letter === '\r'
const isBlank = (letter: string) => letter === ' ' || letter === '\t'
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/

/** What a backslash in double quotes takes literally; before anything else it stays. */
const escapedInDouble = '"\\`$'

interface Piece {
  readonly text: string
  /** Where the text goes on. */
  readonly end: number
}

/** What stands in quotes; the closing one may be missing, then it goes to the end. */
const readQuoted = (text: string, from: number): Piece => {
  const quote = text[from]
  let read = ''
  let i = from + 1
  for (; i < text.length && text[i] !== quote; i++) {
    const next = text[i + 1]
    if (quote === "'" || text[i] !== '\\' || next === undefined) {
      read += text[i]
      continue
    }
    i += 1
    if (next !== '\n') read += escapedInDouble.includes(next) ? next : `\\${next}`
  }
  return { text: read, end: i + 1 }
}

/**
 * What stands bare up to the end of its line, without blanks at its end that no backslash keeps.
 */
const readBare = (text: string, from: number): Piece => {
  let read = ''
  let kept = 0
  let i = from
  for (; i < text.length && !isNewline(text[i] as string); i++) {
    const letter = text[i] as string
    if (letter === '\\') {
      i += 1
      const next = text[i] ?? '\n'
      if (!isNewline(next)) read += next
      kept = read.length
      continue
    }
    read += letter
    if (!isBlank(letter)) kept = read.length
  }
  return { text: read.slice(0, kept), end: i }
}

/** A value: pieces in quotes, blanks between them left out, and after them perhaps a bare one. */
const readValue = (text: string, from: number): Piece => {
  let read = ''
  let i = from
  for (;;) {
    const letter = text[i]
    if (letter === undefined || isNewline(letter)) return { text: read, end: i }
    if (isBlank(letter)) {
      i += 1
      continue
    }
    const quoted = letter === '"' || letter === "'"
    const piece = quoted ? readQuoted(text, i) : readBare(text, i)
    read += piece.text
    i = piece.end
    if (!quoted) return { text: read, end: i }
  }
}

const endOfLine = (text: string, from: number): number => {
  let i = from
  while (i < text.length && !isNewline(text[i] as string)) i += 1
  return i
}

const wrongWith = (name: string): string | null => {
  if (variable.test(name)) return null
  return /^export\s/.test(name)
    ? 'begins with export, which is for shells alone'
    : 'does not begin with the name of a variable'
}

/** Reads the text of such a file. It can not fail: what systemd leaves out is left out. */
export const parseEnvFile = (text: string): EnvFile => {
  const variables: Record<string, string> = {}
  const leftOut: { line: number; problem: string }[] = []
  const leaveOut = (at: number, problem: string) =>
    leftOut.push({ line: text.slice(0, at).split('\n').length, problem })

  let i = 0
  while (i < text.length) {
    const letter = text[i] as string
    if (isBlank(letter) || isNewline(letter)) {
      i += 1
      continue
    }
    const end = endOfLine(text, i)
    const equals = text.indexOf('=', i)
    if (letter === '#' || letter === ';') i = end
    else if (equals === -1 || equals > end) {
      leaveOut(i, 'is not NAME=value')
      i = end
    } else {
      const name = text.slice(i, equals).trimEnd()
      const wrong = wrongWith(name)
      if (wrong !== null) leaveOut(i, wrong)
      const value = readValue(text, equals + 1)
      if (wrong === null) variables[name] = value.text
      i = value.end
    }
  }
  return { variables, leftOut }
}
