import { expect, test } from 'bun:test'
import { isTooDeep } from '../../../src/http/proxy/json-depth'

const judged = (text: string) => isTooDeep(new TextEncoder().encode(text))
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

test('200 levels are as deep as a body may be', () => {
  expect(judged(nested(200))).toBe(false)
  expect(judged(nested(201))).toBe(true)
  expect(judged('{"a":'.repeat(201))).toBe(true)
})

test('what stands side by side is no deeper for it', () => {
  expect(judged(`[${Array(5000).fill('{"a":[]}').join()}]`)).toBe(false)
})

test('brackets within a text are none, nor does an escaped quote end it', () => {
  expect(judged(JSON.stringify({ text: `"${'['.repeat(5000)}\\` }))).toBe(false)
  expect(judged(`{"text":"\\"","a":${nested(201)}}`)).toBe(true)
})

test('a text that never ends is read to its end once', () => {
  expect(judged(`"${'['.repeat(5000)}`)).toBe(false)
})
