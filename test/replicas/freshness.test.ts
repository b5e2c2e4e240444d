/** What one replica does, known to another one: two processes of the binary on one database. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/clock'
import { killTokens } from '../../src/simulator/world/tokens'
import { openPostgresStore } from '../../src/store/postgres/postgres-store'
import type { Store } from '../../src/store/store'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { sealEnvelope } from '../../src/wecom/callback/envelope'
import { adminToken, type Suited } from '../binary/suited'
import { until } from '../binary/until'
import type { Wecom } from '../binary/wecom'
import { useWorkshop } from '../binary/workshop'
import { freshBytes } from '../fresh-bytes'
import { describeWithTool } from '../optional-tool'
import { newDatabase } from '../postgres/database'
import { openTestPool } from '../postgres/pool'
import { findPostgres } from '../postgres/server'
import { createRecordingLog } from '../store/recording-log'
import { keyNamed, sealedWith } from '../store/sealed-with'

const encodingAesKey = 'K'.repeat(43)

const sending = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Whatever a replica has at hand follows within this. */
const promisedMs = 2000

describeWithTool('PostgreSQL', findPostgres, 'of two replicas, one', () => {
  const workshop = useWorkshop(afterAll)
  let wecom: Wecom
  let one: Suited
  let other: Suited
  let corpid: string
  /** What a third replica would write with. */
  let store: Store
  let tokenPath: string

  beforeAll(async () => {
    wecom = workshop.wecom()
    ;[corpid] = wecom.corpids
    tokenPath = `/api/corps/${corpid}/access-token`
    const url = await newDatabase()
    const settings = {
      ...wecom.settings,
      SUITED_STORE: url,
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    one = await workshop.serve(settings)
    other = await workshop.serve(settings)
    wecom.pushTo(one)
    await wecom.giveTicket(one)
    await wecom.install(one, corpid)
    await until('a signature', async () => (await other.sign(corpid)).ok)
    store = openPostgresStore({
      database: openTestPool(url),
      clock: null,
      sealing: sealedWith('7'),
      owner: 'test',
      log: createRecordingLog(),
      freshBytes,
    })
  }, 90_000)
  afterAll(() => store.close())

  const knownInTime = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    const began = performance.now()
    await until(what, look)
    expect({ what, inTime: performance.now() - began < promisedMs }).toEqual({ what, inTime: true })
  }

  const askedFor = (path: string) => wecom.simulator.calls.count({ path: `/cgi-bin/${path}` })

  describe('knows within two seconds what the other one did:', () => {
    test('a key is revoked', async () => {
      const { key, id } = await one.ask(
        '/api/keys',
        sending('POST', { name: 'crm', scopes: ['read'] }),
      )
      const headers = { authorization: `Bearer ${key}` }
      const statusOfUse = async () => (await fetch(`${other.url}/api/corps`, { headers })).status
      expect(await statusOfUse()).toBe(200)
      const asAdmin = { authorization: `Bearer ${adminToken}` }
      await fetch(`${one.url}/api/keys/${id}`, { method: 'DELETE', headers: asAdmin })
      await knownInTime('a refusal', async () => (await statusOfUse()) === 401)
    })

    test('a company has another callback pair', async () => {
      const check = async (token: string): Promise<boolean> => {
        const { ciphertext, query } = sealEnvelope('4280377895', {
          pair: { token, aesKey: parseEncodingAesKey(encodingAesKey)! },
          receiveId: corpid,
          timestamp: String(Math.floor(systemClock.now() / 1000)),
          nonce: '1597212914',
          random16: Buffer.from('0123456789abcdef'),
        })
        const { msgSignature, timestamp, nonce } = query
        const signed = { msg_signature: msgSignature, timestamp, nonce, echostr: ciphertext }
        const path = `/suites/default/corps/${corpid}/callback`
        return (await fetch(`${other.url}${path}?${new URLSearchParams(signed)}`)).ok
      }
      for (const token of ['TheFirstToken', 'TheSecondToken']) {
        const callbackPair = { token, encodingAesKey }
        await store.changeCorp(wecom.suiteId, corpid, (corp) => corp && { ...corp, callbackPair })
        await knownInTime(token, () => check(token))
      }
    })

    test('a token is reported dead, and replaced by one call', async () => {
      const { accessToken: dead } = await other.ask(tokenPath)
      killTokens(wecom.simulator.world, { kind: 'access_token' })
      const before = askedFor('service/get_corp_token')
      const { accessToken: next } = await one.ask(tokenPath, sending('POST', { dead }))
      expect(next).not.toBe(dead)
      await knownInTime(
        'its successor',
        async () => (await other.ask(tokenPath)).accessToken === next,
      )
      expect(askedFor('service/get_corp_token') - before).toBe(1)
    })

    test('an endpoint is there', async () => {
      const url = 'https://crm.example.com/hook'
      await one.ask('/api/endpoints', sending('POST', { name: 'crm', url }))
      await knownInTime('the endpoint', async () => {
        const { items } = await other.ask('/api/endpoints')
        return items.some(({ name }: { name: string }) => name === 'crm')
      })
    })

    test('a company left, and is back', async () => {
      const [, second] = wecom.corpids
      const { pusher } = wecom.simulator
      await wecom.install(one, second)
      expect((await other.sign(second)).status).toBe(200)
      // WeCom's times are whole seconds.
      await Bun.sleep(1000)
      await pusher.uninstall(wecom.suiteId, second)
      await knownInTime('that it left', async () => (await other.sign(second)).status === 404)
      await Bun.sleep(1000)
      await pusher.install(wecom.suiteId, second)
      await knownInTime('that it is back', async () => (await other.sign(second)).ok)
    })

    test('a ticket came, for which it waits', async () => {
      const { faults, pusher, world } = wecom.simulator
      const { accessToken: dead } = await other.ask(tokenPath)
      killTokens(world)
      const { id } = faults.add({ path: '/cgi-bin/service/get_suite_token', errcode: 40085 })
      const answer = await other.ask(tokenPath, sending('POST', { dead }))
      expect(answer.code).toBe('wecom_error')
      faults.remove(id)
      await Bun.sleep(1000)
      await pusher.pushTicket(wecom.suiteId)
      await knownInTime('a token', async () => {
        const { accessToken = dead } = await other.ask(tokenPath)
        return accessToken !== dead
      })
    })
  })

  test('asks WeCom for a token that both need, once for all', async () => {
    const third = wecom.corpids[2]!
    await wecom.install(one, third)
    const [before, ticketsBefore] = [
      askedFor('service/get_corp_token'),
      askedFor('get_jsapi_ticket'),
    ]
    const signing = Array.from({ length: 100 }, (_, n) => (n % 2 ? one : other).sign(third))
    for (const { status } of await Promise.all(signing)) expect(status).toBe(200)
    expect(askedFor('service/get_corp_token') - before).toBeLessThanOrEqual(1)
    expect(askedFor('get_jsapi_ticket') - ticketsBefore).toBe(1)
  })
})
