import { expect, test } from 'bun:test'
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

test('simulate prints settings with which a service gets its tickets and an install', async () => {
  const box = await workshop.start(['simulate', '--port', '0', '--ticket-seconds', '1'])
  const corpid = await until(
    'its companies',
    () => /^Companies:\n {2}(\S+)/m.exec(box.stdout)?.[1] ?? null,
  )
  const printed = settingsIn(box.stdout)
  const suited = await workshop.serve({ ...printed, ...ownSettings })

  const tell = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${printed.WECOM_API_URL}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.json()
  }
  const checks = await tell('PUT', '/urls', {
    commandUrl: `${suited.url}/callback/command`,
    dataUrl: `${suited.url}/callback/data/$CORPID$`,
  })
  expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  await until('a suite_access_token', async () => {
    const { suites } = await suited.ask('/api/status')
    return suites[0].accessTokenExpiresAt
  })
  expect(await tell('POST', '/install', { corpid })).toMatchObject({ push: { ok: true } })
  await until('an authorisation', () => authorised(suited, corpid))
  expect((await suited.sign(corpid)).status).toBe(200)
})

test('simulate takes the settings that it is given, checks the URLs and pushes a ticket', async () => {
  const suited = await workshop.serve({ ...suiteState, ...ownSettings })
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

test('simulate says of a URL that does not answer as WeCom wants that it is refused', async () => {
  const suited = await workshop.serve({ ...suiteState, ...ownSettings })
  const box = await workshop.start(
    ['simulate', '--port=0', `--command-url=${suited.url}/callback/command`],
    { env: { ...suiteState, WECOM_TOKEN: 'AnotherToken' } },
  )
  await until('the check', () => /^commandUrl: refused/m.test(box.stdout))
})
