import { afterAll, beforeAll, expect, test } from 'bun:test'
import { settingsIn } from './printed-settings'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import { authorised } from './wecom'
import { useWorkshop } from './workshop'

/** One pair of both sides; each case has companies of its own and ends its faults. */
const workshop = useWorkshop(afterAll)

const ticketPath = '/cgi-bin/get_jsapi_ticket'

interface Seen {
  readonly path: string
  readonly errcode: number | null
}

let suited: Suited
let simulatorUrl: string

/** A request to the simulator's own API. */
const tell = async <T = unknown>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await fetch(`${simulatorUrl}/simulator${path}`, {
    method,
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return (await answer.json()) as T
}

const callsTo = async (path: string, corpid: string): Promise<(number | null)[]> => {
  const query = new URLSearchParams({ path, corpid })
  const { items } = await tell<{ items: Seen[] }>('GET', `/calls?${query}`)
  return items.map(({ errcode }) => errcode)
}

/** One more company, which has the app. */
const newCompany = async (): Promise<string> => {
  const { corpid } = await tell<{ corpid: string }>('POST', '/companies', {})
  await tell('POST', '/install', { corpid })
  await until('an authorisation', () => authorised(suited, corpid))
  await until('an end of the work', async () => {
    return (await suited.ask('/api/status')).events.pending === 0
  })
  return corpid
}

beforeAll(async () => {
  const box = await workshop.start(['simulate', '--port', '0', '--domains', 'app.example.com'])
  await until('its companies', () => box.stdout.includes('Companies:'))
  const printed = settingsIn(box.stdout)
  simulatorUrl = printed.WECOM_API_URL!
  suited = await workshop.serve({
    ...printed,
    SUITED_HOST: '127.0.0.1',
    SUITED_PORT: '0',
    SUITED_ADMIN_TOKEN: adminToken,
  })
  await tell('PUT', '/urls', {
    commandUrl: `${suited.url}/callback/command`,
    dataUrl: `${suited.url}/callback/data/$CORPID$`,
  })
  await tell('POST', '/ticket', {})
  await until('a suite_access_token', async () => {
    return (await suited.ask('/api/status')).suites[0].accessTokenExpiresAt
  })
})

test('what fails once, in whatever way, is made again: the page gets its signature', async () => {
  const delayMs = 400
  const faults = [
    { errcode: -1 },
    { errcode: 45033 },
    { status: 503 },
    { reset: true },
    { reset: true, afterEffect: true },
    { garbage: 'html' },
    { garbage: 'truncated' },
    { garbage: 'empty' },
    { garbage: 'not_json' },
    { garbage: 'huge' },
    { hang: true },
    { delayMs },
  ]
  const outcomes = await Promise.all(
    faults.map(async (fault) => {
      const corpid = await newCompany()
      await tell('POST', '/faults', { path: ticketPath, corpid, times: 1, ...fault })
      const began = performance.now()
      const { status } = await suited.sign(corpid)
      const ms = performance.now() - began
      return { fault, status, ms, calls: await callsTo(ticketPath, corpid) }
    }),
  )
  for (const { fault, status, ms, calls } of outcomes) {
    expect([fault, status]).toEqual([fault, 200])
    expect(calls.at(-1)).toBe(0)
    expect([fault, calls.length]).toEqual([fault, fault.delayMs ? 1 : 2])
    if (fault.delayMs) expect(ms).toBeGreaterThanOrEqual(delayMs)
    if (fault.errcode) expect(calls[0]).toBe(fault.errcode)
  }
  expect(await tell('GET', '/faults')).toEqual({ items: [] })
})

test('what goes on failing is told as it is, costs three tries at most, and ends with the fault', async () => {
  const cases = [
    [{ errcode: 6000 }, { code: 'wecom_error', errcode: 6000 }, 3],
    // Connections that were used before and break are replaced by Bun itself, uncounted.
    [{ reset: true }, { code: 'wecom_error', status: 502 }, null],
    [{ garbage: 'html', status: 502 }, { code: 'wecom_error', status: 502 }, 3],
  ] as const
  await Promise.all(
    cases.map(async ([fault, answer, tries]) => {
      const corpid = await newCompany()
      const added = await tell<{ id: number }>('POST', '/faults', {
        path: ticketPath,
        corpid,
        ...fault,
      })
      expect(await (await suited.sign(corpid)).json()).toMatchObject(answer)
      const calls = await callsTo(ticketPath, corpid)
      expect([fault, calls.length]).toEqual([fault, tries ?? calls.length])
      expect(await tell('DELETE', `/faults/${added.id}`)).toEqual({ ok: true })
    }),
  )
  const corpid = await newCompany()
  await tell('POST', '/faults', { path: ticketPath, corpid, errcode: -1 })
  expect((await suited.sign(corpid)).status).toBe(502)
  await tell('DELETE', '/faults')
  await until('an end of the trouble', async () => (await suited.sign(corpid)).ok)
})

test('what WeCom refuses for good is not asked again for every page', async () => {
  const corpid = await newCompany()
  await tell('POST', '/faults', { path: ticketPath, corpid, errcode: 48002 })
  for (let i = 0; i < 20; i++) {
    expect(await (await suited.sign(corpid)).json()).toMatchObject({ errcode: 48002 })
  }
  expect(await callsTo(ticketPath, corpid)).toEqual([48002])
  await tell('DELETE', '/faults')
})

test('tokens that die before their time are replaced, once each', async () => {
  const tokenPath = '/cgi-bin/service/get_corp_token'
  for (const as of ['invalid', 'expired']) {
    const corpid = await newCompany()
    await tell('POST', '/kill-tokens', { corpid, kind: 'access_token', as })
    await tell('DELETE', '/calls')
    expect((await suited.sign(corpid)).status).toBe(200)
    expect(await callsTo(ticketPath, corpid)).toEqual([as === 'invalid' ? 40014 : 42001, 0])
    expect(await callsTo(tokenPath, corpid)).toEqual([0])
  }
  await tell('POST', '/kill-tokens', { kind: 'suite_access_token' })
  await tell('DELETE', '/calls')
  const corpid = await newCompany()
  expect((await suited.sign(corpid)).status).toBe(200)
  const query = new URLSearchParams({ path: '/cgi-bin/service/get_suite_token' })
  expect(await tell('GET', `/calls?${query}`)).toMatchObject({ count: 1 })
})
