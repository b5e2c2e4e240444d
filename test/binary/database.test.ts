/** The binary on a database: two replicas of one service, and what they do while it is away. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { openTestPool } from '../postgres/pool'
import { findPostgres, type PostgresServer, startPostgres } from '../postgres/server'
import { adminToken, listening, logLines, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

/** In full it is away for longer than companies are remembered. */
const awayMs = process.env.SUITED_LONG_TESTS === '1' ? 65_000 : 3000

const SUITED_ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64')

describeWithTool('PostgreSQL', findPostgres, 'replicas on a database', () => {
  const workshop = useWorkshop(afterAll)
  let server: PostgresServer
  let store: string
  let wecom: Wecom
  let replicas: readonly [Suited, Suited]
  let corpid: string
  /** The exit code of one that was stopped while it waited. */
  let endedBefore: number
  /** What one of them answered before its server was there. */
  const answeredBefore: [path: string, status: number, text: string][] = []

  const starting = () =>
    workshop.start(['serve'], {
      env: { ...wecom.settings, SUITED_STORE: store, SUITED_ENCRYPTION_KEY },
    })
  const startOn = (SUITED_STORE: string, more: Record<string, string> = {}) =>
    workshop.run(['serve'], {
      env: { ...wecom.settings, SUITED_STORE, SUITED_ENCRYPTION_KEY, ...more },
    })

  /** They are started before their server. */
  beforeAll(async () => {
    server = await startPostgres(findPostgres() ?? '', { durable: true })
    await server.stop('fast')
    store = server.urlOf('postgres')
    wecom = workshop.wecom()
    ;[corpid] = wecom.corpids
    const begun = [await starting(), await starting(), await starting()] as const
    for (const waiting of begun) {
      await until('a word', () => waiting.stderr.includes('the database is not there yet'))
    }
    const [one, two, third] = begun
    const { url } = logLines(one.stderr)[0]!
    const headers = { authorization: `Bearer ${adminToken}` }
    for (const path of ['/healthz', '/readyz', '/callback/command', '/sign', '/api/status']) {
      const shown = path === '/api/status' ? headers : {}
      const answer = await fetch(`${url}${path}`, { headers: shown })
      answeredBefore.push([path, answer.status, await answer.text()])
    }
    third.signal('SIGTERM')
    endedBefore = await third.exited
    await server.start()
    replicas = [await listening(one), await listening(two)]
    wecom.pushTo(replicas[0])
    await wecom.giveTicket(replicas[0])
    await wecom.install(replicas[0], corpid)
  }, 90_000)
  afterAll(() => server.remove())

  test('wait for their server and serve once that is there, unless they are stopped before', () => {
    expect(endedBefore).toBe(0)
    for (const { process, logs } of replicas) {
      const words = logs().map(({ message }) => message)
      expect(words.slice(0, 2)).toEqual([
        'the database is not there yet: waiting for it',
        'the database is there',
      ])
      const line = logs().find(({ message }) => message === 'suited is listening')
      expect(line?.replica).toMatch(/^[0-9a-f-]{36}$/)
      expect(process.stderr).not.toContain('postgres://')
    }
  })

  test('answer 503 before it is there, and tell operators alone what they wait for', () => {
    const nothing = expect.not.stringContaining('127.0.0.1')
    expect(answeredBefore).toEqual([
      ['/healthz', 200, expect.stringContaining('alive')],
      ['/readyz', 503, nothing],
      ['/callback/command', 503, nothing],
      ['/sign', 503, nothing],
      ['/api/status', 503, expect.stringContaining('/postgres is not there yet')],
    ])
  })

  test('are joined by none without the key that they have', async () => {
    const other = Buffer.alloc(32, 8).toString('base64')
    const { exitCode, stderr } = await startOn(store, { SUITED_ENCRYPTION_KEY: other })
    expect([exitCode, stderr]).toEqual([
      78,
      expect.stringContaining('SUITED_PREVIOUS_ENCRYPTION_KEY'),
    ])
  })

  test('are none on a database that isn’t there', async () => {
    const { exitCode, stderr } = await startOn(store.replace(/\/[^/]+$/, '/nowhere'))
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining('has no database nowhere')])
  })

  test('tell of each other', async () => {
    const [, other] = replicas
    const listed = await until('two replicas', async () => {
      const { replicas } = await other.ask('/api/status')
      const areTold = replicas.every(({ settings }: { settings: string }) => settings !== '')
      return replicas.length === 2 && areTold ? replicas : null
    })
    expect(listed.map(({ isThis }: { isThis: boolean }) => isThis).sort()).toEqual([false, true])
    const [one, two] = listed
    expect(one.settings).toBe(two.settings)
    expect(Math.abs(one.clockOffsetMs)).toBeLessThan(1000)
    const { warnings } = await other.ask('/api/status')
    expect(warnings.filter((text: string) => /[Rr]eplica/.test(text))).toEqual([])
  })

  test('sign for a company that another one installed, and know within two seconds that it left', async () => {
    const [, other] = replicas
    expect((await other.sign(corpid)).status).toBe(200)
    const [, second] = wecom.corpids
    await wecom.install(replicas[0], second)
    expect((await other.sign(second)).status).toBe(200)
    await wecom.simulator.pusher.uninstall(wecom.suiteId, second)
    const before = performance.now()
    await until('a refusal', async () => (await other.sign(second)).status === 404)
    expect(performance.now() - before).toBeLessThan(2000)
    const erased = 'a company removed the app: its secrets are erased'
    await until('the end of the work on it', () =>
      replicas.some((replica) => replica.logs().some(({ message }) => message === erased)),
    )
  })

  /** What was told since then. */
  const told = ({ logs }: Suited, since: number) =>
    logs()
      .slice(since)
      .map(({ message }) => message)

  test('refuse callbacks and say why while a table can’t be used, and are back by themselves', async () => {
    const [one] = replicas
    const since = one.logs().length
    const database = openTestPool(store, 1)
    const headers = { authorization: `Bearer ${adminToken}` }
    const readiness = () => fetch(`${one.url}/readyz`, { headers })
    const why = expect.stringMatching(/relation "events" does not exist.*run the version of suited/)
    await database.query('ALTER TABLE events RENAME TO events_of_before')
    try {
      const ready = await until('no readiness', async () => {
        const answer = await readiness()
        return answer.ok ? null : answer
      })
      expect([ready.status, await ready.json()]).toMatchObject([503, { detail: why }])
      await until('a word in the log', () =>
        told(one, since).includes(
          'the database takes no callbacks: they are answered 503 until that is mended',
        ),
      )
      const { status, detail } = await one.ask('/api/status')
      expect([status, detail]).toEqual([503, why])
      const pushed = await wecom.simulator.pusher.changeAuth(wecom.suiteId, corpid)
      expect(pushed).toMatchObject({ ok: false, status: 503 })
      expect((await one.sign(corpid)).status).toBe(200)
    } finally {
      await database.query('ALTER TABLE events_of_before RENAME TO events')
    }
    await until('readiness', async () => (await readiness()).ok)
    await until('the end', () => told(one, since).includes('the database takes callbacks again'))
    expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
  })

  test('refuse callbacks and sign on while it is away, and are back by themselves', async () => {
    const [one] = replicas
    expect((await one.sign(corpid)).status).toBe(200)
    const since = one.logs().length
    try {
      await server.stop('immediate')
      const pushed = await wecom.simulator.pusher.pushTicket(wecom.suiteId)
      expect(pushed).toMatchObject({ ok: false, status: 503 })
      // Each was answered within its second; the simulator pauses for two between them.
      expect(pushed.ms - (pushed.attempts - 1) * 2000).toBeLessThan(pushed.attempts * 1000)
      expect((await one.sign(corpid)).status).toBe(200)
      const headers = { authorization: `Bearer ${adminToken}` }
      const ready = await fetch(`${one.url}/readyz`, { headers })
      const { detail: why } = (await ready.json()) as { detail: string }
      expect([ready.status, why]).toEqual([503, expect.stringContaining('The database')])
      const { status, code, detail } = await one.ask('/api/status')
      expect([status, code]).toEqual([503, 'store_unavailable'])
      expect(detail).toMatch(
        /^The database 127\.0\.0\.1\S*\/postgres has been away for \d+ seconds?: /,
      )
      await Bun.sleep(awayMs)
      expect((await one.sign(corpid)).status).toBe(200)
    } finally {
      await server.start()
    }
    const back = performance.now()
    await until('the readiness of both', async () => {
      const answers = await Promise.all(replicas.map(({ url }) => fetch(`${url}/readyz`)))
      return answers.every(({ ok }) => ok)
    })
    expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
    expect(performance.now() - back).toBeLessThan(5000)
    await until('the end', () =>
      told(one, since).some((message) => message === 'the database is there again'),
    )
    expect(told(one, since).filter((message) => message !== 'a suite_ticket came')).toEqual([
      'the database is away: callbacks are answered 503 until it is back',
      'the database is there again',
    ])
  })
})
