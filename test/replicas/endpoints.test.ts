/**
 * Replicas of the binary whose settings have different endpoints, for good or while the settings of
 * one after the other are changed.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { dirname, join } from 'node:path'
import { systemClock } from '../../src/clock'
import type { Database } from '../../src/store/postgres/connection/database'
import { listening, type Suited } from '../binary/suited'
import { until } from '../binary/until'
import type { Wecom } from '../binary/wecom'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { newDatabase } from '../postgres/database'
import { openTestPool } from '../postgres/pool'
import { findPostgres } from '../postgres/server'
import { keyNamed } from '../store/sealed-with'
import { type Receiver, startReceiver } from './receiver'

const told = 'other replicas have endpoints in their settings that this one lacks'

/** One after the other, as docs/scaling.md has it: started anew, or told to read them again. */
type Way = 'restart' | 'SIGHUP'

interface Running {
  readonly suited: Suited
  /** Of its settings. */
  readonly path: string
}

describeWithTool('PostgreSQL', findPostgres, 'replicas with different endpoints', () => {
  const workshop = useWorkshop(afterAll)
  const [app, hr] = [startReceiver(), startReceiver()]
  let wecom: Wecom
  let settings: Record<string, string>
  let database: Database
  let replicas: Running[]
  let texts = 0
  /** What WeCom was told that it was taken. */
  const acknowledged: string[] = []

  const start = async (path: string): Promise<Running> => {
    const options = { cwd: dirname(path), env: settings }
    const suited = await listening(await workshop.start(['serve', '--config', path], options))
    await until('a ready replica', async () => (await fetch(`${suited.url}/readyz`)).ok)
    return { suited, path }
  }

  const readAgain = async ({ suited: { process } }: Running): Promise<void> => {
    const before = process.stderr.length
    process.signal('SIGHUP')
    await until('other settings', () =>
      process.stderr.slice(before).includes('"the settings were read again"'),
    )
  }

  const give = async (n: number, endpoints: readonly string[], way: Way): Promise<void> => {
    const running = replicas[n]!
    await Bun.write(running.path, endpoints.join('\n'))
    if (way === 'SIGHUP') return readAgain(running)
    replicas = replicas.filter((one) => one !== running)
    running.suited.process.signal('SIGTERM')
    expect(await running.suited.process.exited).toBe(0)
    replicas.splice(n, 0, await start(running.path))
  }

  const push = async ({ suited }: Running): Promise<void> => {
    wecom.pushTo(suited)
    texts += 1
    const text = `text ${texts}`
    const { ok } = await wecom.simulator.pusher.message(wecom.suiteId, wecom.corpids[0], { text })
    if (ok) acknowledged.push(text)
  }

  const giveAll = async (endpoints: readonly string[]): Promise<void> => {
    for (const n of replicas.keys()) await give(n, endpoints, 'SIGHUP')
  }

  /** While WeCom pushes to all of them by turns. Gives what was acknowledged meanwhile. */
  const giveAllUnderLoad = async (
    way: Way,
    endpoints: readonly string[],
  ): Promise<readonly string[]> => {
    const before = acknowledged.length
    let isOver = false
    const pushing = (async () => {
      while (!isOver) {
        await push(replicas[texts % replicas.length]!)
        await systemClock.sleep(20)
      }
    })()
    for (const n of replicas.keys()) {
      await give(n, endpoints, way)
      const goal = acknowledged.length + 6
      await until('some more', () => acknowledged.length >= goal)
    }
    isOver = true
    await pushing
    return acknowledged.slice(before)
  }

  const missingAt = ({ received }: Receiver, those: readonly string[]): string[] => {
    const came = new Set([...received.values()].map(({ body }) => JSON.parse(body).payload.Content))
    return those.filter((text) => !came.has(text))
  }

  const allCome = (receiver: Receiver, those: readonly string[]) =>
    until('all of it', () => missingAt(receiver, those).length === 0)

  const tells = ({ suited }: Running) =>
    suited.logs().some(({ message }) => message.startsWith(told))

  const warningsOf = async ({ suited }: Running): Promise<string[]> =>
    (await suited.ask('/api/status')).warnings.filter((one: string) =>
      one.includes('stands in the settings of'),
    )

  beforeAll(async () => {
    wecom = workshop.wecom()
    const url = await newDatabase()
    database = openTestPool(url)
    settings = {
      ...wecom.settings,
      SUITED_STORE: url,
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    const folder = await workshop.folder()
    const paths = ['one', 'other'].map((name) => join(folder, `${name}.toml`))
    for (const path of paths) await Bun.write(path, app.endpoint)
    replicas = [await start(paths[0]!), await start(paths[1]!)]
    const [{ suited }] = replicas as [Running, Running]
    wecom.pushTo(suited)
    await wecom.giveTicket(suited)
    await wecom.install(suited, wecom.corpids[0])
  }, 90_000)
  afterAll(() => Promise.all([app.stop(), hr.stop(), database.close()]))

  test('send to all of them what any replica took, and say who lacks which', async () => {
    await give(0, [app.named('app', 'replies = true')], 'SIGHUP')
    await give(1, [hr.named('hr')], 'SIGHUP')
    const [one, other] = replicas as [Running, Running]
    await until('both to know it', () => tells(one) && tells(other))
    const before = acknowledged.length
    for (let n = 0; n < 20; n++) await push(n % 2 === 0 ? one : other)
    const taken = acknowledged.slice(before)
    expect(taken).toHaveLength(20)
    await allCome(app, taken)
    await allCome(hr, taken)
    for (const replica of replicas) {
      expect(await warningsOf(replica)).toEqual([
        expect.stringContaining('The endpoint app stands in the settings of'),
        expect.stringContaining('The endpoint hr stands in the settings of'),
      ])
    }
  })

  test('tell each other what decides who gets an event, and no address and no secret', async () => {
    const rows = await database.query<{ seen: string }>('SELECT seen FROM replicas')
    expect(rows).toHaveLength(2)
    for (const { seen } of rows) {
      expect(seen).toContain('"endpoints":[{"name":')
      expect(seen).toContain(`"suiteId":"${wecom.suiteId}"`)
      for (const secret of ['whsec_', '127.0.0.1', ...wecom.secrets()]) {
        expect(seen).not.toContain(secret)
      }
    }
  })

  test('lose nothing while one is added, another one renamed, and one removed', async () => {
    const [crm, second] = [app.named('crm'), hr.named('hr')]
    await giveAll([app.endpoint])
    const adding = await giveAllUnderLoad('SIGHUP', [app.endpoint, second])
    const renaming = await giveAllUnderLoad('restart', [crm, second])
    const removing = await giveAllUnderLoad('SIGHUP', [crm])
    // What still waited for an endpoint when the last replica lost it stays, and is told.
    await giveAll([app.endpoint, crm, second])

    await allCome(app, [...adding, ...renaming, ...removing])
    await allCome(hr, renaming)
    for (const replica of replicas) expect(await warningsOf(replica)).toEqual([])
    expect([...app.wrong, ...hr.wrong]).toEqual([])
  })
})
