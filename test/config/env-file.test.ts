import { describe, expect, test } from 'bun:test'
import { parseEnvFile } from '../../src/config/env-file'

const valueIn = (text: string) => parseEnvFile(text).variables

describe('an environment file is read as systemd reads it', () => {
  test.each<[string, string, string]>([
    ['a bare value', 'A=1', '1'],
    ['blanks around name and value', '  A =  two words \t', 'two words'],
    ['no value', 'A=', ''],
    ['double quotes', 'A="two words "', 'two words '],
    ['single quotes', "A='two words '", 'two words '],
    ['blanks behind a quote', 'A="x"   ', 'x'],
    ['quoted pieces one after another', `A="a" 'b'`, 'ab'],
    ['a bare piece behind a quoted one', 'A="a" b', 'ab'],
    ['a quote inside of a bare value', 'A=x"y"', 'x"y"'],
    ['an apostrophe in single quotes, which ends them', "A='it''s'", 'its'],
    ['a backslash in single quotes', String.raw`A='a\n\'`, 'a\\n\\'],
    ['what double quotes escape', String.raw`A="\"\\\$\`"`, '"\\$`'],
    ['a backslash before anything else in double quotes', String.raw`A="\n\t"`, String.raw`\n\t`],
    ['a backslash outside of quotes', String.raw`A=a\"b\\c`, 'a"b\\c'],
    ['a blank at the end that a backslash keeps', 'A=a\\ ', 'a '],
    ['a line that goes on', 'A=a\\\nb', 'ab'],
    ['a line that goes on in double quotes', 'A="a\\\nb"', 'ab'],
    ['a line that goes on before it begins', 'A=\\\n  b', '  b'],
    ['several lines in quotes', 'A="a\nb"', 'a\nb'],
    ['a dollar, which is nothing special', 'A=$HOME $(id)', '$HOME $(id)'],
    ['a hash inside of a value, which is no comment', 'A=a#b # c', 'a#b # c'],
    ['an equals sign in a value', 'A=YWJj==', 'YWJj=='],
    ['a quote that is never closed, to the end', 'A="a\nB=1\n', 'a\nB=1\n'],
    ['lines of Windows', 'A=1\r\nB=2\r\n', '1'],
    ['the last of two', 'A=first\nA=last', 'last'],
  ])('%s', (_, text, expected) => {
    expect(valueIn(text).A).toBe(expected)
  })

  test('comments and empty lines mean nothing, also where they end in a backslash', () => {
    expect(parseEnvFile('# A=1\n; A=2\n\n   # A=3 \\\nB=4\n')).toEqual({
      variables: { B: '4' },
      leftOut: [],
    })
  })

  test.each([
    ['export A=secret', /export/],
    ['secret', /NAME=value/],
    ['1A=secret', /variable/],
    ['A-B=secret', /variable/],
    ['=secret', /variable/],
    ['secret words = x', /variable/],
    ['﻿A=secret', /variable/],
  ])('%j is left out, and named by its line alone', (line, problem) => {
    const { variables, leftOut } = parseEnvFile(`A=1\n\n${line}\nB=2\n`)
    expect(variables).toEqual({ A: '1', B: '2' })
    expect(leftOut).toEqual([{ line: 3, problem: expect.stringMatching(problem) }])
    expect(JSON.stringify(leftOut)).not.toContain('secret')
  })
})
