import { beforeEach, describe, expect, test } from 'bun:test'
import { currentInstallation, endInstallation } from '../../src/simulator/world/installations'
import type { Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const mostCalls = 3

let wecom: Wecom
let suited: Suited
let corpid: string

beforeEach(async () => {
  wecom = workshop.wecom()
  suited = await workshop.serviceFor(wecom, await workshop.folder())
  ;[corpid] = wecom.corpids
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
})

/** The authorisation ends and no cancel_auth tells of it. */
const revoke = () => {
  const { world, calls } = wecom.simulator
  endInstallation(world, currentInstallation(world, wecom.suiteId, corpid)!)
  calls.clear()
}

const callsAbout = () => wecom.simulator.calls.count({ corpid })

const report = (dead: string) =>
  suited.ask(`/api/corps/${corpid}/access-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dead }),
  })

const recheck = () => suited.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })

describe('a company whose authorisation is gone without a word', () => {
  test('costs at most three calls, however many pages are opened, reports made and questions asked', async () => {
    const { accessToken } = await suited.ask(`/api/corps/${corpid}/access-token`)
    revoke()
    const burst = await Promise.all(Array.from({ length: 50 }, () => suited.sign(corpid)))
    expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([502]))
    expect(await (await suited.sign(corpid, 'agent_config')).json()).toMatchObject({
      code: 'wecom_error',
      errcode: 40084,
    })
    for (let i = 0; i < 5; i++) expect(await report(accessToken)).toMatchObject({ errcode: 40084 })

    expect(await recheck()).toMatchObject({ status: 'invalid' })
    for (const path of ['access-token', 'admins']) {
      const refused = await suited.ask(`/api/corps/${corpid}/${path}`)
      expect(refused).toMatchObject({ status: 404, code: 'corp_not_authorized' })
      expect(refused.reason).toContain('40084')
    }
    const later = await Promise.all(Array.from({ length: 50 }, () => suited.sign(corpid)))
    expect(new Set(later.map(({ status }) => status))).toEqual(new Set([404]))
    process.stdout.write(`calls about a revoked company: ${callsAbout()}\n`)
    expect(callsAbout()).toBeLessThanOrEqual(mostCalls)
  })
})
