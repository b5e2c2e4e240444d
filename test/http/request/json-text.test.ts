import { describe, expect, test } from 'bun:test'
import { parseJson } from '../../../src/http/request/json-text'
import { adminToken, createScene, jsonOf } from '../../scene'

const refusal = (text: string): string | null => {
  try {
    parseJson(text)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
const judged = (text: string) => refusal(text)?.includes('nested') ?? false
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

test('what is JSON is read, and what is none is refused', () => {
  expect(parseJson('{"a":[1,"b"]}')).toEqual({ a: [1, 'b'] })
  expect(refusal('{"a":')).toContain('not valid JSON')
})

describe('a route that takes a body', () => {
  const routes = [
    ['POST', '/sign'],
    ['POST', '/api/keys'],
    ['PUT', '/api/corps/wpA/site'],
    ['POST', '/api/corps/wpA/access-token'],
  ] as const

  test.each(routes)('refuses nested JSON unread: %s %s', async (method, path) => {
    const scene = await createScene()
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
    const answer = await scene.request(path, { method, headers, body: nested(30_000) })
    expect(await jsonOf(answer)).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('200 levels'),
    })
    await scene.stop()
  })
})
