/** Codes of members in, persons out: what WeCom's answers mean. */
import { describe, expect, test } from 'bun:test'
import { WecomFailure } from '../../../src/wecom/api/failure'
import { createMemberCalls, type MemberCalls } from '../../../src/wecom/api/member-calls'
import { type Answer, createClientScene, says, saysText } from './client-scene'

const outcomeOf = async <T>(
  call: (calls: MemberCalls) => Promise<T>,
  ...answers: readonly Answer[]
) => {
  const scene = createClientScene(...answers)
  const outcome = await scene.outcomeOf(call(createMemberCalls(scene.client)))
  const asked = scene.asked.map(({ method, url, query, body }) => ({
    method,
    path: new URL(url).pathname,
    query,
    body: body === null ? null : JSON.parse(body),
  }))
  return { outcome, asked }
}

const nobody = {
  corpid: null,
  userid: null,
  openUserid: null,
  openid: null,
  externalUserid: null,
  userTicket: null,
  userType: null,
}
const ok = { errcode: 0, errmsg: 'ok' }
const newer = { corpid: 'wp1', userid: 'wo1', open_userid: 'wo1', user_ticket: 'T' }
const member = { ...nobody, corpid: 'wp1', userid: 'wo1', openUserid: 'wo1', userTicket: 'T' }

const ways: Record<string, (calls: MemberCalls) => Promise<unknown>> = {
  identify: (calls) => calls.identify('token', 'code'),
  identifyInCorp: (calls) => calls.identifyInCorp('token', 'code'),
  identifyForProvider: (calls) => calls.identifyForProvider('token', 'code'),
  detail: (calls) => calls.detail('token', 'ticket'),
  detailInCorp: (calls) => calls.detailInCorp('token', 'ticket'),
}

describe.each(Object.entries(ways))('%s', (_, call) => {
  test.each([40029, 40078, 42003, 48002, 60020])(
    'is refused with errcode %i, whatever else an answer may lack',
    async (errcode) => {
      const { outcome, asked } = await outcomeOf(call, says({ errcode, errmsg: 'no' }))

      expect(outcome).toEqual({ error: expect.any(WecomFailure) })
      expect((outcome as { error: WecomFailure }).error.errcode).toBe(errcode)
      expect(asked).toHaveLength(1)
    },
  )

  test('tells nothing of what is no answer of WeCom’s', async () => {
    const { outcome } = await outcomeOf(call, saysText('<html>'))

    expect(outcome).toEqual({ error: expect.objectContaining({ kind: 'not_understood' }) })
  })
})

describe('a code of an app', () => {
  test('is asked once, by the newer path', async () => {
    const { outcome, asked } = await outcomeOf(ways.identify!, says({ ...ok, ...newer }))

    expect(outcome).toEqual({ value: member })
    expect(asked).toEqual([
      {
        method: 'GET',
        path: '/cgi-bin/service/auth/getuserinfo3rd',
        query: { suite_access_token: 'token', code: 'code' },
        body: null,
      },
    ])
  })

  test('is asked by the older path where the newer one isn’t there', async () => {
    const older = { CorpId: 'wp1', UserId: 'wo1', open_userid: 'wo1', user_ticket: 'T' }
    const { outcome, asked } = await outcomeOf(
      ways.identify!,
      saysText('not found', 404),
      says({ ...ok, ...older }),
    )

    expect(outcome).toEqual({ value: member })
    expect(asked[1]?.path).toBe('/cgi-bin/service/getuserinfo3rd')
  })

  test.each([
    [{ openid: 'o1' }, { openid: 'o1' }],
    [{ OpenId: 'o1', DeviceId: '' }, { openid: 'o1' }],
    [{ openid: 'o1', userid: '', corpid: '' }, { openid: 'o1' }],
    [{}, {}],
  ])('of somebody who is no member gives %j', async (said, person) => {
    const { outcome } = await outcomeOf(ways.identify!, says({ ...ok, ...said }))

    expect(outcome).toEqual({ value: { ...nobody, ...person } })
  })

  test('is not asked again after a time-out: WeCom may have used it up', async () => {
    const never: Answer = (_, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { outcome, asked } = await outcomeOf(ways.identify!, never)

    expect(outcome).toEqual({ error: expect.objectContaining({ code: 'wecom_timeout' }) })
    expect(asked).toHaveLength(1)
  })
})

test('a code of a customised app is asked with its company’s token', async () => {
  const said = { ...ok, openid: 'o1', external_userid: 'wm1' }
  const { outcome, asked } = await outcomeOf(ways.identifyInCorp!, says(said))

  expect(outcome).toEqual({ value: { ...nobody, openid: 'o1', externalUserid: 'wm1' } })
  expect(asked[0]).toMatchObject({
    path: '/cgi-bin/auth/getuserinfo',
    query: { access_token: 'token', code: 'code' },
  })
})

test('a code of WeCom’s console gives the kind of administrator', async () => {
  const said = {
    ...ok,
    usertype: 4,
    user_info: { userid: 'wo1', open_userid: 'wo2', name: 'wo1', avatar: '' },
    corp_info: { corpid: 'wp1' },
  }
  const { outcome, asked } = await outcomeOf(ways.identifyForProvider!, says(said))

  expect(outcome).toEqual({
    value: { ...nobody, corpid: 'wp1', userid: 'wo1', openUserid: 'wo2', userType: 4 },
  })
  expect(asked[0]).toMatchObject({
    method: 'POST',
    path: '/cgi-bin/service/get_login_info',
    body: { auth_code: 'code' },
  })
})

test.each([
  ['detail', '/cgi-bin/service/auth/getuserdetail3rd', { suite_access_token: 'token' }],
  ['detailInCorp', '/cgi-bin/auth/getuserdetail', { access_token: 'token' }],
])('%s asks for what the member agreed to show', async (name, path, query) => {
  const said = { ...ok, userid: 'wo1', name: 'wo1', gender: 0, avatar: '', qr_code: 'https://a' }
  const { outcome, asked } = await outcomeOf(ways[name]!, says(said))

  expect(outcome).toEqual({
    value: { name: 'wo1', gender: '0', avatar: null, qrCode: 'https://a' },
  })
  expect(asked).toEqual([{ method: 'POST', path, query, body: { user_ticket: 'ticket' } }])
})
