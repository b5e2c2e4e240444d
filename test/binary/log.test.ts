import { expect, test } from 'bun:test'
import { adminToken, logLines } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** A text that is nowhere but in a member's message. */
const confidence = '只有我们知道'

test('through good and bad times every line of the log is JSON, and none holds a secret', async () => {
  const wecom = workshop.wecom()
  const { simulator, suiteId } = wecom
  const { pusher, faults, world } = simulator
  const [first, ...others] = wecom.corpids
  const dataDir = await workshop.folder()
  const debug = { SUITED_LOG_LEVEL: 'debug', WECOM_PROVIDER_SECRET: world.provider.secret }
  const suited = await workshop.serviceFor(wecom, dataDir, debug)

  await wecom.giveTicket(suited)
  await wecom.install(suited, first)
  await suited.sign(first, 'config')
  await suited.sign(first, 'agent_config')
  await pusher.message(suiteId, first, { text: confidence })
  await pusher.changeAuth(suiteId, first)
  await fetch(`${suited.url}/api/status?token=x`, { headers: { authorization: 'Bearer wrong' } })

  // Tokens that WeCom no longer knows, and one that is reported dead.
  simulator.killTokens()
  const { accessToken: dead } = await suited.ask(`/api/corps/${first}/access-token`)
  await suited.ask(`/api/corps/${first}/access-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dead }),
  })

  // Two installs while WeCom answers in every bad way there is.
  for (const fault of [
    { reset: true },
    { garbage: 'html' as const },
    { garbage: 'truncated' as const, afterEffect: true },
    { status: 503 },
    { errcode: 40082 },
    { errcode: 60020 },
  ]) {
    faults.add({ path: '/cgi-bin/*', times: 1, ...fault })
  }
  await Promise.all(others.map((corpid) => pusher.install(suiteId, corpid)))
  await until('the faults to be over', () => faults.list().length === 0)

  // A wrong secret, a message for someone else, one that is not XML, and one that is signed wrongly.
  wecom.suite.suiteSecret = 'another-secret-of-the-suite'
  simulator.killTokens()
  await pusher.pushTicket(suiteId)
  await pusher.push(suiteId, `<xml><SuiteId>${suiteId}</SuiteId></xml>`, { receiveId: 'wwOther' })
  await pusher.push(suiteId, `${confidence}, and no XML`)
  wecom.suite.token = 'AnotherToken'
  await pusher.pushTicket(suiteId)
  await fetch(`${suited.url}/sign?corpid=${first}&url=${confidence}`)
  await pusher.uninstall(suiteId, first)

  suited.process.signal('SIGTERM')
  expect(await suited.process.exited).toBe(0)
  const { stdout, stderr } = suited.process
  expect(stdout).toBe('')
  const lines = logLines(stderr)
  expect(lines.length).toBeGreaterThan(20)
  for (const level of ['debug', 'info', 'warn']) {
    expect(lines.map((line) => line.level)).toContain(level)
  }
  const secrets = [
    ...wecom.secrets(),
    wecom.settings.WECOM_TOKEN!,
    wecom.settings.WECOM_SUITE_SECRET!,
    adminToken,
    confidence,
  ]
  expect(secrets.length).toBeGreaterThan(20)
  expect(secrets.filter((secret) => stderr.includes(secret))).toEqual([])
})
