import { describe, expect, test } from 'bun:test'
import { tomlMistake } from '../../src/config/toml-mistake'

const mistakeIn = (text: string) => tomlMistake(text, Bun.TOML.parse)

test.each(['', '# only a comment', 'a = 1\r\nb = "x"', 'a = [\n 1,\n 2,\n]\n', 'a = """x\ny"""\n'])(
  'in %j there is none',
  (text) => {
    expect(mistakeIn(text)).toBeNull()
  },
)

describe('a mistake is named by its line and in words of ours', () => {
  test.each<[string, number, RegExp]>([
    ['a = 1\ntoken = "secret\nb = 2\n', 2, /never closed/],
    ["a = 1\ntoken = 'secret\nb = 2\n", 2, /never closed/],
    ['\n\ntoken = """\nsecret\n', 3, /never closed/],
    ['ok = 1\r\n"secret = 1', 2, /never closed/],
    ['token = "a"\n# c\ntoken = "secret"\n', 3, /set already/],
    ['a.token = 1\na.token = 2', 2, /set already/],
    ['token = 1\n[token]\nb = 2\n', 2, /set already/],
    ['[t]\nx = 1\n[t]\ny = 2\n', 3, /table that is there already/],
    ['# c\n\ntoken = \n', 3, /no value/],
    ['[[suites]]\nkey = "secret" secret\n', 2, /behind its value/],
    ['a = 1 token = 2\n', 1, /behind its value/],
    ['[suites\nb = 1', 1, /bracket/],
    ['z = 1\na = [1,\n2\n', 2, /array/],
    ['a = [\n  1,\n  2 3,\n  4\n]\nb = 1\n', 3, /array/],
    ['port = 08\n', 1, /number/],
    ['token = "se\\cret"\n', 1, /backslash/],
    ['a = 1\ntoken = secret\n', 2, /without quotes/],
    ['secret\n', 1, /no equals sign/],
    ['a = 1\n= "secret"\n', 2, /no key/],
    ['text = """x\ny\n"""\nsecret = "\n', 4, /never closed/],
  ])('%j: line %d', (text, line, problem) => {
    const mistake = mistakeIn(text)
    expect(mistake).toEqual({ line, problem: expect.stringMatching(problem) })
    expect(mistake?.problem).not.toContain('secret')
  })
})
