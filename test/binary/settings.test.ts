import { describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningProcess } from './process'
import { listening } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** A working directory with this `suited.toml` in it. */
const folderWith = async (toml: string): Promise<string> => {
  const cwd = await workshop.folder()
  writeFileSync(join(cwd, 'suited.toml'), toml)
  return cwd
}

/** The settings that a refusal names, one a line. */
const namedIn = ({ stderr }: RunningProcess): string[] =>
  [...stderr.matchAll(/^ {2}(\S+) /gm)].map(([, name]) => name ?? '')

describe('mistakes', () => {
  test('ten at once are all named, exit 78, and none of their values is repeated', async () => {
    const cwd = await folderWith('event_retention_days = "mistake-10"\n')
    const inEnvironment = {
      WECOM_TOKEN: 'mistake 1',
      WECOM_ENCODING_AES_KEY: 'mistake-2',
      WECOM_SUITE_ID: 'mistake 3',
      WECOM_API_URL: 'ftp://mistake-4',
      WECOM_PROVIDER_CORPID: 'mistake 5',
      SUITED_ADMIN_TOKEN: 'mistake-6',
      SUITED_TRUSTED_DOMAINS: 'https://mistake-7/',
      SUITED_LOG_LEVEL: 'mistake-8',
    }
    const suited = await workshop.run(['serve', '--config=suited.toml', '--port=mistake-9'], {
      cwd,
      env: inEnvironment,
    })
    expect(suited.exitCode).toBe(78)
    expect(namedIn(suited).sort()).toEqual(
      [...Object.keys(inEnvironment), '--port', 'event_retention_days'].sort(),
    )
    expect(suited.stdout + suited.stderr).not.toContain('mistake')
  })

  test('a file that is missing, or that is no TOML, is all that is named', async () => {
    const cwd = await folderWith('token = "secret-of-the-file\n')
    const broken = await workshop.run(['serve', '--config', 'suited.toml'], { cwd })
    expect(broken.exitCode).toBe(78)
    expect(namedIn(broken)).toEqual(['suited.toml'])
    expect(broken.stderr).not.toContain('secret-of-the-file')
    const missing = await workshop.run(['serve', '--config', 'none.toml'], { cwd })
    expect(missing.exitCode).toBe(78)
    expect(namedIn(missing)).toEqual(['none.toml'])
  })
})

/** The settings of a WeCom as a configuration file has them. */
const fileOf = (settings: Readonly<Record<string, string>>, more: string): string => `
token = "${settings.WECOM_TOKEN}"
encoding_aes_key = "${settings.WECOM_ENCODING_AES_KEY}"
admin_token = "${settings.SUITED_ADMIN_TOKEN}"
host = "127.0.0.1"
port = 0
${more}
`

describe('the configuration file', () => {
  test('holds everything that a service needs, whether --config or SUITED_CONFIG names it, and yields to a flag', async () => {
    const { settings } = workshop.wecom()
    const cwd = await folderWith(fileOf(settings, 'data_dir = "from-file"'))
    const environment = { SUITED_CONFIG: 'suited.toml', SUITED_DATA_DIR: 'from-environment' }
    for (const { args, env, expected } of [
      { args: ['--config', 'suited.toml'], env: {}, expected: 'from-file' },
      { args: ['--data-dir', 'from-flag'], env: environment, expected: 'from-flag' },
    ]) {
      const suited = await listening(await workshop.start(['serve', ...args], { cwd, env }))
      expect((await suited.ask('/api/status')).suites).toMatchObject([{ key: 'default' }])
      const line = suited.logs().find(({ dataDir }) => dataDir !== undefined)
      expect(line?.dataDir).toBe(expected)
      await suited.process.kill()
    }
  })

  test('holds several suites, whose secrets may lie in files of their own', async () => {
    const { suite, suiteId, settings } = workshop.wecom()
    const cwd = await folderWith(`
host = "127.0.0.1"
port = 0
admin_token = "${settings.SUITED_ADMIN_TOKEN}"

[[suites]]
key = "crm"
id = "${suiteId}"
token = "${suite.token}"
encoding_aes_key = "${suite.encodingAesKey}"
secret_file = "crm-secret"

[[suites]]
key = "shop"
token = "Token2"
encoding_aes_key = "${suite.encodingAesKey}"
`)
    writeFileSync(join(cwd, 'crm-secret'), `${suite.suiteSecret}\n`)
    const start = await workshop.start(['serve', '--config', 'suited.toml'], { cwd })
    const suited = await listening(start)
    expect((await suited.ask('/api/status')).suites).toMatchObject([
      { key: 'crm', suiteId },
      { key: 'shop', suiteId: null },
    ])
  })
})
