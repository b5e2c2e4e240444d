import { expect, test } from 'bun:test'
import { systemClock } from '../../src/clock'
import { until } from './until'
import { authorised } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** What is promised from the signal to the end. */
const endsWithinMs = 10_000

/** A service that a company uses, and a company that has yet to install the app. */
const usedService = async () => {
  const wecom = workshop.wecom()
  const dataDir = await workshop.folder()
  const [corpid, newcomer] = wecom.corpids
  const before = await workshop.serviceFor(wecom, dataDir)
  await wecom.giveTicket(before)
  await wecom.install(before, corpid)
  return { wecom, dataDir, corpid, newcomer, before }
}

test('on SIGTERM or SIGINT it answers a request under way, exits 0 at once if there is none, and starts again with what it had', async () => {
  const { wecom, dataDir, corpid, before } = await usedService()
  const { faults, calls } = wecom.simulator
  const slow = '/cgi-bin/get_jsapi_ticket'
  faults.add({ path: slow, delayMs: 1000 })
  const answer = before.sign(corpid)
  await until('its call', () => calls.count({ path: slow }) > 0)
  before.process.signal('SIGTERM')
  expect((await answer).status).toBe(200)
  expect(await before.process.exited).toBe(0)

  faults.clear()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const after = await workshop.serviceFor(wecom, dataDir)
    expect((await after.sign(corpid)).status).toBe(200)
    const began = performance.now()
    after.process.signal(signal)
    expect(await after.process.exited).toBe(0)
    expect(performance.now() - began).toBeLessThan(endsWithinMs / 2)
  }
})

test('on SIGTERM amid callbacks, while WeCom hangs and a request waits for it, it exits 0 within 10 s, and every callback that was answered is there and done after a restart', async () => {
  const { wecom, dataDir, corpid, newcomer, before } = await usedService()
  const { faults, pusher, calls } = wecom.simulator
  wecom.hang()
  const waiting = before.sign(corpid).catch(() => null)
  await until('its call', () => calls.count({ path: '/cgi-bin/get_jsapi_ticket' }) > 0)

  const pushes: Promise<{ text: string; ok: boolean }>[] = []
  const isLeaving = () => before.process.stderr.includes('suited is leaving')
  // The last ones come when it leaves already, however long a busy machine takes over the signal.
  for (let n = 0, late = 0; late < 30; n++) {
    if (isLeaving()) late += 1
    const text = `message ${n}`
    pushes.push(pusher.message(wecom.suiteId, corpid, { text }).then(({ ok }) => ({ text, ok })))
    if (n === 50)
      pushes.push(
        pusher
          .install(wecom.suiteId, newcomer)
          .then(({ push }) => ({ text: '', ok: push!.status === 200 })),
      )
    if (n === 60) before.process.signal('SIGTERM')
    // As many as one page of the log shows.
    await systemClock.sleep(n < 120 ? 1 : 100)
  }
  const began = performance.now()
  expect(await before.process.exited).toBe(0)
  expect(performance.now() - began).toBeLessThan(endsWithinMs)
  await waiting
  const answered = (await Promise.all(pushes)).filter(({ ok }) => ok).map(({ text }) => text)
  expect(answered.length).toBeGreaterThan(10)
  expect(answered.length).toBeLessThan(pushes.length)

  faults.clear()
  const after = await workshop.serviceFor(wecom, dataDir)
  const { items } = await after.ask('/api/events?type=text&limit=200')
  const kept = items.map(({ payload }: { payload: { Content: string } }) => payload.Content)
  expect(answered.filter((text) => text !== '' && !kept.includes(text))).toEqual([])
  expect(answered).toContain('')
  await until('the authorisation', () => authorised(after, newcomer))
  expect((await after.sign(corpid)).status).toBe(200)
})
