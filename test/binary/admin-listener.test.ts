import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { adminToken, listening, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop, type Workshop } from './workshop'

const workshop = useWorkshop()
/** One service for all cases: they only look at it, but for one that takes one of its own. */
const site = useWorkshop(afterAll)

let wecom: Wecom
let suited: Suited
let adminUrl: string

const startIn = async (place: Workshop) => {
  const wecom = place.wecom()
  const separate = { SUITED_ADMIN_HOST: '127.0.0.1', SUITED_ADMIN_PORT: '0' }
  const suited = await place.serviceFor(wecom, await place.folder(), separate)
  const started = suited.logs().find((line) => line.adminUrl !== undefined)
  return { wecom, suited, adminUrl: String(started?.adminUrl) }
}

beforeAll(async () => {
  ;({ wecom, suited, adminUrl } = await startIn(site))
})

const headers = { authorization: `Bearer ${adminToken}` }
const statusOf = async (url: string) => (await fetch(url, { headers })).status

const forOperators = [
  '/api/status',
  '/api/setup',
  '/api/corps',
  '/api/events',
  '/swagger',
  '/swagger/json',
  '/swagger/swagger-ui-bundle.js',
]

const signing = '/sign?corpid=none&url=https://app.example.com/'

const forTheWorld = [
  '/callback/command',
  '/callback/data/$CORPID$',
  '/callback/system',
  '/orderUrl',
]

describe('with a listener of the operators’ own', () => {
  test('it is there and nowhere else that they are served', async () => {
    expect(adminUrl).not.toBe(suited.url)
    for (const path of forOperators) {
      expect([path, await statusOf(adminUrl + path)]).toEqual([path, 200])
      expect([path, await statusOf(suited.url + path)]).toEqual([path, 404])
    }
    expect((await fetch(`${adminUrl}/api/status`)).status).toBe(401)
  })

  test('signatures are made on both, for pages there and for programs here', async () => {
    for (const url of [suited.url, adminUrl]) {
      const answer = await fetch(url + signing)
      expect(await answer.json()).toMatchObject({ code: 'corp_not_authorized' })
    }
  })

  test('WeCom is served on the other one alone', async () => {
    for (const path of forTheWorld) {
      const answer = await fetch(suited.url + path)
      expect([path, answer.headers.get('content-type')]).toEqual([path, 'application/problem+json'])
      const { code } = (await answer.json()) as { code: string }
      expect(['invalid_request', 'corp_not_authorized']).toContain(code)
      expect([path, await statusOf(adminUrl + path)]).toEqual([path, 404])
    }
  })

  test('both tell whether the service is ready; what it waits for, the operators’ alone without a key', async () => {
    for (const url of [suited.url, adminUrl]) {
      expect(await statusOf(`${url}/healthz`)).toBe(200)
      expect(await statusOf(`${url}/readyz`)).toBe(200)
    }
    expect(await (await fetch(`${suited.url}/readyz`)).json()).toEqual({ status: 'ready' })
    expect(await (await fetch(`${adminUrl}/readyz`)).json()).toMatchObject({
      waiting: [{ code: 'suite_ticket' }],
    })
  })

  test('the world’s looks at no admin token: right or wrong, readiness says the same', async () => {
    const told = new Set<string>()
    for (const token of [adminToken, ...Array.from({ length: 20 }, (_, at) => `guess-${at}`)]) {
      const authorization = { authorization: `Bearer ${token}` }
      for (const path of ['/readyz', '/readyz?for=signing', '/readyz?for=other', '/healthz']) {
        const answer = await fetch(suited.url + path, { headers: authorization })
        told.add(`${path} ${answer.status} ${await answer.text()}`)
      }
    }
    expect(told.size).toBe(4)
    expect(suited.logs().filter(({ message }) => message.includes('wrong admin tokens'))).toEqual(
      [],
    )
    expect(await statusOf(`${adminUrl}/api/status`)).toBe(200)
  })

  test('a browser at / is led to Swagger UI on the operators’ alone', async () => {
    const browser = { headers: { accept: 'text/html' }, redirect: 'manual' as const }
    const led = await fetch(`${adminUrl}/`, browser)
    expect([led.status, led.headers.get('location')]).toEqual([302, './swagger/'])
    const told = await fetch(`${suited.url}/`, browser)
    expect([told.status, told.headers.get('location')]).toEqual([404, null])
    expect(await told.json()).toMatchObject({ detail: expect.stringContaining('This is suited') })
  })

  test('the whole way works over both, and urls asks the operators’ one by itself', async () => {
    const { wecom, suited, adminUrl } = await startIn(workshop)
    const [corpid] = wecom.corpids
    const operators: Suited = {
      ...suited,
      ask: async (path) => (await fetch(adminUrl + path, { headers })).json(),
    }
    await wecom.giveTicket(operators)
    await wecom.install(operators, corpid)
    expect((await suited.sign(corpid)).status).toBe(200)

    const env = {
      ...wecom.settings,
      SUITED_ADMIN_HOST: '127.0.0.1',
      SUITED_ADMIN_PORT: new URL(adminUrl).port,
      SUITED_PUBLIC_URL: 'https://gw.example.com',
    }
    const { stdout } = await workshop.run(['urls'], { env })
    expect(stdout).toMatch(/^ {2}✓ 指令回调URL/m)
  })
})

test('an operators’ port that is taken exits 69 and names it', async () => {
  const { port } = new URL(adminUrl)
  const env = {
    ...wecom.settings,
    SUITED_ADMIN_HOST: '127.0.0.1',
    SUITED_ADMIN_PORT: port,
    SUITED_DATA_DIR: await workshop.folder(),
  }
  const second = await workshop.run(['serve'], { env })
  expect(second.exitCode).toBe(69)
  expect(second.stderr).toContain(port)
  const free = { ...env, SUITED_ADMIN_PORT: '0' }
  await listening(await workshop.start(['serve'], { env: free }))
})
