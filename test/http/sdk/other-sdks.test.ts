/**
 * Requests as WxJava, EasyWeChat, PowerWeChat and go-workwx send them, and what they do on
 * errcodes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { type OtherSdk, otherSdks } from './other-sdks'
import { createSdkStage, jsonBody, type SdkStage } from './sdk-stage'

let stage: SdkStage
let key: string
beforeEach(async () => {
  stage = await createSdkStage()
  stage.answer('/cgi-bin/message/send', () => Response.json({ errcode: 0, errmsg: 'ok' }))
  key = await stage.key()
})
afterEach(() => stage.scene.stop())

const fetchToken = async (sdk: OtherSdk) => {
  const { path, init } = sdk.token(stage.corpid, key)
  return stage.ask(path, init)
}

/** Sends a message as the SDK does: on some errcodes once more, with a token fetched anew. */
const send = async (sdk: OtherSdk, token: string) => {
  const { path, init } = sdk.send(token)
  const { errcode } = await stage.ask(path, init)
  if (!sdk.refreshesOn.includes(errcode)) return [errcode]
  const fresh = await fetchToken(sdk)
  if (fresh.errcode !== 0) return [errcode, fresh.errcode]
  const again = sdk.send(fresh.access_token)
  return [errcode, (await stage.ask(again.path, again.init)).errcode]
}

const revoke = async () => {
  await stage.scene.store.changeKey(key.split('_')[2]!, (one) => one && { ...one, revokedAt: 1 })
  await stage.scene.clock.advance(minuteMs)
}

describe.each(otherSdks.map((sdk) => [sdk.name, sdk] as const))('%s', (_, sdk) => {
  const refreshes = (errcode: number) => sdk.refreshesOn.includes(errcode)

  test('fetches a token and sends a message, unchanged', async () => {
    const { access_token, expires_in } = await fetchToken(sdk)

    expect(expires_in).toBe(7200)
    expect(await send(sdk, access_token)).toEqual([0])
  })

  test('goes on after 42001 and 40014 by a new token, where it acts on them at all', async () => {
    const { access_token } = await fetchToken(sdk)
    await stage.scene.simulator.pusher.pushTicket(stage.suiteId)
    await stage.scene.clock.stride(2 * hourMs)
    await stage.scene.simulator.pusher.pushTicket(stage.suiteId)

    expect(await send(sdk, access_token)).toEqual(refreshes(42001) ? [42001, 0] : [42001])
    expect(await send(sdk, 'of-another-cache')).toEqual(refreshes(40014) ? [40014, 0] : [40014])
  })

  test('with a revoked key ends with 40001, and tries no more than once', async () => {
    const { access_token } = await fetchToken(sdk)
    await revoke()

    expect(await send(sdk, access_token)).toEqual(refreshes(40014) ? [40014, 40001] : [40014])
    expect((await fetchToken(sdk)).errcode).toBe(40001)
  })
})

describe('WxJava, WxCpTpService', () => {
  /**
   * Its bodies are texts without a type, and the suite's token comes behind all else in the query.
   */
  const post = (path: string, body: unknown) => {
    const init = jsonBody(body)
    const headers = { ...(init.headers as object), 'content-type': 'text/plain; charset=UTF-8' }
    return stage.ask(path, { ...init, headers })
  }

  test('fetches the suite’s token, then a company’s, and calls with both in the query', async () => {
    const suite = await post('/cgi-bin/service/get_suite_token', {
      suite_id: stage.suiteId,
      suite_secret: key,
      suite_ticket: 'the-last-that-it-saw',
    })
    const inQuery = `suite_access_token=${suite.suite_access_token}`
    const corp = await post(`/cgi-bin/service/get_corp_token?${inQuery}`, {
      auth_corpid: stage.corpid,
      permanent_code: key,
    })
    const both = `access_token=${corp.access_token}&${inQuery}`
    const sent = await post(`/cgi-bin/message/send?${both}`, { touser: 'lihua' })
    const info = await post(`/cgi-bin/service/get_auth_info?${inQuery}`, {
      auth_corpid: stage.corpid,
      permanent_code: key,
    })

    expect([suite.errcode, corp.errcode, sent.errcode]).toEqual([0, 0, 0])
    expect(info.auth_corp_info.corpid).toBe(stage.corpid)
  })
})
