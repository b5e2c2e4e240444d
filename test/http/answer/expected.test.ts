import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { t } from 'elysia'
import { expectedOf } from '../../../src/http/answer/expected'
import { adminToken, createScene, jsonOf, type Scene } from '../../scene'

describe('what was expected', () => {
  test.each([
    [t.Union([t.String(), t.Null()]), 'Expected string or null'],
    [t.Union([t.Array(t.Integer()), t.Null()]), 'Expected array of integer or null'],
    [t.Union([t.Literal('a'), t.Literal('b'), t.Literal('c')]), 'Expected one of a, b, c'],
    [t.UnionEnum(['a', 'b']), 'Expected one of a, b'],
    [t.Integer(), 'Expected integer'],
    [t.Integer({ description: 'Epoch milliseconds.' }), 'Expected integer. Epoch milliseconds.'],
  ])('of a choice is said by name: %#', (schema, sentence) => {
    expect(expectedOf(schema)).toBe(sentence)
  })

  test.each([t.String(), t.Boolean(), t.Object({})])(
    'of what is no choice is the validator’s to say: %#',
    (schema) => {
      expect(expectedOf(schema)).toBeNull()
    },
  )
})

describe('a refused field', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await createScene()
  })
  afterAll(() => scene.stop())

  const authorization = `Bearer ${adminToken}`
  const errorsOf = async (path: string, body?: unknown) => {
    const headers = { authorization, 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    return (await jsonOf(await scene.request(path, { headers, ...sent }))).errors
  }

  test.each([
    ['/api/audit?since=yesterday', 'since', /^Expected integer\. .*Epoch milliseconds/],
    ['/api/audit?limit=x', 'limit', /^Expected integer/],
    ['/api/events?status=gone', 'status', /^Expected one of pending, done, dead/],
    ['/api/corps?status=gone', 'status', /^Expected one of authorized, suspended/],
    ['/api/corps/wpA/jsapi-ticket?type=x', 'type', /^Expected one of config, agent_config/],
  ])('of a query is told with what it should have been: %s', async (path, field, message) => {
    expect(await errorsOf(path)).toEqual([{ field, message: expect.stringMatching(message) }])
  })

  test('of a body too, and no sentence speaks of unions', async () => {
    const wrong = { name: 'a', scopes: ['read'], suites: 'crm', perMinute: 'a', expiresAt: 1.5 }
    const errors = await errorsOf('/api/keys', wrong)
    expect(errors).toHaveLength(3)
    for (const { message } of errors) {
      expect(message).toMatch(/^Expected (array of string|integer) or null\. /)
    }
  })
})
