import { describe, expect, test } from 'bun:test'
import type { Fault } from '../../../src/simulator/faults/faults'
import type { ManualClock } from '../../manual-clock'
import { corpid, createBox, otherCorpid, suiteId } from '../box'

const path = '/cgi-bin/gettoken'
const url = `https://qyapi.weixin.qq.com${path}`

const setUp = (fault: Partial<Fault>) => {
  const box = createBox()
  const added = box.simulator.faults.add({ path, ...fault })
  return { ...box, added, ask: (init?: RequestInit) => box.simulator.fetch(url, init) }
}

const errcodeOf = async (response: Response) =>
  ((await response.json()) as { errcode: number }).errcode

describe('a fault', () => {
  test('answers an errcode as WeCom words it', async () => {
    const { ask, simulator } = setUp({ errcode: -1 })
    expect(await errcodeOf(await ask())).toBe(-1)
    expect(simulator.calls.list()[0]?.errcode).toBe(-1)
  })

  test('answers an HTTP status', async () => {
    const response = await setUp({ status: 502 }).ask()
    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toStartWith('text/html')
  })

  test('strikes as often as it is told', async () => {
    const { ask } = setUp({ errcode: 45009, times: 2 })
    const errcodes = []
    for (let call = 0; call < 3; call++) errcodes.push(await errcodeOf(await ask()))
    expect(errcodes).toEqual([45009, 45009, 41002])
  })

  test('strikes until its time is over', async () => {
    const { clock, ask, simulator } = setUp({ errcode: 45009 })
    simulator.faults.clear()
    simulator.faults.add({ path, errcode: 45009, untilAt: clock.now() + 1000 })
    await clock.advance(999)
    expect(await errcodeOf(await ask())).toBe(45009)
    await clock.advance(1)
    expect(await errcodeOf(await ask())).toBe(41002)
    expect(simulator.faults.list()).toEqual([])
  })

  test('strikes the paths that begin as it says', async () => {
    const { ask, post } = setUp({ path: '/cgi-bin/service/*', errcode: -1 })
    expect((await post('/cgi-bin/service/get_suite_token', {})).errcode).toBe(-1)
    expect(await errcodeOf(await ask())).toBe(41002)
  })

  test('strikes one company alone', async () => {
    const { get, corpToken, simulator } = createBox()
    const mine = await corpToken()
    const others = await corpToken(otherCorpid)
    simulator.faults.add({ path: '/cgi-bin/get_jsapi_ticket', corpid, suiteId, errcode: 50003 })
    const ask = (access_token: string) => get('/cgi-bin/get_jsapi_ticket', { access_token })
    expect((await ask(mine)).errcode).toBe(50003)
    expect((await ask(others)).errcode).toBe(0)
  })

  test('gives way to one that was there before', async () => {
    const { ask, added, simulator } = setUp({ errcode: -1 })
    simulator.faults.add({ path, errcode: 6000 })
    expect(await errcodeOf(await ask())).toBe(-1)
    expect(simulator.faults.remove(added.id)).toBe(true)
    expect(await errcodeOf(await ask())).toBe(6000)
    expect(simulator.faults.remove(added.id)).toBe(false)
  })

  test('holds an answer back for its delay', async () => {
    const { clock, ask } = setUp({ delayMs: 3000 })
    let errcode: number | null = null
    const answered = ask().then(async (response) => {
      errcode = await errcodeOf(response)
    })
    await clock.advance(2999)
    expect(errcode).toBeNull()
    await clock.advance(1)
    await answered
    expect(Number(errcode)).toBe(41002)
  })

  test('hangs until the caller gives up, and the call is noted all the while', async () => {
    const { clock, ask, simulator } = setUp({ hang: true })
    const giveUp = new AbortController()
    const asked = ask({ signal: giveUp.signal }).then(
      () => 'answered',
      (error: Error) => error.message,
    )
    await clock.advance(60_000)
    expect(simulator.calls.count({ path })).toBe(1)
    giveUp.abort(new Error('given up'))
    expect(await asked).toBe('given up')
  })

  test('ends a delay when the caller gives up', async () => {
    const { clock, ask } = setUp({ delayMs: 3000 })
    const giveUp = new AbortController()
    const asked = ask({ signal: giveUp.signal })
    await clock.advance(1)
    giveUp.abort(new Error('given up'))
    await expect(asked).rejects.toThrow('given up')
    await clock.advance(0)
    expect(clock.pending).toBe(0)
  })

  test('cuts the connection', async () => {
    await expect(setUp({ reset: true }).ask()).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test.each(['html', 'truncated', 'empty', 'not_json'] as const)(
    'answers %s in place of JSON',
    async (garbage) => {
      const response = await setUp({ garbage }).ask()
      expect(response.status).toBe(200)
      const body = await response.text()
      expect(() => JSON.parse(body)).toThrow()
      expect(body === '').toBe(garbage === 'empty')
    },
  )

  test.each(['control_characters', 'text_numbers', 'compressed'] as const)(
    'answers what is true with a flaw: %s',
    async (garbage) => {
      const response = await setUp({ garbage }).ask()
      const bytes = Buffer.from(await response.arrayBuffer())
      const text = new TextDecoder().decode(
        garbage === 'compressed' ? Bun.gunzipSync(bytes) : bytes,
      )
      expect(text).toContain('"errcode":')
      expect(/"errcode":"\d+"/.test(text)).toBe(garbage === 'text_numbers')
    },
  )

  test('answers JSON of 64 MiB, made as it is read', async () => {
    const response = await setUp({ garbage: 'huge' }).ask()
    let bytes = 0
    let first = ''
    for await (const piece of response.body ?? []) {
      if (bytes === 0) first = new TextDecoder().decode(piece)
      bytes += piece.byteLength
    }
    expect(first).toStartWith('{"errcode":0')
    expect(bytes).toBeGreaterThan(64 * 2 ** 20)
  })

  test('changes members of the true answer, and leaves out those that are null', async () => {
    const { post, simulator } = createBox()
    const body = {
      suite_id: suiteId,
      suite_secret: simulator.world.suites.get(suiteId)?.suiteSecret,
      suite_ticket: simulator.issueTicket(suiteId),
    }
    const at = '/cgi-bin/service/get_suite_token'
    const truth = await post(at, {}, body)
    simulator.faults.add({ path: at, change: { expires_in: 0, suite_access_token: null } })
    const { suite_access_token: _, ...rest } = truth
    expect(await post(at, {}, body)).toEqual({ ...rest, expires_in: 0 })
  })

  test('can lose the answer of a call that took effect', async () => {
    const { post, suiteToken, simulator } = createBox()
    const query = { suite_access_token: await suiteToken() }
    const exchange = '/cgi-bin/service/v2/get_permanent_code'
    const { authCode } = await simulator.pusher.install(suiteId, corpid, { from: 'provider' })
    simulator.faults.add({ path: exchange, status: 504, afterEffect: true, times: 1 })
    await expect(post(exchange, query, { auth_code: authCode })).rejects.toThrow()
    expect((await post(exchange, query, { auth_code: authCode })).errcode).toBe(40078)
  })

  test('can refuse a call before it took effect', async () => {
    const { post, suiteToken, simulator } = createBox()
    const query = { suite_access_token: await suiteToken() }
    const exchange = '/cgi-bin/service/v2/get_permanent_code'
    const { authCode } = await simulator.pusher.install(suiteId, corpid, { from: 'provider' })
    simulator.faults.add({ path: exchange, corpid, errcode: -1, times: 1 })
    expect((await post(exchange, query, { auth_code: authCode })).errcode).toBe(-1)
    expect((await post(exchange, query, { auth_code: authCode })).errcode).toBe(0)
  })
})

describe('a fault of a call with a token', () => {
  const jsapi = '/cgi-bin/get_jsapi_ticket'

  test.each([
    ['invalid', 40014],
    ['expired', 42001],
  ] as const)(
    'ends the token that the call carries, %s, for later calls too',
    async (endsToken, errcode) => {
      const { get, corpToken, simulator } = createBox()
      const access_token = await corpToken()
      simulator.faults.add({ path: jsapi, endsToken, times: 1 })
      expect((await get(jsapi, { access_token })).errcode).toBe(errcode)
      expect((await get(jsapi, { access_token })).errcode).toBe(errcode)
      expect((await get(jsapi, { access_token: await corpToken() })).errcode).toBe(0)
    },
  )

  test('strikes for a while from when it is switched on', async () => {
    const { clock, ask } = setUp({ errcode: 45009, forMs: 60_000 })
    await clock.advance(59_999)
    expect(await errcodeOf(await ask())).toBe(45009)
    await clock.advance(1)
    expect(await errcodeOf(await ask())).toBe(41002)
  })

  test('cuts the answer in the middle of its body', async () => {
    const { ask } = setUp({ reset: true, afterBytes: 10 })
    const response = await ask()
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('cut an answer')
  })

  test('sends the beginning of its body and then no more', async () => {
    const { ask } = setUp({ hang: true, afterBytes: 10 })
    const reader = (await ask()).body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('{"errcode"')
    let more = false
    reader?.read().then(() => {
      more = true
    })
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(more).toBe(false)
    await reader?.cancel()
  })
})

describe('across a network', () => {
  const overNetwork = async (
    fault: Partial<Fault>,
    ask: (address: string, clock: ManualClock) => Promise<void>,
  ) => {
    const { clock, simulator } = setUp(fault)
    simulator.app.listen(0)
    try {
      await ask(`http://localhost:${simulator.app.server?.port}${path}`, clock)
    } finally {
      await simulator.app.stop(true)
    }
  }

  /** Runs into the test's own time limit if it never becomes true. */
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }

  test('a fault answers, and the address of the caller is seen', () =>
    overNetwork({ errcode: 60020 }, async (address) => {
      const answer = (await (await fetch(address)).json()) as { errcode: number; errmsg: string }
      expect(answer.errcode).toBe(60020)
      expect(answer.errmsg).toMatch(/from ip: (127\.0\.0\.1|::1),/)
    }))

  test('a fault cuts the connection', () =>
    overNetwork({ reset: true }, async (address) => {
      await expect(fetch(address)).rejects.toMatchObject({ code: 'ECONNRESET' })
    }))

  test('a caller that gives up ends the call', () =>
    overNetwork({ delayMs: 1000 }, async (address, clock) => {
      const giveUp = new AbortController()
      const asked = fetch(address, { signal: giveUp.signal })
      await until(() => clock.pending === 1)
      giveUp.abort(new Error('given up'))
      await expect(asked).rejects.toThrow('given up')
      await until(() => clock.pending === 0)
    }))
})
