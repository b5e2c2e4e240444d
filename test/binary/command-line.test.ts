import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { settingsIn } from './printed-settings'
import { listening } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const key = Buffer.alloc(32, 7).toString('base64')

describe('asking it about itself', () => {
  test('--version prints the version of package.json and nothing else', async () => {
    const { exitCode, stdout, stderr } = await workshop.run(['--version'])
    expect([exitCode, stdout, stderr]).toEqual([0, `${manifest.version}\n`, ''])
  })

  test('serve --help has a flag for every setting that is no secret, and none for a secret', async () => {
    const { stdout } = await workshop.run(['serve', '--help'])
    expect(Bun.stripANSI(stdout)).toMatch(/--config=/)
    expect(Bun.stripANSI(stdout)).toMatch(/--data-dir=.*SUITED_DATA_DIR/)
    expect(Bun.stripANSI(stdout)).not.toMatch(
      /--(admin-token|suite-secret|token|encoding-aes-key)\b/,
    )
  })
})

describe('what it does not know is refused', () => {
  test('an unknown command, by name', async () => {
    const { exitCode, stderr } = await workshop.run(['serv'])
    expect(exitCode).toBe(64)
    expect(stderr).toContain('serv')
  })

  test('an unknown flag, by name and without its value', async () => {
    const { exitCode, stdout, stderr } = await workshop.run(['urls', '--admin-token=mellon'])
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toContain('--admin-token')
    expect(stderr).not.toContain('mellon')
  })

  test.each([
    [['--nothing'], '--nothing'],
    [['--secret', 'mellon'], '--secret'],
    [['--url=http://127.0.0.1:1', '--mellon'], '--mellon'],
    [['--data-dir'], '--data-dir'],
    [[], 'FILE'],
  ])('import %p, which lacks its file too, is told of %s', async (words, told) => {
    const { exitCode, stdout, stderr } = await workshop.run(['import', ...words])
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toContain(told)
  })

  test('an unknown flag without a command', async () => {
    const { exitCode, stderr } = await workshop.run(['--quiet'])
    expect(exitCode).toBe(64)
    expect(stderr).toContain('--quiet')
  })

  test('a word after --version', async () => {
    for (const words of [
      ['--version', 'x'],
      ['-v', '--port=1'],
    ]) {
      const { exitCode, stdout, stderr } = await workshop.run(words)
      expect([exitCode, stdout]).toEqual([64, ''])
      expect(stderr).toBe(`${words[0]} stands alone. See suited --help.\n`)
    }
  })

  test.each([
    ['--command-url', 'foo'],
    ['--data-url', 'ftp://x'],
    ['--system-url', 'localhost:8001/callback'],
  ])('simulate %s=%s, to which nobody can push', async (flag, value) => {
    const { exitCode, stdout, stderr } = await workshop.run(['simulate', `${flag}=${value}`])
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toContain(flag)
  })

  test('a file for simulate --state where none can be, with what is wrong', async () => {
    const state = join(await workshop.folder(), 'none', 'x.json')
    const { exitCode, stderr } = await workshop.run(['simulate', '--state', state])
    expect([exitCode, stderr]).toEqual([
      78,
      `The file of --state can't be written (ENOENT): ${state}\n`,
    ])
  })

  test.each([
    ['serve', '/dev/null'],
    ['serve', '/dev/null/data'],
    ['export', '/dev/null'],
  ])('a data folder that is none, for %s: %s', async (command, dir) => {
    const { settings } = workshop.wecom()
    const run = await workshop.run([command, '--data-dir', dir], {
      env: { ...settings, SUITED_ENCRYPTION_KEY: key },
    })
    expect([run.exitCode, run.stdout]).toEqual([78, ''])
    expect(run.stderr).toContain('SUITED_DATA_DIR names')
  })
})

test('a flag and its value apart from each other are understood without a command too', async () => {
  const { settings } = workshop.wecom()
  const env = { ...settings, SUITED_PORT: 'none' }
  const process = await workshop.start(['--port', '0'], { env })
  expect((await fetch(`${(await listening(process)).url}/healthz`)).status).toBe(200)
})

test('keygen gives fresh values each time, with which the service starts', async () => {
  const [first, second] = await Promise.all([workshop.run(['keygen']), workshop.run(['keygen'])])
  const made = settingsIn(first.stdout)
  expect(Object.keys(made).sort()).toEqual([
    'SUITED_ADMIN_TOKEN',
    'SUITED_ENCRYPTION_KEY',
    'WECOM_ENCODING_AES_KEY',
    'WECOM_TOKEN',
  ])
  const again = Object.values(settingsIn(second.stdout))
  expect(Object.values(made).filter((value) => again.includes(value))).toEqual([])

  const suited = await workshop.serve({ ...made, SUITED_HOST: '127.0.0.1', SUITED_PORT: '0' })
  const headers = { authorization: `Bearer ${made.SUITED_ADMIN_TOKEN}` }
  expect((await fetch(`${suited.url}/api/status`, { headers })).status).toBe(200)
})

test('openapi prints the document that the running service gives', async () => {
  const suited = await workshop.serve(workshop.wecom().settings)
  const printed = await workshop.run(['openapi'])
  expect(printed.exitCode).toBe(0)
  const document = JSON.parse(printed.stdout)
  expect(Object.keys(document.paths).length).toBeGreaterThan(10)
  expect(document).toEqual(await suited.ask('/swagger/json'))
})

test('healthcheck exits 0 while the service is ready and 1 when it is gone', async () => {
  const suited = await workshop.serve(workshop.wecom().settings)
  const { port } = new URL(suited.url)
  const env = { SUITED_PORT: port }
  expect((await workshop.run(['healthcheck'], { env })).exitCode).toBe(0)
  expect((await workshop.run(['healthcheck', suited.url])).exitCode).toBe(0)
  expect((await workshop.run(['healthcheck', `${suited.url}/readyz`])).exitCode).toBe(0)

  await suited.process.kill()
  const gone = await workshop.run(['healthcheck'], { env })
  expect(gone.exitCode).toBe(1)
  expect(gone.stderr).toContain(port)
})
