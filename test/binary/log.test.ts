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

  // A wrong secret, a message for someone else, one that is not XML, and one that is signed
  // wrongly.
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

test.each(['json', 'pretty'])(
  'no stranger writes to a terminal through the log in %s',
  async (format) => {
    const { settings } = workshop.wecom()
    const suited = await workshop.start(['serve'], {
      env: { ...settings, SUITED_LOG_FORMAT: format },
    })
    const url = await until('it to listen', () => {
      const [, origin] = /suited is listening.*?(http:[\w./:]+)/.exec(suited.stderr) ?? []
      return origin ?? null
    })
    const page = encodeURIComponent('https://app.example.com/')
    for (const corpid of ['%C2%9B2J', '%7F', '%E2%80%AE', '%E2%80%A8', '%1B%5B31m', '%EF%BB%BF']) {
      await fetch(`${url}/sign?corpid=${corpid}&url=${page}`)
    }
    suited.signal('SIGTERM')
    expect(await suited.exited).toBe(0)
    expect(suited.stderr).toContain('a page got no signature')
    expect(suited.stderr).toContain('\\u009b2J')
    const unprintable = [...suited.stderr.replaceAll('\n', '')].filter((letter) =>
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(letter),
    )
    expect(unprintable).toEqual([])
  },
)

test('a page that is refused again and again leaves a few lines and their number', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serve(wecom.settings)
  for (let i = 0; i < 300; i++) await suited.sign('wpNobody')
  suited.process.signal('SIGTERM')
  expect(await suited.process.exited).toBe(0)
  const lines = suited.logs()
  expect(lines.filter(({ message }) => message === 'a page got no signature')).toHaveLength(5)
  expect(lines.find(({ message }) => message === 'and 295 more of this kind')).toMatchObject({
    level: 'info',
    line: 'a page got no signature',
    kind: 'corp_not_authorized',
    address: '127.0.0.1',
  })
})

test('a log on a terminal is coloured, unless NO_COLOR says otherwise', async () => {
  const { settings } = workshop.wecom()
  const seenOn = async (env: Record<string, string>) => {
    let seen = ''
    const child = Bun.spawn([workshop.binary(), 'serve'], {
      cwd: await workshop.folder(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings, ...env },
      terminal: {
        data: (_, data) => {
          seen += new TextDecoder().decode(data)
        },
      },
    })
    await until('it to listen', () => seen.includes('suited is listening'))
    child.kill('SIGTERM')
    await child.exited
    return seen
  }
  const coloured = await seenOn({ NO_COLOR: '' })
  expect(coloured).toContain('\u001b[36minfo \u001b[0m')
  expect(coloured).toMatch(/\d\d:\d\d:\d\dZ/)
  const plain = await seenOn({ NO_COLOR: '1' })
  expect(plain).toMatch(/^\d\d:\d\d:\d\dZ \w+ /m)
  expect(plain).not.toContain('\u001b[')
})
