/**
 * The names of secret elements in any spelling: other letter case, `_` between words, control
 * characters in them, letters as XML or JSON escapes. No I/O. No clock.
 */
import { secretElements } from '../catalogue/catalogue'

const plain = (name: string): string =>
  name
    .replace(/^[\w.-]+:/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

const plainPaths = new Set(secretElements.map((path) => path.split('.').map(plain).join('.')))

/**
 * Whether an element or member that was read is a secret, for its own name or inside of its parent.
 */
export const isSecretName = (name: string, parent: string): boolean =>
  plainPaths.has(plain(name)) || plainPaths.has(`${plain(parent)}.${plain(name)}`)

/** In a text that nobody could read it isn't known what stands in what. */
const lastNames = [...plainPaths].map((path) => path.split('.').at(-1) ?? path)

/** A character of a name as it may be written in XML or JSON. */
const spellingsOf = (letter: string): string => {
  const codes = [letter, letter.toUpperCase()].map((one) => one.charCodeAt(0))
  const decimal = codes.join('|')
  const hex = codes.map((code) => code.toString(16)).join('|')
  return `(?:[${letter}${letter.toUpperCase()}]|&#0*(?:${decimal});|&#[xX]0*(?:${hex});|\\\\u00(?:${hex}))`
}

/** What may stand between two letters and stands for nothing. */
const nothing =
  '(?:[\\u0000-\\u001F\\u007F\\u200B-\\u200D\\uFEFF_-]|&#0*(?:\\d|[12]\\d|3[01]);|&#[xX]0*(?:[0-9a-fA-F]|1[0-9a-fA-F]);|\\\\u00[01][0-9a-fA-F]|\\\\[bfnrt]){0,16}'

/** The source of a pattern that finds a secret's name in a text that nobody could read. */
export const secretNamePattern = `(?:${lastNames
  .map((name) => [...name].map(spellingsOf).join(nothing))
  .join('|')})`
