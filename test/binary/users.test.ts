/** Who runs a command: root, the service's user, somebody else. It takes root to play them all. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describeWithTool } from '../optional-tool'
import type { RunningProcess } from './process'
import { listening, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const describeAsRoot = (name: string, suite: () => void): void =>
  process.getuid?.() === 0
    ? describeWithTool('setpriv', () => Bun.which('setpriv'), name, suite)
    : describe.skip(`${name} (these tests don’t run as root)`, suite)

const key = Buffer.alloc(32, 21).toString('base64')
const otherKey = Buffer.alloc(32, 22).toString('base64')
/** Users that no machine has, so that messages name them by their id. */
const service = 54321
const stranger = 54322

/** A place that everybody can reach, with a data folder of the service's user in it. */
const site = async (of = workshop) => {
  const place = await of.folder()
  chmodSync(place, 0o755)
  chmodSync(dirname(of.binary()), 0o755)
  const dataDir = join(place, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  chownSync(dataDir, service, service)
  return { place, dataDir }
}

const runAs = async (
  uid: number,
  args: readonly string[],
  env: Record<string, string>,
  of = workshop,
): Promise<RunningProcess> => {
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const started = of.startProgram(['setpriv', ...ids, of.binary(), ...args], {
    cwd: '/',
    env,
  })
  return started
}

const ended = async (process: Promise<RunningProcess>): Promise<RunningProcess> => {
  await (await process).exited
  return process
}

/** What in a folder is not of this user, or open to others. */
const notOf = (uid: number, dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const found = lstatSync(join(dir, name))
    return found.uid !== uid || found.gid !== uid || (found.mode & 0o077) !== 0
  })

const settingsOf = (dataDir: string): Record<string, string> => ({
  ...wecom.settings,
  SUITED_DATA_DIR: dataDir,
  SUITED_ENCRYPTION_KEY: key,
})

/**
 * What is made once: a WeCom, and the folder that its service left, as its user, with a company.
 */
const home = useWorkshop(afterAll)
let wecom: Wecom
let corpid: string
let left: string

/** Puts what a service left into the folder of `env`. */
const lived = (env: Record<string, string>): void => {
  const copied = Bun.spawnSync(['cp', '-a', `${left}/.`, env.SUITED_DATA_DIR ?? ''])
  if (!copied.success) throw new Error(copied.stderr.toString())
}

const serving = async (env: Record<string, string>, of = workshop): Promise<Suited> => {
  const suited = await listening(await runAs(service, ['serve'], env, of))
  wecom.pushTo(suited)
  return suited
}

const stop = async ({ process }: Suited) => {
  process.signal('SIGTERM')
  expect(await process.exited).toBe(0)
}

beforeAll(async () => {
  wecom = home.wecom()
  corpid = wecom.corpids[0]
  if (process.getuid?.() !== 0 || Bun.which('setpriv') === null) return
  left = (await site(home)).dataDir
  const suited = await serving(settingsOf(left), home)
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  await stop(suited)
})

describeAsRoot('run as root on a folder of the service’s user', () => {
  /** What the running service gives root is its user's in the folder, and root's elsewhere. */
  const expectExportsOfService = async (
    suited: Suited,
    env: Record<string, string>,
    place: string,
  ) => {
    const dataDir = env.SUITED_DATA_DIR ?? ''
    const asked = { ...env, SUITED_PORT: new URL(suited.url).port }
    const exported = async (output: string, ...args: string[]) => {
      const run = await workshop.run(['export', '--output', output, ...args], { env: asked })
      expect(run.exitCode).toBe(0)
      return statSync(output).uid
    }
    expect(await exported(join(dataDir, 'asked.export'))).toBe(service)
    expect(await exported(join(place, 'asked.export'), '--url', suited.url)).toBe(0)
    expect(notOf(service, dataDir)).toEqual([])
  }

  test('rekey, export and import leave everything to that user, who serves on, as does an export by the running service', async () => {
    const { place, dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)

    const newKeys = { SUITED_ENCRYPTION_KEY: otherKey, SUITED_PREVIOUS_ENCRYPTION_KEY: key }
    const rekey = await workshop.run(['rekey'], { env: { ...env, ...newKeys } })
    expect([rekey.exitCode, rekey.stderr]).toEqual([0, ''])
    expect(notOf(service, dataDir)).toEqual([])

    const sealed = { ...env, SUITED_ENCRYPTION_KEY: otherKey }
    const elsewhere = join(place, 'suited.export')
    const inFolder = join(dataDir, 'suited.export')
    for (const output of [elsewhere, inFolder]) {
      const run = await workshop.run(['export', '--output', output], { env: sealed })
      expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('companies: 1,')])
    }
    const { uid, mode } = statSync(elsewhere)
    expect([uid, mode & 0o777]).toEqual([0, 0o600])
    expect(readdirSync(place).sort()).toEqual(['data', 'suited.export'])
    expect(notOf(service, dataDir)).toEqual([])

    // Root's own file, into a folder that is there and empty.
    const restored = join(place, 'restored')
    mkdirSync(restored, { mode: 0o700 })
    chownSync(restored, service, service)
    const restoredEnv = { ...sealed, SUITED_DATA_DIR: restored }
    const run = await workshop.run(['import', elsewhere], { env: restoredEnv })
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('0 refused')])
    expect(notOf(service, restored)).toEqual([])

    for (const settings of [sealed, restoredEnv]) {
      const suited = await serving(settings)
      expect((await suited.sign(corpid)).status).toBe(200)
      if (settings === sealed) await expectExportsOfService(suited, sealed, place)
      await stop(suited)
    }
  })

  test('the service itself goes on as that user, and says so', async () => {
    // A newer ticket than the one that the others left with would make theirs worthless.
    const ticketed = workshop.wecom()
    const { dataDir } = await site()
    const suited = await workshop.serve({ ...settingsOf(dataDir), ...ticketed.settings })
    expect(suited.logs()).toContainEqual(
      expect.objectContaining({ user: `the user with the id ${service}` }),
    )
    const status = await Bun.file(`/proc/${suited.process.pid}/status`).text()
    expect(status).toMatch(new RegExp(`^Uid:(\\s+${service}){4}$`, 'm'))
    ticketed.pushTo(suited)
    await ticketed.giveTicket(suited)
    await stop(suited)
    expect(notOf(service, dataDir)).toEqual([])
  })

  test('a command that fails leaves nothing half done, nor anything of root', async () => {
    const { place, dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)
    const wrong = { ...env, SUITED_ENCRYPTION_KEY: otherKey }
    const output = join(place, 'suited.export')
    const run = await workshop.run(['export', '--output', output], { env: wrong })
    expect(run.exitCode).toBe(78)
    expect(readdirSync(place)).toEqual(['data'])
    expect(notOf(service, dataDir)).toEqual([])
  })

  test('a link that user planted leads no command into files of others', async () => {
    const { place, dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)
    const victim = join(place, 'of-root')
    writeFileSync(victim, 'of root', { mode: 0o600 })
    mkdirSync(join(place, 'of-root.d'), { mode: 0o700 })
    symlinkSync(victim, join(dataDir, 'out.age.tmp'))
    symlinkSync(victim, join(dataDir, 'out.age'))
    symlinkSync(join(place, 'of-root.d'), join(dataDir, 'out.d'))
    const output = join(dataDir, 'out.age')
    const run = await workshop.run(['export', '--output', output], { env })
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('companies: 1,')])
    const written = lstatSync(output)
    expect([written.isFile(), written.uid]).toEqual([true, service])
    const away = join(dataDir, 'out.d', 'out.age')
    const refused = await workshop.run(['export', '--output', away], { env })
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('EACCES')])
    expect(readFileSync(victim, 'utf8')).toBe('of root')
    expect(readdirSync(join(place, 'of-root.d'))).toEqual([])
  })

  test('a link in place of the lock file makes root nobody else than the folder’s owner', async () => {
    const { place, dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)
    const victim = join(place, 'of-a-stranger')
    writeFileSync(victim, 'of a stranger', { mode: 0o644 })
    chownSync(victim, stranger, stranger)
    for (const name of ['owner.lock', 'owner.json']) {
      rmSync(join(dataDir, name), { force: true })
      symlinkSync(victim, join(dataDir, name))
    }
    const refused = await workshop.run(['export'], { env })
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining('owner.lock in the data folder is not a plain file: remove it'),
    ])
    rmSync(join(dataDir, 'owner.lock'))
    const run = await workshop.run(['export'], { env })
    expect(run.exitCode).toBe(0)
    const { uid, mode } = statSync(victim)
    expect([uid, mode & 0o777, readFileSync(victim, 'utf8')]).toEqual([
      stranger,
      0o644,
      'of a stranger',
    ])
    expect(notOf(service, dataDir)).toEqual([])
  })

  test('an import into a folder that root makes says whom to give it to', async () => {
    const { place, dataDir } = await site()
    const list = join(place, 'companies.jsonl')
    writeFileSync(list, '{"corpid":"wpNobody","permanentCode":"none"}\n')
    const fresh = join(place, 'fresh')
    const env = settingsOf(fresh)
    const run = await workshop.run(['import', list], { env })
    expect(run.stderr).toContain(`chown -R USER ${fresh}`)
    const there = await workshop.run(['import', list], {
      env: { ...env, SUITED_DATA_DIR: dataDir },
    })
    expect(there.stderr).not.toContain('chown')
  })
})

describeAsRoot('run as somebody else', () => {
  test.each([
    ['rekey', []],
    ['export', ['--plain']],
    ['import', ['/companies']],
    ['serve', []],
  ])('%s is refused, names the user to be, and touches nothing', async (command, args) => {
    const { place, dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)
    const list = join(place, 'companies')
    writeFileSync(list, '{"corpid":"wpNobody","permanentCode":"none"}\n', { mode: 0o644 })
    const before = readdirSync(dataDir)
    const words = args.map((word) => word.replace('/companies', list))
    const run = await ended(runAs(stranger, [command, ...words], env))
    expect([run.exitCode, run.stdout]).toEqual([77, ''])
    expect(run.stderr).toContain(`run this as the user with the id ${service}, or as root.`)
    expect(readdirSync(dataDir)).toEqual(before)
    expect(notOf(service, dataDir)).toEqual([])
  })

  test('what only asks the running service needs no user', async () => {
    const { dataDir } = await site()
    const env = settingsOf(dataDir)
    const suited = await serving(env)
    const asked = { ...env, SUITED_PORT: new URL(suited.url).port }
    for (const args of [['status'], ['export', '--plain', '--url', suited.url]]) {
      const run = await ended(runAs(stranger, args, asked))
      expect([args[0], run.exitCode, run.stderr.includes('belongs')]).toEqual([args[0], 0, false])
    }
  })
})

describeAsRoot('after an older version ran as root', () => {
  test('a service that can’t read what root left behind names it, and how to give it back', async () => {
    const { dataDir } = await site()
    const env = settingsOf(dataDir)
    lived(env)
    chownSync(join(dataDir, 'events.sqlite'), 0, 0)
    const run = await ended(runAs(service, ['serve'], env))
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('events.sqlite, of root')
    expect(run.stderr).toContain(`chown -R`)
  })
})
