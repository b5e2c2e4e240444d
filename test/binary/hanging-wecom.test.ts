import { expect, test } from 'bun:test'
import { pageUrl, type Suited } from './suited'
import { until } from './until'
import { authorised, type Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** WeCom wants an answer within 1000 ms; half of that is left to slow machines. */
const answerWithinMs = 500

/** A service that has one company, whose signatures need no call any more. */
const withOneCompany = async (wecom: Wecom, dataDir: string): Promise<Suited> => {
  const suited = await workshop.serviceFor(wecom, dataDir)
  await wecom.giveTicket(suited)
  await wecom.install(suited, wecom.corpids[0])
  expect((await suited.sign(wecom.corpids[0])).status).toBe(200)
  return suited
}

test('while WeCom’s API hangs, command callbacks are answered in time and pages with a ticket at hand are signed', async () => {
  const wecom = workshop.wecom()
  const suited = await withOneCompany(wecom, await workshop.folder())
  const { pusher, calls, acceptsSignature } = wecom.simulator
  const { suiteId } = wecom
  const [corpid, ...others] = wecom.corpids
  wecom.hang()

  const began = performance.now()
  const pushes = await Promise.all([
    ...others.map(async (newcomer) => (await pusher.install(suiteId, newcomer)).push!),
    pusher.changeAuth(suiteId, corpid),
    pusher.pushTicket(suiteId),
  ])
  const slowestMs = Math.max(...pushes.map(({ ms }) => ms))
  process.stdout.write(`command callbacks while WeCom hangs: answered within ${slowestMs} ms\n`)
  expect(pushes.map(({ body, attempts }) => [body, attempts])).toEqual(
    pushes.map(() => ['success', 1]),
  )
  expect(slowestMs).toBeLessThan(answerWithinMs)

  await until('a call that hangs', () => calls.count({ errcode: null }) > 0)
  const answer = await suited.sign(corpid)
  const signed = (await answer.json()) as { timestamp: number; nonceStr: string; signature: string }
  const page = { suiteId, corpid, type: 'config' as const, url: pageUrl, ...signed }
  expect(acceptsSignature(page).ok).toBe(true)
  // Sooner than the first of its calls to WeCom gives up.
  expect(performance.now() - began).toBeLessThan(5000)
})

test('a page and a program whose call to WeCom hangs are told so, however long that takes', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  await wecom.giveTicket(suited)
  const [corpid] = wecom.corpids
  await wecom.install(suited, corpid)
  wecom.hang()

  const [page, program] = await Promise.all([
    suited.sign(corpid).then((answer) => answer.json()),
    suited.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' }),
  ])
  const timeout = { status: 504, code: 'wecom_timeout' }
  expect([page, program]).toMatchObject([timeout, timeout])
}, 40_000)

test('kill -9 right after the success for a create_auth, while WeCom’s API hangs, loses no company', async () => {
  const wecom = workshop.wecom()
  const { pusher, faults } = wecom.simulator
  const dataDir = await workshop.folder()
  const [, newcomer] = wecom.corpids
  const before = await withOneCompany(wecom, dataDir)
  wecom.hang()

  const { push } = await pusher.install(wecom.suiteId, newcomer)
  await before.process.kill()
  expect(push).toMatchObject({ body: 'success', attempts: 1 })

  faults.clear()
  const after = await workshop.serviceFor(wecom, dataDir)
  await until('the authorisation', () => authorised(after, newcomer))
  expect((await after.sign(newcomer)).status).toBe(200)
})
