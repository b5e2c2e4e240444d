import { expect, test } from 'bun:test'
import { until } from './until'
import { authorised } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** What is promised from the signal to the end. */
const endsWithinMs = 10_000

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s it exits 0 at once if nothing is under way, and starts again with what it had',
  async (signal) => {
    const wecom = workshop.wecom()
    const dataDir = await workshop.folder()
    const [corpid] = wecom.corpids
    const before = await workshop.serviceFor(wecom, dataDir)
    await wecom.giveTicket(before)
    await wecom.install(before, corpid)

    const began = performance.now()
    before.process.signal(signal)
    expect(await before.process.exited).toBe(0)
    expect(performance.now() - began).toBeLessThan(endsWithinMs / 2)

    const after = await workshop.serviceFor(wecom, dataDir)
    expect((await after.sign(corpid)).status).toBe(200)
  },
)

test('on SIGTERM a request under way is answered before the process ends', async () => {
  const wecom = workshop.wecom()
  const { faults, calls } = wecom.simulator
  const [corpid] = wecom.corpids
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  const slow = '/cgi-bin/get_jsapi_ticket'
  faults.add({ path: slow, delayMs: 1000 })

  const answer = suited.sign(corpid)
  await until('its call', () => calls.count({ path: slow }) > 0)
  suited.process.signal('SIGTERM')
  expect((await answer).status).toBe(200)
  expect(await suited.process.exited).toBe(0)
})

test('on SIGTERM it exits 0 within 10 s although WeCom hangs and a request waits for it, and what it took is done after a restart', async () => {
  const wecom = workshop.wecom()
  const { faults, pusher, calls } = wecom.simulator
  const dataDir = await workshop.folder()
  const [corpid, newcomer] = wecom.corpids
  const before = await workshop.serviceFor(wecom, dataDir)
  await wecom.giveTicket(before)
  await wecom.install(before, corpid)
  wecom.hang()
  const { push } = await pusher.install(wecom.suiteId, newcomer)
  expect(push?.body).toBe('success')
  const waiting = before.sign(corpid).catch(() => null)
  await until('its call', () => calls.count({ path: '/cgi-bin/get_jsapi_ticket' }) > 0)

  const began = performance.now()
  before.process.signal('SIGTERM')
  expect(await before.process.exited).toBe(0)
  expect(performance.now() - began).toBeLessThan(endsWithinMs)
  await waiting

  faults.clear()
  const after = await workshop.serviceFor(wecom, dataDir)
  await until('the authorisation', () => authorised(after, newcomer))
  expect((await after.sign(corpid)).status).toBe(200)
})
