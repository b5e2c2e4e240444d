/** What happens when WeCom calls a token dead, or can't be reached. */
import { afterEach, describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { killTokens } from '../../../src/simulator/world/tokens'
import { createProxyStage, ok, type ProxyStage, posted, refused, streamed } from './proxy-stage'

let stage: ProxyStage
afterEach(() => stage.scene.stop())

const path = '/cgi-bin/message/send'
const deadTokens = [40014, 42001, 42009, 40082] as const

const long = Bun.env.SUITED_LONG_TESTS === '1'
/** Every errcode with a usual call; with the others one, unless there is time. */
const deadFor = (name: string) => (name === 'POST' || long ? deadTokens : deadTokens.slice(0, 1))

/** Refuses the first calls with these errcodes, their tokens dead, and takes the others. */
const refuseFirst = (...errcodes: readonly number[]) => {
  let calls = 0
  stage.answer(path, () => {
    const errcode = errcodes[calls++]
    if (errcode === undefined) return ok()
    killTokens(stage.scene.simulator.world, { kind: 'access_token' })
    return refused(errcode)
  })
}

const tokensSent = () => stage.sent.map(({ query }) => query.get('access_token'))

const held = {
  GET: { method: 'GET' },
  POST: posted('{"a":1}'),
  'POST without a body': { method: 'POST' },
  PUT: { ...posted('{"a":1}'), method: 'PUT' },
  'POST of just 1 MiB': posted('x'.repeat(2 ** 20)),
} as const

const streams = {
  'POST of unknown length': () => streamed('{"a":', '1}'),
  'POST of more than 1 MiB': () => posted('x'.repeat(2 ** 20 + 1)),
} as const

describe('a call that meets a dead token', () => {
  for (const [name, init] of Object.entries(held)) {
    test.each([...deadFor(name)])(`${name}: is repeated with a new one on %d`, async (errcode) => {
      stage = await createProxyStage()
      refuseFirst(errcode)

      const answer = await stage.asCorp(path, init)

      expect(await answer.json()).toEqual({ errcode: 0, errmsg: 'ok' })
      expect(answer.headers.get('suited-repeat')).toBeNull()
      const [first, second] = tokensSent()
      expect(tokensSent()).toHaveLength(2)
      expect(second).not.toBe(first!)
      expect(stage.sent[1]!.body).toBe(stage.sent[0]!.body)
      expect(stage.sent[1]!.method).toBe(stage.sent[0]!.method)
    })
  }

  for (const [name, init] of Object.entries(streams)) {
    test.each([...deadFor(name)])(
      `${name}: comes back on %d and says to repeat, and its repetition works at once`,
      async (errcode) => {
        stage = await createProxyStage()
        refuseFirst(errcode)

        const answer = await stage.asCorp(path, init())
        expect(await answer.json()).toMatchObject({ errcode })
        expect(answer.headers.get('suited-repeat')).toBe('1')
        expect(answer.headers.get('suited-errcode')).toBe(String(errcode))
        expect(tokensSent()).toHaveLength(1)

        const calls = stage.scene.calls('/cgi-bin/service/get_corp_token')
        const again = await stage.asCorp(path, init())
        expect(await again.json()).toMatchObject({ errcode: 0 })
        expect(stage.scene.calls('/cgi-bin/service/get_corp_token')).toBe(calls)
        const [first, second] = tokensSent()
        expect(second).not.toBe(first!)
      },
    )
  }

  test('is repeated once, not more: the second refusal is the answer', async () => {
    stage = await createProxyStage()
    refuseFirst(40014, 40014)

    const answer = await stage.asCorp(path, posted('{}'))

    expect(await answer.json()).toMatchObject({ errcode: 40014 })
    expect(tokensSent()).toHaveLength(2)
  })

  test('costs one renewal, however many callers meet it', async () => {
    stage = await createProxyStage()
    const dead = new Set<string>()
    stage.answer(path, ({ query }) => {
      const token = query.get('access_token')!
      if (dead.size === 0) {
        dead.add(token)
        killTokens(stage.scene.simulator.world, { kind: 'access_token' })
      }
      return dead.has(token) ? refused(40014) : ok()
    })
    await stage.scene.ask(`/api/corps/${stage.corpid}/access-token`)
    const before = stage.scene.calls('/cgi-bin/service/get_corp_token')

    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stage.asCorp(path, posted('{}'))),
    )

    for (const answer of answers) expect(await answer.json()).toMatchObject({ errcode: 0 })
    expect(stage.scene.calls('/cgi-bin/service/get_corp_token')).toBe(before + 1)
  })

  test('is told why when no new one can be had', async () => {
    stage = await createProxyStage()
    refuseFirst(40014)
    stage.scene.simulator.faults.add({ path: '/cgi-bin/service/get_corp_token', errcode: 45009 })

    const answer = await stage.asCorp(path, posted('{}'))

    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ code: 'wecom_error', errcode: 45009 })
  })
})

describe('a call that WeCom refuses for anything else', () => {
  test.each([-1, 40001, 41001, 45009, 45033, 60020, 48002])(
    'is passed back at once and sent once: %d',
    async (errcode) => {
      stage = await createProxyStage()
      refuseFirst(errcode, errcode)

      const answer = await stage.asCorp(path, posted('{}'))

      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ errcode, errmsg: 'refused' })
      expect(stage.sent).toHaveLength(1)
    },
  )

  test('45009 says when to come again', async () => {
    stage = await createProxyStage()
    refuseFirst(45009)
    const answer = await stage.asCorp(path, posted('{}'))
    expect(answer.headers.get('retry-after')).toBe('60')
  })
})

const failing = (code: string) => () => {
  throw Object.assign(new Error('it failed'), { code })
}

const methods = { GET: { method: 'GET' }, POST: posted('{}'), DELETE: { method: 'DELETE' } }

describe('a call whose connection does not come about', () => {
  for (const [method, init] of Object.entries(methods)) {
    test.each(['ConnectionRefused', 'ENOTFOUND', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED'])(
      `${method}: is tried once more, for nothing of it was sent: %s`,
      async (code) => {
        stage = await createProxyStage()
        let tries = 0
        stage.answer(path, () => (++tries === 1 ? failing(code)() : ok()))

        const asked = stage.asCorp(path, init)
        await stage.scene.settle()
        await stage.scene.clock.advance(secondMs)

        expect(await (await asked).json()).toMatchObject({ errcode: 0 })
        expect(stage.sent).toHaveLength(2)
      },
    )
  }

  test('is tried no third time', async () => {
    stage = await createProxyStage()
    stage.answer(path, failing('ConnectionRefused'))

    const asked = stage.asCorp(path, posted('{}'))
    await stage.scene.settle()
    await stage.scene.clock.advance(secondMs)

    expect((await asked).status).toBe(502)
    expect(stage.sent).toHaveLength(2)
  })

  test('is not tried again where its body is gone', async () => {
    stage = await createProxyStage()
    stage.answer(path, failing('ConnectionRefused'))
    expect((await stage.asCorp(path, streamed('{}'))).status).toBe(502)
    expect(stage.sent).toHaveLength(1)
  })
})

describe('a call that may have reached WeCom is never repeated', () => {
  for (const [method, init] of Object.entries(methods)) {
    test.each(['ECONNRESET', 'EPIPE', 'EPROTO', 'SomethingNew'])(
      `${method}, cut before an answer: %s`,
      async (code) => {
        stage = await createProxyStage()
        stage.answer(path, failing(code))

        const answer = await stage.asCorp(path, init)

        expect(answer.status).toBe(502)
        expect(await answer.json()).toMatchObject({ code: 'wecom_error' })
        expect(stage.sent).toHaveLength(1)
      },
    )

    test(`${method}, cut in the middle of a small answer`, async () => {
      stage = await createProxyStage()
      stage.answer(path, () => {
        const body = new ReadableStream({
          pull: (controller) =>
            controller.error(Object.assign(new Error(), { code: 'ECONNRESET' })),
        })
        return new Response(body, { headers: { 'content-length': '20' } })
      })
      expect((await stage.asCorp(path, init)).status).toBe(502)
      expect(stage.sent).toHaveLength(1)
    })

    test(`${method}, without an answer for half a minute: 504`, async () => {
      stage = await createProxyStage()
      stage.answer(
        path,
        ({ init }) =>
          new Promise((_, reject) => {
            init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
          }),
      )
      const asked = stage.asCorp(path, init)
      await stage.scene.settle()
      await stage.scene.clock.advance(29 * secondMs)
      expect(Bun.peek.status(asked)).toBe('pending')
      await stage.scene.clock.advance(secondMs)

      const answer = await asked
      expect(answer.status).toBe(504)
      expect(await answer.json()).toMatchObject({ code: 'wecom_timeout' })
      expect(stage.sent).toHaveLength(1)
    })
  }
})

describe('the connection', () => {
  const keepalive = async (init: RequestInit, path: string) => {
    stage = await createProxyStage()
    stage.answer(path, ok)
    await stage.asCorp(path, init)
    return stage.sent[0]!.init.keepalive
  }

  test('is one of before for what reads and for a POST', async () => {
    expect(await keepalive({ method: 'GET' }, '/cgi-bin/user/get')).toBe(true)
    await stage.scene.stop()
    expect(await keepalive(posted('{}'), '/cgi-bin/message/send')).toBe(true)
  })

  test('is a new one for a GET that acts: Bun would send it twice', async () => {
    expect(await keepalive({ method: 'GET' }, '/cgi-bin/user/delete')).toBe(false)
  })
})
