import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import type { WecomCall } from '../../../src/wecom/api/client'
import type { WecomFailureKind } from '../../../src/wecom/api/failure'
import { errcodes, explain } from '../../../src/wecom/errcode/errcode'
import {
  type Answer,
  apiUrl,
  breaks,
  createClientScene,
  says,
  saysNothing,
  saysText,
  stopsHalfWay,
  timeoutMs,
} from './client-scene'

const schema = Type.Object({ name: Type.String() })
const read: WecomCall = { method: 'GET', path: '/cgi-bin/agent/get', repeatable: true }
const send: WecomCall = {
  method: 'POST',
  path: '/cgi-bin/message/send',
  body: {},
  repeatable: false,
}

const outcomeOf = async (call: WecomCall, ...answers: Answer[]) => {
  const scene = createClientScene(...answers)
  const outcome = await scene.outcomeOf(scene.client.call(call, schema))
  return { ...scene, outcome, tries: scene.asked.length }
}

describe('a request', () => {
  test('carries its query whatever it holds, and no body where there is none', async () => {
    const query = { access_token: 'a+b/c=d&e f#g?h%i', name: '你好' }
    const { asked } = await outcomeOf({ ...read, query }, says({ name: 'x' }))
    expect(asked).toMatchObject([{ method: 'GET', query, body: null, contentType: null }])
    expect(asked[0]?.url).toStartWith(`${apiUrl}/cgi-bin/agent/get?`)
  })

  test('carries its body as JSON, once', async () => {
    const body = { text: '你好 "quoted"', list: [1, 2] }
    const { asked } = await outcomeOf({ ...send, body }, says({ name: 'x' }))
    expect(asked).toMatchObject([
      { method: 'POST', url: `${apiUrl}/cgi-bin/message/send`, body: JSON.stringify(body) },
    ])
    expect(asked[0]?.contentType).toStartWith('application/json')
  })
})

describe('an answer', () => {
  test.each([
    ['errcode 0', { errcode: 0, errmsg: 'ok', name: 'x' }],
    ['no errcode', { name: 'x' }],
  ])('is a success with %s', async (_, answer) => {
    const { outcome, tries } = await outcomeOf(read, says(answer))
    expect(outcome).toEqual({ value: answer })
    expect(tries).toBe(1)
  })

  test('leaves nothing waiting', async () => {
    const scene = createClientScene(says({ name: 'x' }))
    const call = scene.client.call(read, schema)
    await scene.clock.advance(0)
    await call
    expect(scene.clock.pending).toBe(0)
  })

  const unusable: [string, Answer, WecomFailureKind][] = [
    ['an HTML page', saysText('<html>busy</html>'), 'not_understood'],
    ['nothing', saysText(''), 'not_understood'],
    ['JSON that was cut off', saysText('{"errcode":0,"name":"x'), 'not_understood'],
    ['a list', says([{ name: 'x' }]), 'not_understood'],
    ['a text', says('x'), 'not_understood'],
    ['null', says(null), 'not_understood'],
    ['success without what was promised', says({ errcode: 0 }), 'not_understood'],
    ['what was promised in another type', says({ name: 1 }), 'not_understood'],
    ['JSON of a proxy that refuses', says({ name: 'forbidden' }, 403), 'not_understood'],
    ['JSON of status 400', says({ name: 'bad request' }, 400), 'not_understood'],
    ['a redirect', saysText('{"name":"x"}', 307), 'not_understood'],
    ['status 500', saysText('', 500), 'http_status'],
    ['status 502 with a page', saysText('<html>', 502), 'http_status'],
    ['status 503 with what was promised', says({ name: 'x' }, 503), 'http_status'],
    ['status 429', says({ name: 'x' }, 429), 'http_status'],
    ['a broken connection', breaks, 'network'],
  ]

  test.each(unusable)('is no success with %s', async (_, answer, kind) => {
    const { outcome } = await outcomeOf(read, answer)
    expect(outcome).toMatchObject({ error: { code: 'wecom_error', kind, path: read.path } })
    expect(outcome).toMatchObject({ error: { errcode: null, extra: {}, passing: true } })
  })

  test.each(unusable)('is waited for again where that is harmless, after %s', async (_, answer) => {
    const { outcome, tries } = await outcomeOf(read, answer, says({ name: 'x' }))
    expect(outcome).toEqual({ value: { name: 'x' } })
    expect(tries).toBe(2)
  })

  test.each(unusable)(
    'is not waited for again where WeCom may have acted, after %s',
    async (_, answer) => {
      const { tries } = await outcomeOf(send, answer)
      expect(tries).toBe(1)
    },
  )

  test.each([
    ['a page', saysText('<html>404</html>', 404)],
    ['nothing', saysText('', 404)],
    ["a proxy's JSON", says({ message: 'no route' }, 404)],
  ])(
    'of 404 with %s says that the path is missing, and is not asked for again',
    async (_, answer) => {
      const { outcome, tries } = await outcomeOf(read, answer)
      expect(outcome).toMatchObject({ error: { kind: 'path_missing', passing: false } })
      expect(tries).toBe(1)
    },
  )

  test("of 404 with an errcode is WeCom's own refusal", async () => {
    const { outcome } = await outcomeOf(read, says({ errcode: 40013, errmsg: 'no' }, 404))
    expect(outcome).toMatchObject({ error: { kind: 'errcode', errcode: 40013 } })
  })
})

describe('an errcode', () => {
  test('is told as it came, with its errmsg for operators', async () => {
    const { outcome } = await outcomeOf(read, says({ errcode: 60020, errmsg: 'not allowed' }))
    expect(outcome).toMatchObject({
      error: {
        code: 'wecom_error',
        kind: 'errcode',
        errcode: 60020,
        errmsg: 'not allowed',
        extra: { errcode: 60020 },
      },
    })
  })

  test('is told in words with the path that it came from', async () => {
    const { outcome } = await outcomeOf(read, says({ errcode: 60020 }))
    const { message } = (outcome as { error: Error }).error
    expect(message).toContain('60020')
    expect(message).toContain(read.path)
    expect(message).toContain(explain(60020, 'en')?.meaning ?? 'no meaning in the table')
  })

  test('may come without an errmsg', async () => {
    const { outcome } = await outcomeOf(read, says({ errcode: 60020 }))
    expect(outcome).toMatchObject({ error: { errcode: 60020, errmsg: '' } })
  })

  test('of the table is asked for three times if it passes by itself, else once', async () => {
    for (const { errcode, reaction } of errcodes()) {
      const { tries } = await outcomeOf(read, says({ errcode, errmsg: '' }))
      expect({ errcode, tries }).toEqual({ errcode, tries: reaction === 'back_off' ? 3 : 1 })
    }
  })

  test('that nobody knows is not asked for again', async () => {
    const { tries } = await outcomeOf(read, says({ errcode: 999_999_999, errmsg: '' }))
    expect(tries).toBe(1)
  })

  test.each([read, send])(
    'of -1 proves that WeCom did not act: $path is sent again',
    async (call) => {
      const { outcome, tries } = await outcomeOf(call, says({ errcode: -1 }), says({ name: 'x' }))
      expect(outcome).toEqual({ value: { name: 'x' } })
      expect(tries).toBe(2)
    },
  )
})

describe('three tries', () => {
  test('are all, with a growing wait between them', async () => {
    const { outcome, asked } = await outcomeOf(read, says({ errcode: -1 }))
    expect(outcome).toMatchObject({ error: { errcode: -1 } })
    expect(asked.map(({ at }) => at)).toEqual([0, 300, 900])
  })

  test('end as the last of them did', async () => {
    const { outcome } = await outcomeOf(read, breaks, saysText('', 500), says({ errcode: 40013 }))
    expect(outcome).toMatchObject({ error: { errcode: 40013 } })
  })

  test('are logged one by one', async () => {
    const { lines } = await outcomeOf(read, says({ errcode: -1, errmsg: 'busy' }))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      [1, 2, 3].map((attempt) => ({ level: 'debug', path: read.path, errcode: -1, attempt })),
    )
  })
})

describe('a call that takes too long', () => {
  const once = { ...read, repeatable: false }

  test.each([
    ['nothing comes', saysNothing],
    ['the body stops half way', stopsHalfWay],
  ])('is given up after five seconds: %s', async (_, answer) => {
    const { client, clock, lines } = createClientScene(answer)
    const outcome = client.call(once, schema).catch((error: unknown) => error)
    await clock.advance(timeoutMs - 1)
    expect(lines).toEqual([])
    await clock.advance(1)
    expect(await outcome).toMatchObject({ code: 'wecom_timeout', kind: 'timeout', errcode: null })
    expect(clock.pending).toBe(0)
  })

  test('is sent again where that is harmless, each time with its own five seconds', async () => {
    const { outcome, asked } = await outcomeOf(read, saysNothing)
    expect(outcome).toMatchObject({ error: { code: 'wecom_timeout' } })
    expect(asked.map(({ at }) => at)).toEqual([0, 5_300, 10_900])
  })

  test.each([
    ['nothing came', saysNothing],
    ['the body stopped half way', stopsHalfWay],
  ])('is not sent again where WeCom may have acted: %s', async (_, answer) => {
    const { outcome, tries } = await outcomeOf(send, answer)
    expect(outcome).toMatchObject({ error: { code: 'wecom_timeout' } })
    expect(tries).toBe(1)
  })
})
