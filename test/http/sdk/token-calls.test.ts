/** The calls by which SDKs fetch tokens: an API key for the secret, a handle for the token. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { adminToken } from '../../scene'
import { createSdkStage, jsonBody, type SdkStage } from './sdk-stage'

let stage: SdkStage
beforeEach(async () => {
  stage = await createSdkStage()
})
afterEach(() => stage.scene.stop())

const gettoken = (key: string, corpid = stage.corpid) =>
  stage.ask(`/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${key}`)

describe('gettoken', () => {
  test('gives a handle in WeCom’s shape, which is no token of WeCom’s', async () => {
    const answer = await gettoken(await stage.key())

    expect(answer).toEqual({
      errcode: 0,
      errmsg: 'ok',
      access_token: expect.stringMatching(/^[A-Za-z0-9_-]{1,512}$/),
      expires_in: 7200,
    })
    expect(stage.scene.simulator.world.credentials.byValue.has(answer.access_token)).toBe(false)
  })

  test('takes its fields from a JSON body too, whatever its content type says', async () => {
    const body = jsonBody({ corpid: stage.corpid, corpsecret: await stage.key() })
    const answer = await stage.ask('/cgi-bin/gettoken', {
      ...body,
      headers: { ...body.headers, 'content-type': 'application/x-www-form-urlencoded' },
    })

    expect(answer.errcode).toBe(0)
  })

  test('an answer never outlives its key', async () => {
    const key = await stage.key({ expiresAt: stage.scene.clock.now() + 10 * minuteMs })

    expect((await gettoken(key)).expires_in).toBe(600)
  })
})

describe('an API key that gives nothing', () => {
  const refusals: [string, () => Promise<string> | string, number][] = [
    ['a text that is no key', () => 'the-old-secret', 40001],
    ['the admin token', () => adminToken, 40001],
    ['none', () => '', 40001],
    ['a revoked one', () => stage.key({ revokedAt: 1 }), 40001],
    ['one that has ended', () => stage.key({ expiresAt: 1 }), 40001],
    ['one without any scope for SDKs', () => stage.key({ scopes: ['read', 'metrics'] }), 48002],
    ['one for another company', () => stage.key({ corps: ['wpOther'] }), 48002],
  ]
  for (const [name, make, errcode] of refusals) {
    test(`${name}: ${errcode}, by HTTP 200`, async () => {
      const response = await stage.request(
        `/cgi-bin/gettoken?corpid=${stage.corpid}&corpsecret=${await make()}`,
      )

      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        errcode,
        errmsg: expect.stringMatching(/^suited: /),
      })
    })
  }

  test('a company that isn’t ours: 40084', async () => {
    expect((await gettoken(await stage.key(), 'wpNobody')).errcode).toBe(40084)
  })

  test('over the limit of the key: 45009, with the time to wait', async () => {
    const key = await stage.key({ perMinute: 1 })
    await gettoken(key)
    const response = await stage.request(
      `/cgi-bin/gettoken?corpid=${stage.corpid}&corpsecret=${key}`,
    )

    expect((await response.json()) as object).toMatchObject({ errcode: 45009 })
    expect(Number(response.headers.get('retry-after'))).toBeWithin(1, 61)
  })
})

describe('get_suite_token and get_corp_token', () => {
  test('a suite’s handle and a key in the permanent code’s place give a company’s handle', async () => {
    const key = await stage.key()
    const suite = await stage.suiteToken(key)
    const answer = await stage.post(`/cgi-bin/service/get_corp_token?suite_access_token=${suite}`, {
      auth_corpid: stage.corpid,
      permanent_code: key,
    })

    expect(answer).toMatchObject({ errcode: 0, expires_in: 7200 })
    const user = await stage.ask(`/cgi-bin/user/get?access_token=${answer.access_token}&userid=x`)
    expect(user.errcode).not.toBe(40014)
  })

  test('the old permanent code does too, with the rights of the suite’s handle', async () => {
    const suite = await stage.suiteToken(await stage.key())
    const path = `/cgi-bin/service/get_corp_token?suite_access_token=${suite}`
    const body = { auth_corpid: stage.corpid, permanent_code: 'the-old-code' }

    expect(await stage.post(path, body)).toMatchObject({ errcode: 0 })
  })

  test('a key for one company gives no handle of another', async () => {
    const suite = await stage.suiteToken(await stage.key({ corps: ['wpOther'] }))
    const answer = await stage.post(`/cgi-bin/service/get_corp_token?suite_access_token=${suite}`, {
      auth_corpid: stage.corpid,
      permanent_code: 'any',
    })

    expect(answer.errcode).toBe(48002)
  })

  test('a suite that isn’t ours: 40013', async () => {
    const body = { suite_id: 'wwOther', suite_secret: await stage.key(), suite_ticket: 'any' }

    expect((await stage.post('/cgi-bin/service/get_suite_token', body)).errcode).toBe(40013)
  })
})

test('without a ticket yet, a suite’s token: 40085', async () => {
  await stage.scene.stop()
  stage = await createSdkStage({}, false)
  const body = { suite_id: stage.suiteId, suite_secret: await stage.key(), suite_ticket: 'any' }

  expect(await stage.post('/cgi-bin/service/get_suite_token', body)).toMatchObject({
    errcode: 40085,
    errmsg: expect.stringContaining('suite_ticket'),
  })
})

test('guesses at keys from one address are slowed: 45009, with the time to wait', async () => {
  await stage.scene.stop()
  stage = await createSdkStage({ remoteAddressOf: () => '203.0.113.9' })
  const guess = () => stage.request(`/cgi-bin/gettoken?corpid=${stage.corpid}&corpsecret=guess`)
  for (let tried = 0; tried < 10; tried += 1) {
    expect(await (await guess()).json()).toMatchObject({ errcode: 40001 })
  }

  const slowed = await guess()

  expect(await slowed.json()).toMatchObject({ errcode: 45009 })
  expect(Number(slowed.headers.get('retry-after'))).toBeWithin(1, 11)
})

describe('the provider’s token', () => {
  const ask = async (rights: Parameters<SdkStage['key']>[0]) => {
    const { corpid } = stage.scene.simulator.world.provider
    const body = { corpid, provider_secret: await stage.key(rights) }
    return stage.post('/cgi-bin/service/get_provider_token', body)
  }

  beforeEach(async () => {
    await stage.scene.stop()
    stage = await createSdkStage()
    await stage.scene.stop()
    const { secret: providerSecret } = stage.scene.simulator.world.provider
    stage = await createSdkStage({ env: { WECOM_PROVIDER_SECRET: providerSecret } })
  })

  test('a key without limits gets a handle for it', async () => {
    expect(await ask({})).toEqual({
      errcode: 0,
      errmsg: 'ok',
      provider_access_token: expect.any(String),
      expires_in: 7200,
    })
  })

  for (const limit of [{ suites: ['default'] }, { corps: ['wpA'] }]) {
    test(`one with ${Object.keys(limit)}: 48002`, async () => {
      expect((await ask(limit)).errcode).toBe(48002)
    })
  }
})
