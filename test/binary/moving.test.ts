import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorize, endInstallation } from '../../src/simulator/world/installations'
import { identityOfKey } from '../../src/suite/transfer/export-key'
import { ageExport, formerContainer } from '../suite/transfer/containers'
import type { RunningProcess } from './process'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const key = Buffer.alloc(32, 11).toString('base64')
const otherKey = Buffer.alloc(32, 12).toString('base64')

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const linesOf = ({ stdout }: RunningProcess) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const passphraseFile = async (text = 'correct horse battery staple'): Promise<string> => {
  const path = join(await workshop.folder(), 'passphrase')
  writeFileSync(path, `${text}\n`, { mode: 0o600 })
  return path
}

const stop = async ({ process }: Suited): Promise<void> => {
  process.signal('SIGTERM')
  expect(await process.exited).toBe(0)
}

/**
 * What is made once: a WeCom, and the folder of a stopped service with a ticket and one company.
 */
const site = useWorkshop(afterAll)
let wecom: Wecom
let corpid: string
let inClear: string
let sealed: string
/** A service on a copy of the folder in clear, for cases that change nothing there. */
let running: { readonly suited: Suited; readonly dataDir: string }

const sealing = { SUITED_ENCRYPTION_KEY: key }

beforeAll(async () => {
  wecom = site.wecom()
  corpid = wecom.corpids[0]
  inClear = await site.folder()
  const suited = await site.serviceFor(wecom, inClear)
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  await stop(suited)
  sealed = await site.copyOf(inClear)
  expect((await site.run(['rekey'], settingsFor(sealed, sealing))).exitCode).toBe(0)
  const dataDir = await site.copyOf(inClear)
  running = { suited: await site.serviceFor(wecom, dataDir), dataDir }
})

const outputFile = async (): Promise<string> => join(await workshop.folder(), 'suited.export')

const settingsFor = (dataDir: string, more: Record<string, string> = {}) => ({
  env: { ...wecom.settings, SUITED_DATA_DIR: dataDir, ...more },
})

/** Starts a service on a folder, and expects signatures at once. */
const expectSignatures = async (dataDir: string, more: Record<string, string> = {}) => {
  const suited = await workshop.serviceFor(wecom, dataDir, more)
  wecom.simulator.calls.clear()
  for (const type of ['config', 'agent_config'] as const) {
    expect((await suited.sign(corpid, type)).status).toBe(200)
  }
  expect(wecom.simulator.calls.count({ path: '/cgi-bin/service/v2/get_permanent_code' })).toBe(0)
}

/** Imports into a new folder. */
const expectToComeIn = async (importArgs: readonly string[], more: Record<string, string> = {}) => {
  const dataDir = await workshop.folder()
  const imported = await workshop.run(['import', ...importArgs], settingsFor(dataDir, more))
  expect(imported.stderr).toContain('0 refused')
  expect(imported.exitCode).toBe(0)
  const kinds = linesOf(imported).map(({ kind, result }) => `${kind} ${result}`)
  expect(kinds).toEqual(expect.arrayContaining(['corp imported', 'suite imported']))
  return dataDir
}

/** The same, starts a service on it, and expects signatures at once. */
const expectToLiveOn = async (importArgs: readonly string[], more: Record<string, string> = {}) => {
  await expectSignatures(await expectToComeIn(importArgs, more), more)
}

const expectRefused = (imported: RunningProcess, target: string) => {
  expect([imported.exitCode, imported.stdout]).toEqual([1, ''])
  expect(existsSync(target)).toBe(false)
}

describe('an export', () => {
  test('of a running service is sealed with a passphrase, and another machine lives on with it', async () => {
    const { suited, dataDir } = running
    const output = await outputFile()
    const passphrase = await passphraseFile()
    const args = ['--passphrase-file', passphrase, '--output', output, '--url', suited.url]
    const run = await workshop.run(['export', ...args], settingsFor(dataDir))
    expect(run.stderr).toContain('companies: 1,')
    expect(run.exitCode).toBe(0)
    expect(modeOf(output)).toBe('600')
    const bytes = readFileSync(output, 'latin1')
    for (const secret of [...wecom.secrets(), corpid]) expect(bytes).not.toContain(secret)
    await expectToLiveOn([output, '--passphrase-file', passphrase])
  })

  test('under a passphrase comes in with no other one, and not without', async () => {
    const output = await outputFile()
    const plain = await workshop.run(['export', '--plain'], settingsFor(inClear))
    const passphrase = 'correct horse battery staple'
    const sealedText = await ageExport(Buffer.from(plain.stdout), {
      opensWith: 'passphrase',
      passphrase,
    })
    writeFileSync(output, sealedText)
    const another = ['--passphrase-file', await passphraseFile(`${passphrase}s`)]
    for (const wrong of [another, []]) {
      const target = join(await workshop.folder(), 'data')
      const refused = await workshop.run(['import', output, ...wrong], settingsFor(target))
      expectRefused(refused, target)
    }
    await expectToComeIn([output, '--passphrase-file', await passphraseFile(passphrase)])
  })

  test('of a folder that a service has is asked of that service', async () => {
    const { suited, dataDir } = running
    const output = await outputFile()
    const settings = settingsFor(dataDir, { SUITED_PORT: new URL(suited.url).port })
    const run = await workshop.run(['export', '--plain', '--output', output], settings)
    expect(run.exitCode).toBe(0)
    expect(readFileSync(output, 'utf8')).toContain(corpid)
  })

  test('of a folder that a service has says so where that can’t be reached', async () => {
    const output = await outputFile()
    const run = await workshop.run(
      ['export', '--plain', '--output', output],
      settingsFor(running.dataDir, { SUITED_PORT: '1' }),
    )
    expect(run.exitCode).toBe(69)
    expect(run.stderr).toContain('--url')
    expect(existsSync(output)).toBe(false)
  })

  test('of a stopped service is sealed with the encryption key, which a moved one may change', async () => {
    const output = await outputFile()
    const run = await workshop.run(['export', '--output', output], settingsFor(sealed, sealing))
    expect(run.exitCode).toBe(0)
    const bytes = readFileSync(output, 'latin1')
    for (const secret of [...wecom.secrets(), key]) expect(bytes).not.toContain(secret)
    await expectToLiveOn([output], {
      SUITED_ENCRYPTION_KEY: otherKey,
      SUITED_PREVIOUS_ENCRYPTION_KEY: key,
    })
  })

  test('in the container of before the age format still comes in', async () => {
    const output = await outputFile()
    const run = await workshop.run(['export', '--plain'], settingsFor(sealed, sealing))
    const own = { opensWith: 'key', key: Buffer.from(key, 'base64') } as const
    writeFileSync(output, await formerContainer(Buffer.from(run.stdout), own))
    await expectToComeIn([output], sealing)
  })

  test('opens with the identity that --identity prints, which needs the key', async () => {
    const dataDir = await workshop.folder()
    const settings = settingsFor(dataDir, sealing)
    const run = await workshop.run(['export', '--identity'], settings)
    expect(run.exitCode).toBe(0)
    expect(run.stdout).toBe(`${identityOfKey(Buffer.from(key, 'base64'))}\n`)
    expect(run.stderr).toContain('secret')
    const [without, withMore] = await Promise.all([
      workshop.run(['export', '--identity'], settingsFor(dataDir)),
      workshop.run(['export', '--identity', '--plain'], settings),
    ])
    for (const refused of [without, withMore]) {
      expect([refused.exitCode, refused.stdout]).toEqual([64, ''])
    }
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('is plain with --plain alone', async () => {
    const output = await outputFile()
    const settings = settingsFor(inClear)
    const refused = await workshop.run(['export', '--output', output], settings)
    expect([refused.exitCode, refused.stdout]).toEqual([64, ''])
    expect(existsSync(output)).toBe(false)

    const run = await workshop.run(['export', '--plain'], settings)
    expect(run.exitCode).toBe(0)
    expect(linesOf(run)[0]).toMatchObject({ format: 'suited-export' })
  })

  test('goes from one to the other through a pipe', async () => {
    const target = await workshop.folder()
    const pipe =
      '"$0" export --plain --data-dir "$FROM" | "$0" import - --data-dir "$TO" && test -d "$TO/corps"'
    const env = { ...wecom.settings, FROM: inClear, TO: target }
    const cwd = await workshop.folder()
    const run = workshop.startProgram(['sh', '-c', pipe, workshop.binary()], { env, cwd })
    expect(await run.exited).toBe(0)
    const kinds = linesOf(run).map(({ kind, result }) => `${kind} ${result}`)
    expect(kinds).toEqual(expect.arrayContaining(['corp imported', 'suite imported']))
  })

  test('of no folder is none, and makes none', async () => {
    const dataDir = join(await workshop.folder(), 'nowhere')
    const run = await workshop.run(['export', '--plain'], settingsFor(dataDir))
    expect(run.exitCode).toBe(1)
    expect(existsSync(dataDir)).toBe(false)
  })

  test('needs a passphrase worth its name', async () => {
    const settings = settingsFor(await workshop.folder())
    const short = await passphraseFile('short')
    const run = await workshop.run(['export', '--passphrase-file', short], settings)
    expect([run.exitCode, run.stdout]).toEqual([64, ''])
  })
})

describe('an import', () => {
  /** An export of a stopped service, and what importing a changed copy of it leads to. */
  const exportedFile = async (of: ReturnType<typeof settingsFor>, args: readonly string[]) => {
    const output = await outputFile()
    const run = await workshop.run(['export', '--output', output, ...args], of)
    expect(run.exitCode).toBe(0)
    const bytes = readFileSync(output)
    const attempt = async (changed: Buffer) => {
      writeFileSync(output, changed)
      const target = join(await workshop.folder(), 'data')
      const process = await workshop.run(['import', output], settingsFor(target, sealing))
      return { process, target }
    }
    return { bytes, attempt }
  }

  test('of a file that was altered is refused before anything is written', async () => {
    const { bytes, attempt } = await exportedFile(settingsFor(sealed, sealing), [])
    const altered = Buffer.from(bytes)
    altered[bytes.length - 100]! ^= 1
    const { process, target } = await attempt(altered)
    expectRefused(process, target)
  })

  test('of a plain file that was cut off likewise', async () => {
    const { bytes, attempt } = await exportedFile(settingsFor(inClear), ['--plain'])
    const text = bytes.toString()
    const shorter = Buffer.from(text.split('\n').slice(0, -2).join('\n'))
    const { process, target } = await attempt(shorter)
    expectRefused(process, target)
  })

  test('that comes again changes nothing', async () => {
    const { suited, dataDir } = running
    const output = await outputFile()
    const settings = settingsFor(dataDir)
    const url = ['--url', suited.url]
    // Whoever takes an export is noted, and the note is in the next one.
    const headers = { authorization: `Bearer ${adminToken}` }
    await (await fetch(`${suited.url}/api/export`, { method: 'POST', headers })).bytes()
    await workshop.run(['export', '--plain', '--output', output, ...url], settings)
    const run = await workshop.run(['import', output, ...url], settings)
    expect(run.exitCode).toBe(0)
    const results = linesOf(run).filter(({ kind }) => kind !== 'identities')
    const lines = results.map(({ kind, result }) => `${kind} ${result}`)
    expect(lines.sort()).toEqual([
      'audit already_there',
      'corp already_there',
      'facts already_there',
      'suite already_there',
    ])
  })

  test('of companies that were there before: each checked, a result a line, safe twice', async () => {
    const dataDir = await workshop.copyOf(inClear)
    const suited = await workshop.serviceFor(wecom, dataDir)
    const { world, calls } = wecom.simulator
    const [, good, revoked] = wecom.corpids
    const codeOf = (corpid: string) => authorize(world, wecom.suiteId, corpid).installation
    const codes = { good: codeOf(good), revoked: codeOf(revoked!) }
    endInstallation(world, codes.revoked)
    const list = join(await workshop.folder(), 'companies.csv')
    writeFileSync(
      list,
      [
        'corpid,permanentCode,name',
        `${good},${codes.good.permanentCode},"Good, Ltd."`,
        `${revoked},${codes.revoked.permanentCode},Revoked`,
        'wpNobody,any-code,Unknown',
        '',
      ].join('\r\n'),
    )
    const args = ['import', list, '--url', suited.url]
    const first = await workshop.run(args, settingsFor(dataDir))
    expect(first.exitCode).toBe(1)
    expect(linesOf(first)).toMatchObject([
      { line: 2, corpid: good, result: 'imported', status: 'authorized' },
      { line: 3, corpid: revoked, result: 'refused', code: 'wecom_error' },
      { line: 4, corpid: 'wpNobody', result: 'refused', errcode: 40013 },
    ])
    for (const { result, cause, cure } of linesOf(first)) {
      if (result === 'refused') expect([typeof cause, typeof cure]).toEqual(['string', 'string'])
    }
    expect((await suited.sign(good)).status).toBe(200)

    calls.clear()
    const second = await workshop.run(args, settingsFor(dataDir))
    expect(linesOf(second).map(({ result }) => result)).toEqual([
      'already_there',
      'refused',
      'refused',
    ])
    expect(calls.count({ corpid: good })).toBe(0)
    const said = [first, second].map(({ stdout, stderr }) => stdout + stderr).join('')
    for (const { permanentCode } of Object.values(codes)) {
      expect(said).not.toContain(permanentCode)
      expect(suited.process.stderr).not.toContain(permanentCode)
    }
  })

  test('of companies needs no running service', async () => {
    const dataDir = await workshop.copyOf(inClear)
    const newcomer = wecom.corpids[1]
    const { permanentCode } = authorize(wecom.simulator.world, wecom.suiteId, newcomer).installation
    const list = join(await workshop.folder(), 'companies.jsonl')
    writeFileSync(list, JSON.stringify({ corpid: newcomer, permanentCode }))
    const run = await workshop.run(['import', list], settingsFor(dataDir))
    expect(run.exitCode).toBe(0)
    expect(linesOf(run)).toMatchObject([{ line: 1, corpid: newcomer, result: 'imported' }])
    const again = await workshop.serviceFor(wecom, dataDir)
    expect((await again.sign(newcomer)).status).toBe(200)
  })

  test('of a file that is not there ends with 64', async () => {
    const settings = settingsFor(await workshop.folder())
    expect((await workshop.run(['import', '/nowhere'], settings)).exitCode).toBe(64)
  })
})

describe('a backup', () => {
  test('is made at the start, for its owner alone, and restores to an empty machine', async () => {
    const backups = join(await workshop.folder(), 'backups')
    const began = Date.now()
    const suited = await workshop.serviceFor(wecom, await workshop.copyOf(sealed), {
      ...sealing,
      SUITED_BACKUP_DIR: backups,
    })
    const { lastAt } = await until('a backup', async () => {
      const { backup } = await suited.ask('/api/status')
      return backup.lastAt === null ? null : backup
    })
    expect(lastAt).toBeGreaterThanOrEqual(began)
    const [file, ...others] = readdirSync(backups)
    expect(others).toEqual([])
    expect(file).toMatch(/^suited-\d{8}T\d{9}Z\.export$/)
    const path = join(backups, file!)
    expect([modeOf(backups), modeOf(path)]).toEqual(['700', '600'])
    const bytes = readFileSync(path, 'latin1')
    for (const secret of [...wecom.secrets(), corpid]) expect(bytes).not.toContain(secret)
    await suited.process.kill()
    await expectToLiveOn([path], sealing)
  })

  test('that can’t be written is an error in the log and in the status, and no more', async () => {
    const place = await workshop.folder()
    writeFileSync(join(place, 'file'), '')
    const suited = await workshop.serviceFor(wecom, await workshop.copyOf(inClear), {
      SUITED_BACKUP_DIR: join(place, 'file', 'dir'),
    })
    expect((await suited.sign(corpid)).status).toBe(200)
    const { backup } = await suited.ask('/api/status')
    expect(backup).toMatchObject({ lastAt: null, lastError: expect.any(String) })
    expect(suited.logs().some(({ level }) => level === 'error')).toBe(true)
  })
})

describe('a suited that observes', () => {
  test('takes what is pushed and makes no call to WeCom', async () => {
    const untouched = workshop.wecom()
    const suited = await workshop.serviceFor(untouched, await workshop.folder(), {
      SUITED_OBSERVE: '1',
    })
    const { pusher, calls } = untouched.simulator
    const corpid = untouched.corpids[0]
    expect((await pusher.pushTicket(untouched.suiteId)).ok).toBe(true)
    expect((await pusher.install(untouched.suiteId, corpid)).push?.ok).toBe(true)
    expect((await suited.sign(corpid)).status).toBe(503)
    const token = await suited.ask(`/api/corps/${corpid}/access-token`)
    expect(token).toMatchObject({ status: 503, code: 'suite_not_configured' })
    const { suites, events, waiting } = await suited.ask('/api/status')
    expect(suites[0].ticketReceivedAt).not.toBeNull()
    expect(events.pending).toBe(1)
    expect(waiting[0].code).toBe('observing')
    expect(suited.logs().some(({ message }) => message.startsWith('waiting:'))).toBe(true)
    await stop(suited)
    expect(calls.count()).toBe(0)
  })
})

describe('a data folder', () => {
  test('of a newer suited is refused with one sentence, and left as it is', async () => {
    const dataDir = await workshop.copyOf(inClear)
    const format = join(dataDir, 'format.json')
    expect(JSON.parse(readFileSync(format, 'utf8'))).toEqual({ version: 1 })
    writeFileSync(format, '{"version":2}\n')
    const before = readdirSync(dataDir, { recursive: true }).sort()
    const run = await workshop.run(['serve'], settingsFor(dataDir))
    expect([run.exitCode, run.stdout]).toEqual([1, ''])
    expect(run.stderr).toContain('newer suited')
    expect(readdirSync(dataDir, { recursive: true }).sort()).toEqual(before)
    expect(readFileSync(format, 'utf8')).toBe('{"version":2}\n')
  })
})
