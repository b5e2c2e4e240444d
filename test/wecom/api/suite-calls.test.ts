import { describe, expect, test } from 'bun:test'
import { tokenKindOf } from '../../../src/wecom/api/endpoints'
import { type Answer, createClientScene, says, saysText, startAt } from './client-scene'

type Scene = ReturnType<typeof createClientScene>

const outcomeOf = async <T>(
  call: (calls: Scene['calls']) => Promise<T>,
  ...answers: readonly Answer[]
) => {
  const scene = createClientScene(...answers)
  const outcome = await scene.outcomeOf(call(scene.calls))
  const asked = scene.asked.map(({ method, url, query, body }) => ({
    method,
    path: new URL(url).pathname,
    query,
    body: body === null ? null : JSON.parse(body),
  }))
  return { outcome, asked }
}

interface TokenCall {
  readonly call: (calls: Scene['calls']) => Promise<unknown>
  readonly answer: Readonly<Record<string, unknown>>
  readonly request: Awaited<ReturnType<typeof outcomeOf>>['asked'][number]
}

const tokenCalls: [string, TokenCall][] = [
  [
    "a suite's token",
    {
      call: (calls) => calls.fetchSuiteToken('ww1', 'secret', 'ticket'),
      answer: { suite_access_token: 'T' },
      request: {
        method: 'POST',
        path: '/cgi-bin/service/get_suite_token',
        query: {},
        body: { suite_id: 'ww1', suite_secret: 'secret', suite_ticket: 'ticket' },
      },
    },
  ],
  [
    "a company's token",
    {
      call: (calls) => calls.fetchCorpToken('suite-token', 'wp1', 'code'),
      answer: { access_token: 'T' },
      request: {
        method: 'POST',
        path: '/cgi-bin/service/get_corp_token',
        query: { suite_access_token: 'suite-token' },
        body: { auth_corpid: 'wp1', permanent_code: 'code' },
      },
    },
  ],
  [
    "a customised app's token, for which the permanent code is the secret",
    {
      call: (calls) => calls.fetchCustomisedToken('wp1', 'code'),
      answer: { access_token: 'T' },
      request: {
        method: 'GET',
        path: '/cgi-bin/gettoken',
        query: { corpid: 'wp1', corpsecret: 'code' },
        body: null,
      },
    },
  ],
  [
    "a company's JS ticket",
    {
      call: (calls) => calls.fetchJsapiTicket('corp-token'),
      answer: { ticket: 'T' },
      request: {
        method: 'GET',
        path: '/cgi-bin/get_jsapi_ticket',
        query: { access_token: 'corp-token' },
        body: null,
      },
    },
  ],
  [
    "an app's JS ticket",
    {
      call: (calls) => calls.fetchAgentTicket('corp-token'),
      answer: { ticket: 'T' },
      request: {
        method: 'GET',
        path: '/cgi-bin/ticket/get',
        query: { access_token: 'corp-token', type: 'agent_config' },
        body: null,
      },
    },
  ],
]

describe.each(tokenCalls)('%s', (_, { call, answer, request }) => {
  const expiresAfter = async (expires_in?: number) => {
    const { outcome } = await outcomeOf(call, says({ ...answer, expires_in }))
    const { expiresAt } = (outcome as { value: { expiresAt: number } }).value
    return (expiresAt - startAt) / 1000
  }

  test('is asked for as WeCom documents it', async () => {
    const { asked } = await outcomeOf(call, says(answer))
    expect(asked).toEqual([request])
  })

  test('is asked for with the credential that its path takes', () => {
    const { kind, query } = tokenKindOf(request.path)
    const carried = Object.keys(request.query).filter((name) => name.endsWith('access_token'))
    expect(carried).toEqual(kind === 'none' || query === null ? [] : [query])
  })

  test.each([1, 59, 3600, 7200])('lives as long as WeCom says: %d seconds', async (seconds) => {
    expect(await expiresAfter(seconds)).toBe(seconds)
  })

  test.each([
    [0, 60],
    [0.001, 60],
    [-1, 60],
    [7201, 7200],
    [7_200_000, 7200],
  ])('is never trusted with a life like %d seconds', async (expiresIn, seconds) => {
    expect(await expiresAfter(expiresIn)).toBe(seconds)
  })

  test('is asked for again after a broken answer', async () => {
    const { outcome, asked } = await outcomeOf(call, saysText('', 500), says(answer))
    expect(outcome).toMatchObject({ value: { value: 'T' } })
    expect(asked).toEqual([request, request])
  })

  test('lives the documented two hours if WeCom says nothing', async () => {
    expect(await expiresAfter()).toBe(7200)
  })

  test('ages from before the call, so that it is given up early rather than late', async () => {
    const scene = createClientScene(async (asked, signal) => {
      await scene.clock.sleep(3_000, signal)
      return says({ ...answer, expires_in: 100 })(asked, signal)
    })
    const outcome = await scene.outcomeOf(call(scene.calls))
    expect(outcome).toEqual({
      value: { value: 'T', fetchedAt: startAt, expiresAt: startAt + 100_000 },
    })
  })

  test('is not taken for one if it is empty', async () => {
    const empty = Object.fromEntries(Object.keys(answer).map((name) => [name, '']))
    const { outcome } = await outcomeOf(call, says(empty))
    expect(outcome).toMatchObject({ error: { kind: 'not_understood' } })
  })
})

const exchanged = {
  permanent_code: 'code',
  auth_corp_info: { corpid: 'wp1', corp_name: '甲公司' },
}

describe('the exchange of an auth_code', () => {
  const exchange = (calls: Scene['calls']) => calls.fetchPermanentCode('suite-token', 'auth-code')
  const request = {
    method: 'POST',
    path: '/cgi-bin/service/v2/get_permanent_code',
    query: { suite_access_token: 'suite-token' },
    body: { auth_code: 'auth-code' },
  }

  test('gives the company with its permanent code', async () => {
    const { outcome, asked } = await outcomeOf(exchange, says(exchanged))
    expect(outcome).toEqual({
      value: { corpid: 'wp1', name: '甲公司', permanentCode: 'code', installer: null },
    })
    expect(asked).toEqual([request])
  })

  test.each([
    [
      { userid: 'woU', open_userid: 'woO' },
      { userid: 'woU', openUserid: 'woO' },
    ],
    [
      { userid: 'woU', open_userid: '' },
      { userid: 'woU', openUserid: null },
    ],
    [{ userid: '', open_userid: 'woO' }, null],
    [null, null],
  ])('tells of the installer what WeCom does: %j', async (user, installer) => {
    const { outcome } = await outcomeOf(exchange, says({ ...exchanged, auth_user_info: user }))
    expect(outcome).toMatchObject({ value: { permanentCode: 'code', installer } })
  })

  test('does without the name of the company', async () => {
    const nameless = { ...exchanged, auth_corp_info: { corpid: 'wp1' } }
    const { outcome } = await outcomeOf(exchange, says(nameless))
    expect(outcome).toMatchObject({ value: { corpid: 'wp1', name: '' } })
  })

  test.each(['permanent_code', 'auth_corp_info'])('is no success without %s', async (name) => {
    const { outcome } = await outcomeOf(exchange, says({ ...exchanged, [name]: undefined }))
    expect(outcome).toMatchObject({ error: { kind: 'not_understood' } })
  })

  test('goes to the old path where WeCom does not serve the new one', async () => {
    const { outcome, asked } = await outcomeOf(exchange, saysText('', 404), says(exchanged))
    expect(outcome).toMatchObject({ value: { corpid: 'wp1' } })
    expect(asked).toEqual([request, { ...request, path: '/cgi-bin/service/get_permanent_code' }])
  })

  test('fails if neither path is served', async () => {
    const { outcome, asked } = await outcomeOf(exchange, saysText('', 404))
    expect(outcome).toMatchObject({ error: { kind: 'path_missing' } })
    expect(asked).toHaveLength(2)
  })

  test('does not go to the old path after a refusal: the code may be spent', async () => {
    const { outcome, asked } = await outcomeOf(exchange, says({ errcode: 40078, errmsg: '' }))
    expect(outcome).toMatchObject({ error: { errcode: 40078 } })
    expect(asked).toEqual([request])
  })

  test('is sent again after a broken answer: the code works once', async () => {
    const { outcome, asked } = await outcomeOf(exchange, saysText('', 500), says(exchanged))
    expect(outcome).toMatchObject({ value: { permanentCode: 'code' } })
    expect(asked).toEqual([request, request])
  })
})

describe("what a company's authorisation holds", () => {
  const readInfo = (calls: Scene['calls']) => calls.fetchAuthInfo('suite-token', 'wp1', 'code')
  const request = {
    method: 'POST',
    path: '/cgi-bin/service/v2/get_auth_info',
    query: { suite_access_token: 'suite-token' },
    body: { auth_corpid: 'wp1', permanent_code: 'code' },
  }
  const agent = { agentid: 1000007, auth_mode: 0, privilege: { level: 1, allow_user: ['u1'] } }

  test('is the name, and the app with all that WeCom tells of it', async () => {
    const answer = { auth_corp_info: { corp_name: '甲公司' }, auth_info: { agent: [agent] } }
    const { outcome, asked } = await outcomeOf(readInfo, says(answer))
    expect(outcome).toEqual({ value: { name: '甲公司', agentid: 1000007, authMode: 0, agent } })
    expect(asked).toEqual([request])
  })

  test.each([[{}], [{ auth_info: {} }], [{ auth_info: { agent: [] } }]])(
    'may be nothing: %j',
    async (answer) => {
      const { outcome } = await outcomeOf(readInfo, says(answer))
      expect(outcome).toEqual({ value: { name: '', agentid: null, authMode: null, agent: null } })
    },
  )

  test('is asked for again after a broken answer', async () => {
    const { asked } = await outcomeOf(readInfo, saysText('', 500), says({}))
    expect(asked).toEqual([request, request])
  })

  test('is not taken from the refusal of a proxy', async () => {
    const { outcome } = await outcomeOf(readInfo, says({ message: 'forbidden' }, 403))
    expect(outcome).toMatchObject({ error: { kind: 'not_understood' } })
  })

  test('is read by the old path where WeCom does not serve the new one', async () => {
    const { asked } = await outcomeOf(readInfo, saysText('', 404), says({}))
    expect(asked).toEqual([request, { ...request, path: '/cgi-bin/service/get_auth_info' }])
  })
})
