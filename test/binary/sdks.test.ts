/** SDKs from npm, unchanged but for their base URL and secret, through the listener for them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { CacheInterface, OpenWork, Work } from 'node-easywechat'
import type { Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop(afterAll)

let wecom: Wecom
let suited: Suited
let corpid: string
let sdkUrl: string
let key: string
let folder: string

/** What such programs have in Redis. */
class MemoryCache extends CacheInterface {
  readonly #entries = new Map<string, unknown>()

  override async get(id: string) {
    return this.#entries.get(id)
  }
  override async has(id: string) {
    return this.#entries.has(id)
  }
  override async set(id: string, data: unknown) {
    this.#entries.set(id, data)
    return true
  }
  override async delete(id: string) {
    return this.#entries.delete(id)
  }
}

const createKey = async (rights: object): Promise<string> => {
  const answer = await suited.ask('/api/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rights),
  })
  return answer.key
}

beforeAll(async () => {
  wecom = workshop.wecom()
  folder = await workshop.folder()
  suited = await workshop.serviceFor(wecom, folder, {
    WECOM_PROVIDER_SECRET: wecom.simulator.world.provider.secret,
    SUITED_SDK_HOST: '127.0.0.1',
    SUITED_SDK_PORT: '0',
    SUITED_LOG_LEVEL: 'debug',
  })
  sdkUrl = String(suited.logs().find((line) => line.sdkUrl !== undefined)?.sdkUrl)
  corpid = wecom.corpids[0]
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  key = await createKey({ name: 'an existing program', scopes: ['proxy', 'ticket'] })
})

const member = () => wecom.simulator.world.companies.get(corpid)!.members[0]!.userid
const ok = { errcode: 0, errmsg: 'ok' }

describe('node-easywechat', () => {
  const work = () => {
    const app = new Work({
      corp_id: corpid,
      secret: key,
      token: 'none',
      aes_key: 'none',
      http: { baseURL: sdkUrl },
    })
    app.setCache(new MemoryCache())
    return app
  }

  test('Work gets a token that isn’t WeCom’s, a member, a message and a file', async () => {
    const app = work()
    const token = await app.getAccessToken().getToken()
    expect(wecom.secrets()).not.toContain(token)

    const client = app.getClient()
    const user = (await client.get('cgi-bin/user/get', { params: { userid: member() } })).toObject()
    const sent = (
      await client.postJson('cgi-bin/message/send', {
        touser: member(),
        msgtype: 'text',
        agentid: 1000002,
        text: { content: 'Hello' },
      })
    ).toObject()
    const path = join(folder, 'picture.png')
    await Bun.write(path, 'not really a picture')
    const media = (
      await client
        .withFile(path, 'media')
        .post('cgi-bin/media/upload', { params: { type: 'file' } })
    ).toObject()

    expect([user.errcode, user.userid]).toEqual([0, member()])
    expect(sent).toMatchObject(ok)
    expect(media.media_id).toBeString()
  })

  test('OpenWork gets the suite’s, the provider’s and a company’s token, its grant and a member', async () => {
    const app = new OpenWork({
      corp_id: wecom.simulator.world.provider.corpid,
      provider_secret: key,
      suite_id: wecom.suiteId,
      suite_secret: key,
      token: 'none',
      aes_key: 'none',
      http: { baseURL: sdkUrl },
    })
    app.setCache(new MemoryCache())
    await app.getSuiteTicket().setTicket('any')

    const grant = await app.getAuthorization(corpid, key)
    const client = await app.getAuthorizerClient(corpid, key)
    const user = (await client.get('cgi-bin/user/get', { params: { userid: member() } })).toObject()
    const tokens = [
      await app.getSuiteAccessToken().getToken(),
      await app.getProviderAccessToken().getToken(),
      await (await app.getAuthorizerAccessToken(corpid, key)).getToken(),
    ]

    expect(grant.getCorpId()).toBe(corpid)
    expect([user.errcode, user.userid]).toEqual([0, member()])
    expect(wecom.secrets().filter((secret) => tokens.includes(secret))).toEqual([])
  })

  test('goes on when WeCom’s token dies meanwhile', async () => {
    const client = work().getClient()
    const get = async (): Promise<unknown> =>
      (await client.get('cgi-bin/user/get', { params: { userid: member() } })).toObject().errcode
    expect(await get()).toBe(0)
    wecom.simulator.killTokens({ kind: 'access_token' })

    expect(await get()).toBe(0)
  })
})

test('neither keys nor handles stand in the log, and the listener is told at the start and in the status', async () => {
  const { access_token: handle } = (await (
    await fetch(`${sdkUrl}/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${key}`)
  ).json()) as { access_token: string }
  await fetch(`${sdkUrl}/cgi-bin/user/get?access_token=${handle}&userid=${member()}`)
  await fetch(`${sdkUrl}/cgi-bin/nothing?access_token=${key}`)

  expect(suited.process.stderr).not.toContain(key)
  expect(suited.process.stderr).not.toContain(handle)
  expect((await suited.ask('/api/status')).sdkUrl).toBe(sdkUrl)
})
