import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createExportDecrypter } from '../../src/suite/transfer/decrypt-export'
import { gathered } from '../suite/transfer/containers'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()
const site = useWorkshop(afterAll)

/** Long enough that nothing else holds it by chance. */
const shortestSecret = 16

const freshKey = (): string => randomBytes(32).toString('base64')

const everythingIn = (dataDir: string): string => {
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join()
}

const secretsFound = (wecom: Wecom, dataDir: string): string[] => {
  const bytes = everythingIn(dataDir)
  const secrets = wecom.secrets().filter(({ length }) => length >= shortestSecret)
  return secrets.filter((secret) => bytes.includes(secret))
}

/** Starts it with these settings where it must not start. */
const refused = async (wecom: Wecom, dataDir: string, more: Record<string, string>) => {
  const env = { ...wecom.settings, SUITED_DATA_DIR: dataDir, ...more }
  const { exitCode, stderr } = await workshop.run(['serve'], { env })
  return { exitCode, stderr }
}

const rekey = async (wecom: Wecom, dataDir: string, more: Record<string, string>) =>
  workshop.run(['rekey'], { env: { ...wecom.settings, SUITED_DATA_DIR: dataDir, ...more } })

/** A folder in which a company has installed the app and signed; nobody owns it any more. */
const lived = async (wecom: Wecom, more: Record<string, string>): Promise<string> => {
  const dataDir = await site.folder()
  const suited = await site.serviceFor(wecom, dataDir, more)
  await wecom.giveTicket(suited)
  await wecom.install(suited, wecom.corpids[0])
  expect((await suited.sign(wecom.corpids[0])).status).toBe(200)
  await suited.process.kill()
  return dataDir
}

const firstKey = freshKey()

/** What is made once: a folder without a key and one with it, and the WeCom of each. */
const left = {} as Record<'inClear' | 'sealed', { wecom: Wecom; dataDir: string }>

beforeAll(async () => {
  for (const [name, more] of [
    ['inClear', {}],
    ['sealed', { SUITED_ENCRYPTION_KEY: firstKey }],
  ] as const) {
    const wecom = site.wecom()
    left[name] = { wecom, dataDir: await lived(wecom, more) }
  }
})

/** A copy, which a case may change. */
const copyOf = async (name: keyof typeof left) => ({
  wecom: left[name].wecom,
  dataDir: await workshop.copyOf(left[name].dataDir),
})

/** It starts, signs without asking WeCom, and says this about the key. */
const signsAgain = async (wecom: Wecom, dataDir: string, more: Record<string, string>) => {
  wecom.simulator.calls.clear()
  const suited = await workshop.serviceFor(wecom, dataDir, more)
  expect((await suited.sign(wecom.corpids[0])).status).toBe(200)
  expect(wecom.simulator.calls.list()).toEqual([])
  const { warnings } = await suited.ask('/api/status')
  await suited.process.kill()
  return { asksForRekey: warnings.some((warning: string) => warning.includes('suited rekey')) }
}

describe('a folder with a key', () => {
  test('holds no secret in clear, and starts and signs again with that key alone', async () => {
    const [key, otherKey] = [firstKey, freshKey()]
    const { wecom, dataDir } = await copyOf('sealed')
    expect(secretsFound(wecom, dataDir)).toEqual([])

    const without = await refused(wecom, dataDir, {})
    const wrong = await refused(wecom, dataDir, { SUITED_ENCRYPTION_KEY: otherKey })
    for (const { exitCode, stderr } of [without, wrong]) {
      expect(exitCode).toBe(78)
      expect(stderr).toContain('SUITED_ENCRYPTION_KEY')
      expect(stderr).not.toContain(key)
      expect(stderr).not.toContain(otherKey)
    }
    expect(await signsAgain(wecom, dataDir, { SUITED_ENCRYPTION_KEY: key })).toEqual({
      asksForRekey: false,
    })
  })

  test('changes to another one: the key before opens it, rekey ends the need of that', async () => {
    const [oldKey, key] = [firstKey, freshKey()]
    const { wecom, dataDir } = await copyOf('sealed')
    const both = { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: oldKey }
    expect(await signsAgain(wecom, dataDir, both)).toEqual({ asksForRekey: true })
    expect((await refused(wecom, dataDir, { SUITED_ENCRYPTION_KEY: key })).exitCode).toBe(78)
    const { exitCode, stderr } = await rekey(wecom, dataDir, both)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(await signsAgain(wecom, dataDir, { SUITED_ENCRYPTION_KEY: key })).toEqual({
      asksForRekey: false,
    })
    expect((await refused(wecom, dataDir, { SUITED_ENCRYPTION_KEY: oldKey })).exitCode).toBe(78)
  })
})

describe('a folder from before the key', () => {
  test('is used with one, asks for rekey, and holds no secret in clear after it', async () => {
    const { wecom, dataDir } = await copyOf('inClear')
    const inClear = secretsFound(wecom, dataDir)
    // A ticket, an auth_code, a permanent code, two tokens, a jsapi_ticket.
    expect(inClear.length).toBeGreaterThan(4)
    const more = { SUITED_ENCRYPTION_KEY: freshKey() }
    expect(await signsAgain(wecom, dataDir, more)).toEqual({ asksForRekey: true })

    const first = await rekey(wecom, dataDir, more)
    expect([first.exitCode, first.stderr]).toEqual([0, ''])
    expect(secretsFound(wecom, dataDir)).toEqual([])
    expect(await signsAgain(wecom, dataDir, more)).toEqual({ asksForRekey: false })
  })
})

describe('rekey', () => {
  test('wants a key', async () => {
    const wecom = workshop.wecom()
    const { exitCode, stderr } = await rekey(wecom, await workshop.folder(), {})
    expect(exitCode).toBe(78)
    expect(stderr).toContain('SUITED_ENCRYPTION_KEY')
  })

  test('makes no folder where none is', async () => {
    const dataDir = join(await workshop.folder(), 'none')
    const more = { SUITED_ENCRYPTION_KEY: freshKey() }
    expect((await rekey(workshop.wecom(), dataDir, more)).exitCode).toBe(1)
    expect(() => readdirSync(dataDir)).toThrow('ENOENT')
  })

  test('names what is damaged, exits 1 and keeps asking for the key before', async () => {
    const oldKey = firstKey
    const { wecom, dataDir } = await copyOf('sealed')
    const file = [...new Bun.Glob('corps/*/*.json').scanSync(dataDir)][0]!
    await Bun.write(join(dataDir, file), '{')
    const key = freshKey()
    const both = { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: oldKey }
    const { exitCode, stderr } = await rekey(wecom, dataDir, both)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(file)
    expect((await refused(wecom, dataDir, { SUITED_ENCRYPTION_KEY: key })).exitCode).toBe(78)
  })
})

/** Whether this key opens what the running service exports now. */
const opensExport = async (suited: Suited, key: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const answer = await fetch(`${suited.url}/api/export`, { method: 'POST', headers })
  const decrypt = createExportDecrypter([{ opensWith: 'key', key: Buffer.from(key, 'base64') }])
  return gathered(decrypt(answer.body!)).then(
    () => true,
    () => false,
  )
}

test('rekey leaves a folder alone that a service owns, where a new key counts from the next start on, for exports too', async () => {
  const wecom = workshop.wecom()
  const cwd = await workshop.folder()
  const keyFile = join(cwd, 'key')
  const [key, newKey] = [freshKey(), freshKey()]
  await Bun.write(keyFile, key)
  const dataDir = await workshop.folder()
  const more = { SUITED_ENCRYPTION_KEY_FILE: keyFile }
  const suited = await workshop.serviceFor(wecom, dataDir, more)
  const { exitCode, stderr } = await rekey(wecom, dataDir, more)
  expect(exitCode).toBe(75)
  expect(stderr).toContain(String(suited.process.pid))
  const late = () =>
    suited.logs().filter(({ settings }) => String(settings).includes('SUITED_ENCRYPTION_KEY'))
  const readAgain = () =>
    suited.logs().filter(({ message }) => message === 'the settings were read again').length
  suited.process.signal('SIGHUP')
  await until('the settings to be read again', () => readAgain() === 1)
  expect(late()).toEqual([])
  await Bun.write(keyFile, newKey)
  suited.process.signal('SIGHUP')
  await until('the settings to be read once more', () => readAgain() === 2)
  expect(late()).toHaveLength(1)
  expect(await opensExport(suited, key)).toBe(true)
  expect(await opensExport(suited, newKey)).toBe(false)
})
