import { describe, expect, test } from 'bun:test'
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
})

describe('what it can do nothing with is refused', () => {
  test('an unknown flag, by name and without its value', async () => {
    const { exitCode, stdout, stderr } = await workshop.run(['urls', '--admin-token=mellon'])
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toContain('--admin-token')
    expect(stderr).not.toContain('mellon')
  })

  test.each([
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

test('without a command it serves; what is told of that service on the command line is so', async () => {
  // A flag and its value apart from each other, in place of a setting that is none.
  const env = { ...workshop.wecom().settings, SUITED_PORT: 'none' }
  const suited = await listening(await workshop.start(['--port', '0'], { env }))
  const { port } = new URL(suited.url)
  const healthcheck = (...words: string[]) =>
    workshop.run(['healthcheck', ...words], { env: { SUITED_PORT: port } })
  expect((await healthcheck()).exitCode).toBe(0)
  expect((await healthcheck(`${suited.url}/readyz`)).exitCode).toBe(0)

  const printed = await workshop.run(['openapi'])
  expect(printed.exitCode).toBe(0)
  const document = JSON.parse(printed.stdout)
  expect(Object.keys(document.paths).length).toBeGreaterThan(10)
  expect(document).toEqual(await suited.ask('/swagger/json'))

  await suited.process.kill()
  const gone = await healthcheck()
  expect(gone.exitCode).toBe(1)
  expect(gone.stderr).toContain(port)
})
