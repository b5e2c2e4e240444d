import { expect, test } from 'bun:test'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port'
import { settingsIn } from './printed-settings'
import { adminToken } from './suited'
import { until } from './until'
import { authorised } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const ownSettings = {
  SUITED_HOST: '127.0.0.1',
  SUITED_PORT: '0',
  SUITED_ADMIN_TOKEN: adminToken,
}

const suiteState = {
  WECOM_TOKEN: 'TokenOfBothSides',
  WECOM_ENCODING_AES_KEY: 'Y2FsbGJhY2tzQXJlU2VhbGVkV2l0aFRoaXNLZXkxMjM',
  WECOM_SUITE_ID: 'wwSuiteOfBothSides',
  WECOM_SUITE_SECRET: 'secret-of-both-sides',
  WECOM_PROVIDER_CORPID: 'wwProviderOfBothSides',
}

test('simulate takes the settings that it is given, checks the URLs, says of one that does not answer as WeCom wants that it is refused, and pushes a ticket', async () => {
  const suited = await workshop.serve({ ...suiteState, ...ownSettings })
  const other = await workshop.start(
    ['simulate', '--port=0', `--command-url=${suited.url}/callback/command`],
    { env: { ...suiteState, WECOM_TOKEN: 'AnotherToken' } },
  )
  await until('the refusal', () => /^commandUrl: refused/m.test(other.stdout))
  const box = await workshop.start(
    [
      'simulate',
      '--port=0',
      `--command-url=${suited.url}/callback/command`,
      `--data-url=${suited.url}/callback/data/$CORPID$`,
    ],
    { env: suiteState },
  )
  await until('the check of the data URL', () => /^dataUrl: saved$/m.test(box.stdout))
  expect(settingsIn(box.stdout)).toMatchObject(suiteState)
  expect(box.stdout).toMatch(/^commandUrl: saved$/m)
  await until('a ticket', async () => {
    const { suites } = await suited.ask('/api/status')
    return suites[0].ticketReceivedAt
  })
})

test('simulate waits for the service, says so once, and goes on when it is up', async () => {
  const port = String(freePort())
  const url = `http://127.0.0.1:${port}/callback/command`
  const box = await workshop.start(['simulate', '--port=0', `--command-url=${url}`], {
    env: suiteState,
  })
  await until('a word about waiting', () => box.stdout.includes(`commandUrl: waiting for ${url}`))
  const suited = await workshop.serve({ ...suiteState, ...ownSettings, SUITED_PORT: port })
  await until('the check', () => /^commandUrl: saved$/m.test(box.stdout))
  expect(box.stdout.match(/waiting for/g)).toHaveLength(1)
  await until('a ticket', async () => {
    const { suites } = await suited.ask('/api/status')
    return suites[0].ticketReceivedAt
  })
})

test('simulate prints settings with which a service gets its tickets and an install, and with --state keeps ids, secrets, companies and installs over a restart', async () => {
  const state = join(await workshop.folder(), 'world.json')
  const dataDir = await workshop.folder()
  const boxWords = ['simulate', '--port=0', '--ticket-seconds=1', '--state', state]
  const first = await workshop.start(boxWords)
  const corpid = await until(
    'its companies',
    () => /^Companies:\n {2}(\S+)/m.exec(first.stdout)?.[1] ?? null,
  )
  expect(statSync(state).mode & 0o777).toBe(0o600)
  const printed = settingsIn(first.stdout)
  const settings = { ...printed, ...ownSettings, SUITED_DATA_DIR: dataDir }
  const suited = await workshop.serve(settings)
  const tell = (box: Record<string, string>, method: string, path: string, body: object) =>
    fetch(`${box.WECOM_API_URL}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const checks = await tell(printed, 'PUT', '/urls', {
    commandUrl: `${suited.url}/callback/command`,
    dataUrl: `${suited.url}/callback/data/$CORPID$`,
  })
  expect(await checks.json()).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  await until('a ticket', async () => (await suited.ask('/api/status')).suites[0].ticketReceivedAt)
  const installed = await tell(printed, 'POST', '/install', { corpid })
  expect(await installed.json()).toMatchObject({ push: { ok: true } })
  await until('an authorisation', () => authorised(suited, corpid))
  expect((await suited.sign(corpid)).status).toBe(200)
  first.signal('SIGTERM')
  expect(await first.exited).toBe(143)
  suited.process.signal('SIGTERM')
  await suited.process.exited
  const kept = readFileSync(state, 'utf8')

  const second = await workshop.start(boxWords)
  await until('its companies', () => second.stdout.includes('Companies:'))
  const again = settingsIn(second.stdout)
  const ids = ({
    WECOM_API_URL,
    WECOM_OPEN_URL,
    WECOM_OAUTH_URL,
    WECOM_LOGIN_URL,
    ...rest
  }: typeof again) => rest
  expect(ids(again)).toEqual(ids(printed))
  expect(readFileSync(state, 'utf8')).toBe(kept)
  const moved = await workshop.serve({ ...settings, ...again })
  await tell(again, 'PUT', '/urls', { commandUrl: `${moved.url}/callback/command` })
  await until('a token for the company that installed the app before', async () => {
    const response = await moved.ask(`/api/corps/${corpid}/access-token`)
    return response.accessToken
  })
})

test('simulate refuses a state that is none, or another one than it is told, and leaves it as it is', async () => {
  const state = join(await workshop.folder(), 'world.json')
  writeFileSync(state, '{"mine":true}')
  const broken = await workshop.run(['simulate', '--port=0', '--state', state])
  expect([broken.exitCode, broken.stdout]).toEqual([78, ''])
  expect(broken.stderr).toContain(state)
  expect(readFileSync(state, 'utf8')).toBe('{"mine":true}')

  const good = join(await workshop.folder(), 'world.json')
  const box = await workshop.start(['simulate', '--port=0', '--state', good])
  await until('its companies', () => box.stdout.includes('Companies:'))
  await box.kill()
  const kept = readFileSync(good, 'utf8')
  const env = { WECOM_TOKEN: 'AnotherToken' }
  const other = await workshop.run(['simulate', '--port=0', '--state', good], { env })
  expect([other.exitCode, other.stderr.split(' ')[0]]).toEqual([64, 'WECOM_TOKEN'])
  expect(readFileSync(good, 'utf8')).toBe(kept)
})
