/**
 * A WeCom whose answers are odd in every way that is known, and the binary that has to live with
 * it.
 */
import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { jsonOf } from '../scene'
import { oddExchanges as allOddExchanges } from '../suite/install/odd-exchanges'
import type { Suited } from './suited'
import { until } from './until'
import { authorised, type Wecom } from './wecom'
import { useWorkshop } from './workshop'

const long = Bun.env.SUITED_LONG_TESTS === '1'

/** `test/suite/install` has all of them each time; here every fifth is. */
const oddExchanges = allOddExchanges.filter((_, n) => long || n % 5 === 0)

const workshop = useWorkshop()

let fronts: { stop(force: boolean): unknown }[] = []
afterEach(() => {
  for (const front of fronts) front.stop(true)
  fronts = []
})

/** Passes every call on to WeCom, and puts the odd answer in place of that to an exchange. */
const inFrontOf = (wecom: Wecom, oddFor: (corpid: string) => (typeof oddExchanges)[number]) => {
  const front = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const { method } = request
      const body = method === 'POST' ? await request.text() : null
      const answer = await fetch(`${wecom.url}${pathname}${search}`, { method, body })
      if (!pathname.endsWith('/get_permanent_code')) return answer
      const { permanent_code, auth_corp_info } = await jsonOf(answer)
      return oddFor(auth_corp_info.corpid).answer(permanent_code, auth_corp_info.corpid)
    },
  })
  fronts.push(front)
  return front.url.origin
}

const allSettled = async (suited: Suited) => {
  await until('an empty event log', async () => {
    return (await suited.ask('/api/status')).events.pending === 0
  })
}

test('each code is on the disk, outlives kill -9, and can be moved to another machine', async () => {
  const wecom = workshop.wecom()
  const corpids: string[] = []
  for (const _ of oddExchanges) {
    const made = await fetch(`${wecom.url}/simulator/companies`, { method: 'POST', body: '{}' })
    corpids.push((await jsonOf(made)).corpid)
  }
  const apiUrl = inFrontOf(wecom, (corpid) => oddExchanges[corpids.indexOf(corpid)]!)
  const dataDir = await workshop.folder()
  const settings = { ...wecom.settings, WECOM_API_URL: apiUrl }
  const first = await workshop.serve({ ...settings, SUITED_DATA_DIR: dataDir })
  wecom.pushTo(first)
  await wecom.giveTicket(first)
  for (const corpid of corpids) {
    const { push } = await wecom.simulator.pusher.install(wecom.suiteId, corpid)
    expect(push?.ok).toBe(true)
  }
  for (const corpid of corpids) await until(corpid, () => authorised(first, corpid))
  await allSettled(first)
  first.process.signal('SIGKILL')
  await first.process.exited

  const again = await workshop.serve({ ...settings, SUITED_DATA_DIR: dataDir })
  for (const [n, corpid] of corpids.entries()) {
    const { name } = oddExchanges[n]!
    expect([name, (await again.sign(corpid)).status]).toEqual([name, 200])
  }
  const { items } = await again.ask('/api/corps?limit=200')
  expect(items).toHaveLength(corpids.length)

  const file = join(await workshop.folder(), 'suited.export')
  const exporting = ['export', '--plain', '--output', file, '--url', again.url]
  const exported = await workshop.run(exporting, { env: { ...settings, SUITED_DATA_DIR: dataDir } })
  expect(exported.stderr).toContain(`companies: ${corpids.length},`)
  const env = { ...settings, SUITED_DATA_DIR: await workshop.folder() }
  const imported = await workshop.run(['import', file], { env })
  expect(imported.stderr).toContain('0 refused')
  const moved = await workshop.serve(env)
  for (const corpid of corpids) expect((await moved.sign(corpid)).status).toBe(200)
})

test('a company whose name has raw control characters in every answer installs, and its pages are signed', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  await wecom.giveTicket(suited)
  for (const [n, garbage] of (
    ['control_characters', 'text_numbers', 'compressed'] as const
  ).entries()) {
    wecom.simulator.faults.clear()
    wecom.simulator.faults.add({ path: '/cgi-bin/*', garbage })
    const corpid = wecom.corpids[n % wecom.corpids.length]!
    await wecom.install(suited, corpid)
    for (const type of ['config', 'agent_config'] as const) {
      const answer = await suited.sign(corpid, type)
      expect([garbage, answer.status]).toEqual([garbage, 200])
    }
    const { name } = await suited.ask(`/api/corps/${corpid}`)
    expect(name.includes('\x1b\uFFFD\t\n')).toBe(garbage === 'control_characters')
    await wecom.simulator.pusher.uninstall(wecom.suiteId, corpid)
    await allSettled(suited)
  }
})
