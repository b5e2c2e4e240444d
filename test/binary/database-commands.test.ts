/** Commands on a database, with no service, beside replicas, and on their way there and back. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { describeWithTool } from '../optional-tool'
import { newDatabase } from '../postgres/database'
import { openTestPool } from '../postgres/pool'
import { findPostgres } from '../postgres/server'
import { keyNamed } from '../store/sealed-with'
import type { RunningProcess } from './process'
import { adminToken, type Suited } from './suited'
import { useWorkshop } from './workshop'

const textOfKey = (name: string) => keyNamed(name).toString('base64')

describeWithTool('PostgreSQL', findPostgres, 'commands on a database', () => {
  const workshop = useWorkshop()

  const on = (store: string, key = 'a', previous?: string): Record<string, string> => ({
    SUITED_STORE: store,
    SUITED_ENCRYPTION_KEY: textOfKey(key),
    ...(previous && { SUITED_PREVIOUS_ENCRYPTION_KEY: textOfKey(previous) }),
  })

  const succeeds = ({ exitCode, stdout, stderr }: RunningProcess): string => {
    expect([exitCode, stderr]).toEqual([0, expect.any(String)])
    return stdout
  }

  const stopped = async ({ process }: Suited): Promise<void> => {
    process.signal('SIGTERM')
    expect(await process.exited).toBe(0)
  }

  const statusWith = async ({ url }: Suited, key: string): Promise<number> =>
    (await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${key}` } })).status

  test('keys, export, import and events work on it without a service, and its replicas hear of it', async () => {
    const wecom = workshop.wecom()
    const [store, other] = [await newDatabase(), await newDatabase()]
    const keys = (...words: string[]) => workshop.run(['keys', ...words], { env: on(store) })
    const made = succeeds(await keys('create', 'first', '--scopes=read')).trim()

    const suited = await workshop.serve({ ...wecom.settings, ...on(store) })
    wecom.pushTo(suited)
    expect(await statusWith(suited, made)).toBe(200)
    const second = succeeds(await keys('create', 'second', '--scopes=read')).trim()
    expect(await statusWith(suited, second)).toBe(200)
    await wecom.simulator.pusher.pushTicket(wecom.suiteId)

    const file = join(await workshop.folder(), 'all.export')
    const exported = await workshop.run(['export', '--output', file], { env: on(store) })
    expect(exported.stderr).toContain('suite tickets: 1, events that are not done: 0, API keys: 2')
    const imported = await workshop.run(['import', file], { env: on(other) })
    expect([imported.exitCode, imported.stderr]).toEqual([0, expect.stringContaining('imported')])
    expect(succeeds(await workshop.run(['keys', 'list'], { env: on(other) }))).toContain('second')
  })

  test('rekey seals it anew while replicas with both keys work on it', async () => {
    const wecom = workshop.wecom()
    const store = await newDatabase()
    const first = await workshop.serve({ ...wecom.settings, ...on(store, 'a', 'b') })
    wecom.pushTo(first)
    expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
    // The one after the other: each has the new key as its own.
    await stopped(first)
    const running = await workshop.serve({ ...wecom.settings, ...on(store, 'b', 'a') })
    const rekeyed = succeeds(await workshop.run(['rekey'], { env: on(store, 'b', 'a') }))
    expect(rekeyed).toMatch(/^Encrypted anew: \d+ rows?\.\nAll secrets in the database \w+ at /)
    expect(running.process.exitCode).toBeNull()
    const old = await workshop.run(['export', '--plain'], { env: on(store, 'a') })
    expect([old.exitCode, old.stderr]).toEqual([
      78,
      expect.stringContaining('encrypted with the key'),
    ])
    const plain = await workshop.run(['export', '--plain'], { env: on(store, 'b') })
    expect(succeeds(plain)).toContain('"kind":"suite"')
  })

  test('migrate leads there and back, and says why where it can’t', async () => {
    const wecom = workshop.wecom()
    const [dataDir, store] = [await workshop.folder(), await newDatabase()]
    const env = { SUITED_DATA_DIR: dataDir, SUITED_ENCRYPTION_KEY: textOfKey('a') }
    const suited = await workshop.serviceFor(wecom, dataDir, env)
    await wecom.simulator.pusher.pushTicket(wecom.suiteId)
    const named = join(await workshop.folder(), 'store')
    await Bun.write(named, `${store}\n`)
    const migrate = (...words: string[]) => workshop.run(['migrate', ...words], { env })
    const held = await migrate('--to-file', named)
    expect([held.exitCode, held.stderr]).toEqual([75, expect.stringContaining(dataDir)])
    await stopped(suited)

    const clear = await workshop.run(['migrate', '--to', store], {
      env: { SUITED_DATA_DIR: dataDir },
    })
    expect(clear.exitCode).toBe(78)
    expect(succeeds(await migrate('--to-file', named))).toContain('1 suite ticket')
    expect(succeeds(await migrate('--to-file', named))).toContain('Nothing was written.')

    const replica = await workshop.serve({ ...wecom.settings, ...on(store) })
    expect((await replica.ask('/api/status')).suites[0].ticketAgeSeconds).toBeNumber()
    const back = join(await workshop.folder(), 'back')
    const home = () => workshop.run(['migrate', '--to', back], { env: on(store) })
    expect((await home()).exitCode).toBe(75)
    await stopped(replica)
    expect(succeeds(await home())).toContain('1 suite ticket')
    const again = await workshop.serviceFor(wecom, back, { SUITED_ENCRYPTION_KEY: textOfKey('a') })
    expect((await again.ask('/api/status')).suites[0].ticketAgeSeconds).toBeNumber()
  })

  test('no service starts on half of a move, and a database that is away ends a command', async () => {
    const store = await newDatabase()
    succeeds(await workshop.run(['keys', 'list'], { env: on(store) }))
    const database = openTestPool(store)
    await database.query("INSERT INTO meta (name, value) VALUES ('move', 'the folder /x')")
    await database.close()
    const settings = { ...workshop.wecom().settings, ...on(store), SUITED_ADMIN_TOKEN: adminToken }
    const started = await workshop.run(['serve'], { env: settings })
    expect([started.exitCode, started.stderr]).toEqual([
      1,
      expect.stringContaining('Run suited migrate again'),
    ])
    const away = 'postgres://suited@127.0.0.1:1/suited'
    const unreached = await workshop.run(['keys', 'list'], { env: on(away) })
    expect([unreached.exitCode, unreached.stderr]).toEqual([
      69,
      expect.stringContaining('can’t be reached'),
    ])
  })
})
