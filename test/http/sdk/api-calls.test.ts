/** What SDKs call with a handle: the proxy's way, within the rights of the key. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import { otherSdks } from './other-sdks'
import { createSdkStage, jsonBody, type SdkStage } from './sdk-stage'

let stage: SdkStage
beforeEach(async () => {
  stage = await createSdkStage()
})
afterEach(() => stage.scene.stop())

const ok = () => Response.json({ errcode: 0, errmsg: 'ok' })
const sentTo = (path: string) => stage.upstream.filter((call) => call.path === path)
const corpToken = async (rights: Partial<ApiKeyRecord> = {}) => stage.token(await stage.key(rights))

describe('a call with a company’s handle', () => {
  const path = '/cgi-bin/message/send'
  const message = { touser: 'lihua', msgtype: 'text', text: { content: 'Hello' } }

  test('reaches WeCom with the real token, the rest of its query and its body', async () => {
    stage.answer(path, ok)
    const token = await corpToken()

    expect(await stage.post(`${path}?access_token=${token}&debug=1`, message)).toEqual({
      errcode: 0,
      errmsg: 'ok',
    })
    const [sent] = sentTo(path)
    const real = stage.scene.simulator.world.credentials.byValue.get(
      sent?.query.get('access_token') ?? '',
    )
    expect(real).toMatchObject({ kind: 'access_token', corpid: stage.corpid })
    expect(sent?.query.get('debug')).toBe('1')
    expect(JSON.parse(sent?.body ?? '')).toEqual(message)
  })

  test('is found below the name of its suite and with a slash twice, too', async () => {
    stage.answer(path, ok)
    const token = await corpToken()
    for (const address of [
      `/suites/default${path}`,
      `/suites/${stage.suiteId}${path}`,
      `/${path}`,
    ]) {
      expect(await stage.post(`${address}?access_token=${token}`, message)).toMatchObject({
        errcode: 0,
      })
    }
  })

  test('that meets a dead token is healed: the SDK never sees that', async () => {
    const token = await corpToken()
    stage.scene.simulator.killTokens({ kind: 'access_token' })

    const answer = await stage.ask(`/cgi-bin/user/get?access_token=${token}&userid=nobody`)

    expect([40014, 42001]).not.toContain(answer.errcode)
  })

  test('whose body is too large to be held gets WeCom’s 40014, and its repetition works', async () => {
    const upload = '/cgi-bin/media/upload'
    const token = await corpToken()
    let calls = 0
    stage.answer(upload, () => {
      calls += 1
      return calls === 1 ? Response.json({ errcode: 40014, errmsg: 'invalid access_token' }) : ok()
    })
    const send = () => {
      const body = 'x'.repeat(2 ** 20 + 1)
      const headers = { 'content-length': String(body.length) }
      return stage.ask(`${upload}?access_token=${token}`, { method: 'POST', body, headers })
    }

    expect(await send()).toEqual({ errcode: 40014, errmsg: 'invalid access_token' })
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  test('is refused once the handle’s two hours are over: 42001', async () => {
    const token = await corpToken()
    await stage.scene.clock.stride(2 * hourMs)

    expect((await stage.ask(`/cgi-bin/user/get?access_token=${token}`)).errcode).toBe(42001)
  })
})

describe('refusals of calls', () => {
  test('no handle: 41001; a made-up one: 40014', async () => {
    expect((await stage.ask('/cgi-bin/user/get?userid=a')).errcode).toBe(41001)
    expect((await stage.ask('/cgi-bin/user/get?access_token=made-up')).errcode).toBe(40014)
  })

  test('a real token of WeCom’s: 40014', async () => {
    const { credentials } = stage.scene.simulator.world
    const [real] = [...credentials.byValue].find(([, { kind }]) => kind === 'access_token')!

    expect((await stage.ask(`/cgi-bin/user/get?access_token=${real}`)).errcode).toBe(40014)
  })

  test('a handle of a key that was revoked since: 40014', async () => {
    const key = await stage.key()
    const token = await stage.token(key)
    await stage.scene.store.changeKey(key.split('_')[2]!, (one) => one && { ...one, revokedAt: 1 })
    await stage.scene.clock.advance(minuteMs)

    expect((await stage.ask(`/cgi-bin/user/get?access_token=${token}`)).errcode).toBe(40014)
  })

  test('a handle of a key that ended before it: 42001', async () => {
    const key = await stage.key()
    const token = await stage.token(key)
    const expiresAt = stage.scene.clock.now() + 1
    await stage.scene.store.changeKey(key.split('_')[2]!, (one) => one && { ...one, expiresAt })
    await stage.scene.clock.advance(minuteMs)

    expect((await stage.ask(`/cgi-bin/user/get?access_token=${token}`)).errcode).toBe(42001)
  })

  test('a handle for another kind of token: 40014, which says where to get the right one', async () => {
    const answer = await stage.ask(
      `/cgi-bin/service/get_auth_info?suite_access_token=${await corpToken()}`,
    )

    expect(answer).toEqual({ errcode: 40014, errmsg: expect.stringContaining('get_suite_token') })
  })

  const kept = [
    '/cgi-bin/service/get_permanent_code',
    '/cgi-bin/service/v2/get_permanent_code',
    '/cgi-bin/service/get_pre_auth_code',
    '/cgi-bin/service/get_register_code',
    '/cgi-bin/corpgroup/corp/gettoken',
    '/cgi-bin/service/miniprogram/jscode2session',
    '/cgi-bin/miniprogram/jscode2session',
    '/cgi-bin/get_jsapi_ticket',
    '/cgi-bin/ticket/get',
  ]
  test.each(kept)('%s, which answers a token, ticket, code or session: 48002', async (path) => {
    const key = await stage.key()
    const tokens = {
      access_token: await stage.token(key),
      suite_access_token: await stage.suiteToken(key),
    }
    const before = sentTo(path).length
    const name = path.includes('/service/') ? 'suite_access_token' : 'access_token'

    const answer = await stage.post(`${path}?${name}=${tokens[name]}&type=agent_config`, {})

    expect(answer).toEqual({ errcode: 48002, errmsg: expect.stringMatching(/^suited: /) })
    expect(sentTo(path)).toHaveLength(before)
  })

  test.each([
    ['a path that isn’t in the limits of the key', { paths: ['/cgi-bin/department/'] }, 48002],
    ['a method that isn’t', { methods: ['POST'] }, 48002],
    ['a key without scope proxy', { scopes: ['ticket' as const] }, 48002],
  ])('%s: %o', async (_, rights, errcode) => {
    const answer = await stage.ask(`/cgi-bin/user/get?access_token=${await corpToken(rights)}`)

    expect(answer.errcode).toBe(errcode)
  })

  test('what is nothing of WeCom’s, by HTTP 200 too: 48002', async () => {
    for (const path of ['/', '/api/status', '/healthz', '/suites/default/sign', '/cgi-bin']) {
      const response = await stage.request(path)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ errcode: 48002 })
    }
  })

  test('WeCom out of reach: -1, that of a system that is busy', async () => {
    const token = await corpToken()
    stage.answer('/cgi-bin/user/get', () => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    })
    const asked = stage.ask(`/cgi-bin/user/get?access_token=${token}`)
    await stage.scene.clock.advance(minuteMs)

    expect((await asked).errcode).toBe(-1)
  })
})

describe('a call that fails on its way', () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error('broken'), { code })
  }
  const errcodeOf = async (method: string, path: string, code: string): Promise<number> => {
    const token = await corpToken()
    stage.answer(path, failing(code))
    const init = method === 'POST' ? jsonBody({ touser: 'lihua' }) : { method }
    const asked = stage.ask(`${path}?access_token=${token}`, init)
    await stage.scene.clock.advance(minuteMs)
    return (await asked).errcode
  }
  const repeatedByAnSdk = otherSdks.flatMap(({ refreshesOn, repeatsOn }) => [
    ...refreshesOn,
    ...repeatsOn,
  ])

  test.each([
    ['POST', '/cgi-bin/message/send'],
    ['POST', '/cgi-bin/externalcontact/add_msg_template'],
    ['POST', '/cgi-bin/never/heard/of'],
    ['GET', '/cgi-bin/user/delete'],
  ])(
    'is 504 where WeCom may have acted on it, upon which no SDK repeats: %s %s',
    async (method, path) => {
      const errcode = await errcodeOf(method, path, 'ECONNRESET')
      expect(errcode).toBe(504)
      expect(repeatedByAnSdk).toContain(-1)
      expect(repeatedByAnSdk).not.toContain(errcode)
    },
  )

  test('says so to its reader', async () => {
    const token = await corpToken()
    stage.answer('/cgi-bin/message/send', failing('ECONNRESET'))

    expect(await stage.post(`/cgi-bin/message/send?access_token=${token}`, {})).toEqual({
      errcode: 504,
      errmsg: expect.stringContaining('find out before you send it again'),
    })
  })

  test.each([
    ['POST', '/cgi-bin/message/send', 'ECONNREFUSED'],
    ['GET', '/cgi-bin/user/get', 'ECONNRESET'],
    ['POST', '/cgi-bin/message/recall', 'ECONNRESET'],
  ])(
    'is -1 where it may be repeated: nothing of it was sent, or it does nothing twice: %s %s, %s',
    async (method, path, code) => {
      expect(await errcodeOf(method, path, code)).toBe(-1)
    },
  )

  test('for want of a token is -1 too: WeCom never saw it', async () => {
    const token = await corpToken()
    stage.answer('/cgi-bin/service/get_corp_token', failing('ECONNRESET'))
    stage.answer('/cgi-bin/message/send', () =>
      Response.json({ errcode: 42001, errmsg: 'access_token expired' }),
    )
    const asked = stage.post(`/cgi-bin/message/send?access_token=${token}`, {})
    await stage.scene.clock.advance(minuteMs)

    expect((await asked).errcode).toBe(-1)
  })
})

describe('an API key of ours never leaves', () => {
  const path = '/cgi-bin/service/get_auth_info'

  test('get_auth_info gets the stored permanent code in its place', async () => {
    const key = await stage.key()
    const suite = await stage.suiteToken(key)

    const answer = await stage.post(`${path}?suite_access_token=${suite}`, {
      auth_corpid: stage.corpid,
      permanent_code: key,
    })

    expect(answer).toMatchObject({ auth_corp_info: { corpid: stage.corpid } })
    const { permanent_code: sent } = JSON.parse(sentTo(path).at(-1)!.body)
    const record = await stage.scene.store.loadCorp(stage.suiteId, stage.corpid)
    expect(sent).toBe(record?.permanentCode ?? '')
  })

  test('in a body that is nested without end it is refused unread', async () => {
    const key = await stage.key()
    const suite = await stage.suiteToken(key)
    let deep: unknown = []
    for (let i = 0; i < 300; i++) deep = [deep]

    const answer = await stage.post(`${path}?suite_access_token=${suite}`, {
      auth_corpid: stage.corpid,
      permanent_code: key,
      deep,
    })

    expect(answer.errcode).toBe(48002)
  })

  test('a key for one company gets the code of no other one', async () => {
    const suite = await stage.suiteToken(await stage.key())
    const other = await stage.key({ corps: ['wpOther'] })
    const before = sentTo(path).length

    const answer = await stage.post(`${path}?suite_access_token=${suite}`, {
      auth_corpid: stage.corpid,
      permanent_code: other,
    })

    expect(answer.errcode).toBe(48002)
    expect(sentTo(path)).toHaveLength(before)
  })

  test('in any other field, in the query, or in a stream: 48002, and nothing is sent', async () => {
    const key = await stage.key()
    const token = await stage.token(key)
    const send = '/cgi-bin/message/send'
    stage.answer(send, ok)
    const inBody = jsonBody({ text: { content: key } })
    const stream = { method: 'POST', body: new Response(`a ${key}`).body }
    const asks = [
      stage.ask(`${send}?access_token=${token}`, inBody),
      stage.ask(`${send}?access_token=${token}&secret=${key}`, jsonBody({})),
      stage.ask(`${send}?access_token=${token}`, stream as RequestInit),
    ]
    for (const answer of await Promise.all(asks)) expect(answer.errcode).toBe(48002)

    expect(
      JSON.stringify(stage.upstream.map(({ body, query }) => [body, `${query}`])),
    ).not.toContain(key)
  })

  test('nor does it come into the log', async () => {
    const key = await stage.key()
    const token = await stage.token(key)
    await stage.ask(`/cgi-bin/user/get?access_token=${token}`)
    await stage.ask(`/cgi-bin/nothing/here?access_token=${key}`)
    await stage.ask(`/cgi-bin/gettoken?corpid=wpNobody&corpsecret=${key}`)

    const logged = JSON.stringify(stage.scene.logs)
    expect(logged).not.toContain(key)
    expect(logged).not.toContain(token)
  })
})

describe('a key for some companies', () => {
  test('reaches suite calls that name one of them, and no others', async () => {
    const suite = await stage.suiteToken(await stage.key({ corps: [stage.corpid] }))
    const admins = `/cgi-bin/service/get_admin_list?suite_access_token=${suite}`
    const own = await stage.post(admins, { auth_corpid: stage.corpid, agentid: 1 })
    const other = await stage.post(admins, { auth_corpid: 'wpOther', agentid: 1 })
    const qr = await stage.post(`/cgi-bin/service/get_app_qrcode?suite_access_token=${suite}`, {})

    expect(own.errcode).not.toBe(48002)
    expect([other.errcode, qr.errcode]).toEqual([48002, 48002])
  })
})

describe('tickets', () => {
  const audited = async () => (await stage.scene.eventLog.listAudit({ limit: 100 })).items

  test('that are refused to a known key are audited like those of /api, with the status there', async () => {
    const key = await stage.key()
    const token = await stage.token(key)
    const kept = await stage.key({ scopes: ['ticket'], corps: [stage.corpid] })
    const suite = await stage.suiteToken(kept)
    await stage.ask(`/cgi-bin/get_jsapi_ticket?access_token=${token}`)
    await stage.ask(`/cgi-bin/ticket/get?access_token=${await stage.token(kept)}&type=else`)
    await stage.ask(`/cgi-bin/get_jsapi_ticket?access_token=${suite}`)
    await stage.ask('/cgi-bin/get_jsapi_ticket?access_token=made-up')

    const action = 'corp.reveal_ticket'
    const { suiteId, corpid } = stage
    const [keyId, keptId] = [key, kept].map((one) => one.split('_')[2])
    expect(await audited()).toMatchObject([
      { action, status: 403, actor: { id: keptId }, suiteId, corpid: null },
      { action, status: 400, actor: { id: keptId }, suiteId, corpid },
      { action, status: 403, actor: { id: keyId }, suiteId, corpid },
    ])
  })

  test('that are refused without end fill no disk', async () => {
    const token = await stage.token(await stage.key())
    for (let i = 0; i < 40; i++) await stage.ask(`/cgi-bin/get_jsapi_ticket?access_token=${token}`)

    expect(await audited()).toHaveLength(10)
  })

  test.each([
    ['/cgi-bin/get_jsapi_ticket', 'jsapi_ticket'],
    ['/cgi-bin/ticket/get', 'agent_ticket'],
  ] as const)(
    '%s with scope ticket gives the one that we have, and is audited',
    async (path, kind) => {
      const key = await stage.key({ scopes: ['ticket'] })
      const token = await stage.token(key)
      const ask = () => stage.ask(`${path}?access_token=${token}&type=agent_config`)

      const [first, second] = [await ask(), await ask()]

      expect(first).toEqual({
        errcode: 0,
        errmsg: 'ok',
        ticket: expect.any(String),
        expires_in: 7200,
      })
      expect(second).toEqual(first)
      expect(sentTo(path)).toHaveLength(1)
      const real = stage.scene.simulator.world.credentials.byValue.get(first.ticket)
      expect(real?.kind).toBe(kind)
      const { items } = await stage.scene.eventLog.listAudit({ limit: 10 })
      const revealed = `corp.reveal_ticket ${key.split('_')[2]}`
      expect(items.map(({ action, actor }) => `${action} ${actor.id}`)).toEqual([
        revealed,
        revealed,
      ])
    },
  )
})
