import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { catalogueTypes } from '../../src/simulator/catalogue/catalogue'
import { providerEventTypes } from '../../src/simulator/catalogue/provider-events'
import { pushRequest } from '../../src/simulator/push/sealing'
import { type SeveralSuites, startSeveralSuites } from './several-suites'
import { adminToken } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()
/** All cases share one service: each has companies and kinds of tokens of its own. */
const site = useWorkshop(afterAll)

let stage: SeveralSuites
let systemUrl: string

beforeAll(async () => {
  stage = await startSeveralSuites(site)
  systemUrl = `${stage.suited.url}/callback/system`
})

describe('the system-event URL', () => {
  test('takes the provider’s own pair, and then that alone', async () => {
    const { pusher } = stage.wecom.simulator
    expect(await pusher.saveSystemUrl(systemUrl)).toMatchObject({ ok: true })
    for (const { suiteId } of Object.values(stage.suites)) {
      const check = await pusher.checkUrl(suiteId, systemUrl)
      expect(JSON.parse(check.body!)).toMatchObject({ status: 403, code: 'bad_signature' })
    }
  })

  test('takes the pair of any suite where the provider has none of its own', async () => {
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder())
    const { pusher, world } = wecom.simulator
    const { token, encodingAesKey } = wecom.suite
    const own = `${suited.url}/callback/system`
    expect(await pusher.saveSystemUrl(own)).toMatchObject({ ok: false, status: 403 })
    Object.assign(world.provider, { systemToken: token, systemEncodingAesKey: encodingAesKey })
    expect(await pusher.saveSystemUrl(own)).toMatchObject({ ok: true })
    expect(await pusher.pushEvent('register_corp')).toMatchObject({ ok: true, body: 'success' })
  })

  test('keeps everything that WeCom tells the provider, its secrets masked', async () => {
    const { pusher } = stage.wecom.simulator
    const [, , corpid] = stage.wecom.corpids
    await pusher.saveSystemUrl(systemUrl)
    for (const type of providerEventTypes) {
      expect(catalogueTypes).toContain(type)
      expect(await pusher.pushEvent(type, { corpid })).toMatchObject({ ok: true, body: 'success' })
    }
    const { items } = await stage.suited.ask(`/api/events?corpid=${corpid}`)
    const told = items.map(({ type }: { type: string }) => type)
    expect(told.toSorted()).toEqual(providerEventTypes.toSorted())
    for (const event of items) {
      expect(event).toMatchObject({ source: 'system', suiteId: null, status: 'done' })
    }
    const payloadOf = (type: string) =>
      items.find((event: { type: string }) => event.type === type).payload
    expect(payloadOf('register_corp')).toMatchObject({
      RegisterCode: '***',
      ContactSync: { AccessToken: '***', ExpiresIn: '1800' },
      State: 'channel1',
    })
    expect(payloadOf('enter_register_package').RegisterCode).toBe('***')
    expect(payloadOf('license_pay_success').OrderId).toStartWith('OI')
    expect(payloadOf('auto_activate').AccountList).toMatchObject({ Type: '1' })
    expect(stage.suited.process.stderr).not.toMatch(/register-\d|sync-\d/)
  })

  test('refuses what is told to another provider, and names both ids in the log', async () => {
    const { world } = stage.wecom.simulator
    const { corpid } = world.provider
    const { url, init } = pushRequest(world, systemUrl, {
      sealer: 'system',
      message:
        '<xml><ServiceCorpId>wwOtherProvider</ServiceCorpId><InfoType>register_corp</InfoType></xml>',
      receiveId: corpid,
      toUserName: corpid,
      agentId: '',
    })
    const refused = await (await fetch(url, init)).json()
    expect(refused).toMatchObject({ status: 403, code: 'wrong_receiver' })
    const line = await until(
      'a line that tells why',
      () => stage.suited.logs().find(({ reason }) => reason === 'wrong_receiver') ?? null,
    )
    expect(line).toMatchObject({ came: 'wwOtherProvider', expected: [corpid] })
  })
})

test('a licence that is paid stands in the timeline of the company, whichever app is looked at', async () => {
  const { pusher } = stage.wecom.simulator
  const [corpid, other] = stage.wecom.corpids
  await stage.install('crm', corpid)
  await stage.install('shop', corpid)
  await stage.install('crm', other)
  await pusher.saveSystemUrl(systemUrl)
  await pusher.pushEvent('license_pay_success', { corpid })
  const historyOf = async (of: string, key: string): Promise<string[]> => {
    const { items } = await stage.suited.ask(`/api/corps/${of}/timeline?suite=${key}`)
    return items.map(({ type }: { type: string }) => type)
  }
  expect(await historyOf(corpid, 'crm')).toContain('license_pay_success')
  expect(await historyOf(corpid, 'shop')).toContain('license_pay_success')
  expect(await historyOf(other, 'crm')).not.toContain('license_pay_success')
  const { license } = await stage.suited.ask(`/api/corps/${corpid}?suite=crm`)
  expect(license.status).toBe(1)
  expect(license.trialEndsAt).toBeGreaterThan(license.checkedAt)
})

describe('tokens over HTTP', () => {
  const ask = async (path: string, dead?: string) => {
    const authorization = `Bearer ${adminToken}`
    const init = { headers: { authorization, 'content-type': 'application/json' } }
    const answer = await fetch(
      `${stage.suited.url}${path}`,
      dead === undefined ? init : { ...init, method: 'POST', body: JSON.stringify({ dead }) },
    )
    const told = (await answer.json()) as { accessToken: string; expiresAt: number }
    return { status: answer.status, cache: answer.headers.get('cache-control'), ...told }
  }

  const credentialOf = (value: string) => {
    const credential = stage.wecom.simulator.world.credentials.byValue.get(value)
    return credential && { kind: credential.kind, suiteId: credential.suiteId }
  }

  test('of a suite: its own, by key and by id; dead, it is replaced once for all who report it', async () => {
    const { simulator } = stage.wecom
    for (const [key, { suiteId }] of Object.entries(stage.suites)) {
      const path = `/api/suites/${key}/access-token`
      const before = await ask(path)
      expect(before).toMatchObject({ status: 200, cache: 'no-store' })
      expect(before.expiresAt).toBeGreaterThan(Date.now())
      expect(credentialOf(before.accessToken)).toEqual({ kind: 'suite_access_token', suiteId })
      expect(await ask(`/api/suites/${suiteId}/access-token`)).toEqual(before)

      simulator.killTokens({ suiteId, kind: 'suite_access_token' })
      simulator.calls.clear()
      const reports = await Promise.all(
        Array.from({ length: 20 }, () => ask(path, before.accessToken)),
      )
      const [replacement = '', ...others] = new Set(reports.map(({ accessToken }) => accessToken))
      expect(others).toEqual([])
      expect(replacement).not.toBe(before.accessToken)
      expect(credentialOf(replacement)).toEqual({ kind: 'suite_access_token', suiteId })
      expect(simulator.calls.list().map((call) => call.suiteId)).toEqual([suiteId])
    }
  })

  test('of the provider: likewise', async () => {
    const { simulator } = stage.wecom
    const path = '/api/provider/access-token'
    const before = await ask(path)
    expect(before).toMatchObject({ status: 200, cache: 'no-store' })
    expect(credentialOf(before.accessToken)?.kind).toBe('provider_access_token')
    simulator.killTokens({ kind: 'provider_access_token' })
    simulator.calls.clear()
    const reports = await Promise.all(
      Array.from({ length: 20 }, () => ask(path, before.accessToken)),
    )
    expect(new Set(reports.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(reports[0]!.accessToken).not.toBe(before.accessToken)
    expect(simulator.calls.count()).toBe(1)
  })

  test('of an unknown suite, or without what it takes, are refused', async () => {
    expect(await ask('/api/suites/none/access-token')).toMatchObject({ code: 'suite_not_found' })
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder())
    for (const [path, code] of [
      ['/api/provider/access-token', 'suite_not_configured'],
      ['/api/suites/default/access-token', 'suite_ticket_missing'],
    ] as const) {
      expect(await suited.ask(path)).toMatchObject({ status: 503, code })
    }
    const answer = await fetch(`${suited.url}/api/provider/access-token`)
    expect(answer.status).toBe(401)
  })
})
