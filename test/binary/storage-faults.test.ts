/** What fails below suited, from outside: the disk, its rights, its files. */
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addCompany } from '../../src/simulator/world/create-world'
import { documentName } from '../../src/store/file/folder/document-name'
import { describeWithTool } from '../optional-tool'
import { adminToken, listening, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const readiness = async ({ url }: Suited) => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const answer = await fetch(`${url}/readyz`, { headers })
  return { status: answer.status, text: await answer.text() }
}

const isReady = async (suited: Suited) => (await readiness(suited)).status === 200

/** One company with the app, and its signature made once. */
const working = async (wecom: Wecom, suited: Suited): Promise<string> => {
  wecom.pushTo(suited)
  await wecom.giveTicket(suited)
  const [corpid] = wecom.corpids
  await wecom.install(suited, corpid)
  expect((await suited.sign(corpid)).status).toBe(200)
  return corpid
}

const eventTypes = async (suited: Suited): Promise<string[]> =>
  (await suited.ask('/api/events?limit=200')).items.map(({ type }: { type: string }) => type)

describeWithTool(
  'prlimit',
  () => Bun.which('prlimit'),
  'while no file may grow',
  (prlimit) => {
    const letFilesGrow = ({ process }: Suited, may: boolean) => {
      const limit = `--fsize=${may ? 'unlimited' : '0'}:unlimited`
      const set = Bun.spawnSync([prlimit, '--pid', String(process.pid), limit])
      if (set.exitCode !== 0) throw new Error(set.stderr.toString())
    }

    test('every callback is answered 503, /readyz says why, pages are signed, and all comes back by itself', async () => {
      const wecom = workshop.wecom()
      const { pusher } = wecom.simulator
      const { suiteId } = wecom
      const [, newcomer] = wecom.corpids
      const dataDir = await workshop.folder()
      const suited = await workshop.serviceFor(wecom, dataDir)
      const corpid = await working(wecom, suited)

      letFilesGrow(suited, false)
      const refused = await Promise.all([
        pusher.pushTicket(suiteId),
        pusher.message(suiteId, corpid, { text: 'one' }),
        pusher.changeAuth(suiteId, corpid),
        pusher.install(suiteId, newcomer).then(({ push }) => push),
      ])
      expect(refused.map((push) => [push?.status, push?.attempts])).toEqual(
        refused.map(() => [503, 3]),
      )
      const { status, text } = await readiness(suited)
      expect(status).toBe(503)
      expect(text).toContain('EFBIG')
      expect((await suited.sign(corpid)).status).toBe(200)

      letFilesGrow(suited, true)
      expect(await isReady(suited)).toBe(true)
      expect((await pusher.pushTicket(suiteId)).ok).toBe(true)
      expect((await pusher.message(suiteId, corpid, { text: 'two' })).ok).toBe(true)
      await wecom.install(suited, newcomer)
      const types = await eventTypes(suited)
      expect(types.filter((type) => type === 'text')).toHaveLength(1)

      await suited.process.kill()
      const after = await workshop.serviceFor(wecom, dataDir)
      expect(await eventTypes(after)).toEqual(types)
      expect((await after.sign(newcomer)).status).toBe(200)
    })
  },
)

/** Root heeds no mode of a file unless these are taken from it. */
const withoutPrivilege =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

describeWithTool(
  'setpriv',
  () => Bun.which('setpriv'),
  'a folder that may not be written',
  () => {
    const start = async (wecom: Wecom, dataDir: string) =>
      workshop.startProgram([...withoutPrivilege, workshop.binary(), 'serve'], {
        cwd: await workshop.folder(),
        env: { ...wecom.settings, SUITED_DATA_DIR: dataDir },
      })

    test('refuses tickets while suited runs, /readyz says why, and is taken again by itself', async () => {
      const wecom = workshop.wecom()
      const dataDir = await workshop.folder()
      const suited = await listening(await start(wecom, dataDir))
      const corpid = await working(wecom, suited)
      const folders = [dataDir, join(dataDir, 'suites')]

      for (const folder of folders) chmodSync(folder, 0o500)
      expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).status).toBe(503)
      const { status, text } = await readiness(suited)
      expect(status).toBe(503)
      expect(text).toContain('EACCES')
      expect((await suited.sign(corpid)).status).toBe(200)

      for (const folder of folders) chmodSync(folder, 0o700)
      expect(await isReady(suited)).toBe(true)
      expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
    })

    test('refuses the start, saying which folder', async () => {
      const wecom = workshop.wecom()
      const dataDir = await workshop.folder()
      chmodSync(dataDir, 0o500)
      const process = await start(wecom, dataDir)
      expect(await process.exited).toBe(1)
      expect(process.stderr).toContain(dataDir)
      expect(process.stderr).toContain('EACCES')
    })
  },
)

/**
 * What is made once: a WeCom, and what its service left in an orderly way, a log of some size with
 * it.
 */
const site = useWorkshop(afterAll)
let home: Wecom
/** Those that have the app. */
let corpids: readonly string[]
let left: string

beforeAll(async () => {
  home = site.wecom()
  left = await site.folder()
  const suited = await site.serviceFor(home, left)
  const corpid = await working(home, suited)
  const others = [
    home.corpids[1],
    addCompany(home.simulator.world).corpid,
    addCompany(home.simulator.world).corpid,
  ]
  for (const other of others) {
    await home.install(suited, other)
    expect((await suited.sign(other)).status).toBe(200)
  }
  corpids = [corpid, ...others]
  const texts = Array.from({ length: 40 }, (_, n) => `${n} ${'x'.repeat(400)}`)
  const { pusher } = home.simulator
  await Promise.all(texts.map((text) => pusher.message(home.suiteId, corpid, { text })))
  suited.process.signal('SIGTERM')
  expect(await suited.process.exited).toBe(0)
})

/** A copy of it, which a case may damage. */
const leftFolder = async () => {
  const dataDir = await workshop.copyOf(left)
  return { wecom: home, dataDir, corpid: home.corpids[0], path: join(dataDir, 'events.sqlite') }
}

describe('a damaged document', () => {
  const damages: readonly ((text: string) => string)[] = [
    (text) => text.slice(0, text.length / 2),
    () => '',
    (text) => text.replace('"version": 1', '"version": 9'),
  ]

  test('that is torn, emptied or of a newer version stops its company alone, and only until it is mended', async () => {
    const { wecom, dataDir } = await leftFolder()
    const { suiteId } = wecom
    const { pusher } = wecom.simulator
    const [neighbour, ...others] = corpids
    const damaged = damages.map((damage, n) => {
      const corpid = others[n]!
      const path = join(dataDir, 'corps', documentName(suiteId), `${documentName(corpid)}.json`)
      const whole = readFileSync(path, 'utf8')
      writeFileSync(path, damage(whole))
      return { corpid, path, whole, found: damage(whole) }
    })
    const suited = await workshop.serviceFor(wecom, dataDir)
    for (const { corpid, path, found } of damaged) {
      const refused = await suited.sign(corpid)
      expect(refused.status).toBe(503)
      expect(await refused.json()).toMatchObject({ code: 'store_unavailable' })
      expect((await pusher.message(suiteId, corpid, { text: 'kept' })).ok).toBe(true)
      expect(readFileSync(path, 'utf8')).toBe(found)
    }
    expect((await suited.sign(neighbour!)).status).toBe(200)
    expect(await isReady(suited)).toBe(true)
    expect((await pusher.pushTicket(suiteId)).ok).toBe(true)

    for (const { corpid, path, whole } of damaged) {
      writeFileSync(path, whole)
      await until('a signature', async () => (await suited.sign(corpid)).status === 200)
    }
  })
})

describe('a damaged event log', () => {
  const page = 4096
  const overwrite = (path: string, from: number, to: number) => {
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0x5a, from, Math.min(to, bytes.length)))
  }
  const damages: [string, (path: string) => void][] = [
    ['begins with other bytes', (path) => overwrite(path, 0, 100)],
    ['has pages of other bytes', (path) => overwrite(path, page, Infinity)],
    ['was cut off', (path) => truncateSync(path, 4 * page)],
    [
      'is of a newer version',
      (path) => {
        const db = new Database(path)
        db.run('PRAGMA user_version = 99')
        db.close()
      },
    ],
  ]

  test.each(damages)('that %s refuses the start, and stays as it is', async (_, damage) => {
    const { wecom, dataDir, path } = await leftFolder()
    damage(path)
    const damaged = readFileSync(path)
    const env = { ...wecom.settings, SUITED_DATA_DIR: dataDir }
    const refused = await workshop.run(['serve'], { env })
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(dataDir)
    expect(refused.stderr).toMatch(/events\.sqlite is damaged|written by a newer suited/)
    expect(readFileSync(path).equals(damaged)).toBe(true)
  })

  test('can be taken away: without it suited starts with all companies', async () => {
    const { wecom, dataDir, path } = await leftFolder()
    for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
    const suited = await workshop.serviceFor(wecom, dataDir)
    for (const corpid of corpids) expect((await suited.sign(corpid)).status).toBe(200)
    expect(await isReady(suited)).toBe(true)
  })

  test('in pages that a start does not touch answers 503 when it is met, and /readyz says why', async () => {
    const { wecom, dataDir, corpid, path } = await leftFolder()
    const db = new Database(path)
    const index = "SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_type'"
    const { rootpage } = db.query<{ rootpage: number }, []>(index).get()!
    db.close()
    overwrite(path, (rootpage - 1) * page, rootpage * page)

    const suited = await workshop.serviceFor(wecom, dataDir)
    const push = await wecom.simulator.pusher.message(wecom.suiteId, corpid, { text: 'late' })
    expect(push.status).toBe(503)
    const { status, text } = await readiness(suited)
    expect(status).toBe(503)
    expect(text).toContain('events.sqlite is damaged')
    expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
    expect((await suited.sign(corpid)).status).toBe(200)
  })
})
