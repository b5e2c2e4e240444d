import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { pushRequest } from '../../src/simulator/push/sealing'
import { addCompany } from '../../src/simulator/world/create-world'
import { credentialsOf } from '../../src/simulator/world/credentials'
import { currentInstallation } from '../../src/simulator/world/installations'
import { writeSettings } from './settings-file'
import { type Key, type SeveralSuites, startSeveralSuites } from './several-suites'
import { listening, pageUrl } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

/** One service for all cases; a case that changes a company's apps has a company of its own. */
const workshop = useWorkshop(afterAll)

let stage: SeveralSuites

const installed: readonly Key[] = ['crm', 'shop', 'template']

const installAll = async (corpid: string): Promise<void> => {
  for (const key of installed) await stage.install(key, corpid)
}

const newCompany = (): string => addCompany(stage.wecom.simulator.world).corpid

beforeAll(async () => {
  stage = await startSeveralSuites(workshop)
  for (const corpid of stage.wecom.corpids.slice(0, 2)) await installAll(corpid)
})

const sign = async (prefix: string, corpid: string, type = 'agent_config') => {
  const query = new URLSearchParams({ corpid, url: pageUrl, type })
  const answer = await fetch(`${stage.suited.url}${prefix}/sign?${query}`)
  return { status: answer.status, signed: (await answer.json()) as never }
}

/** The key of the suite whose page a signature is good for; null if it is good for none. */
const goodFor = (corpid: string, type: 'config' | 'agent_config', signed: never): Key | null => {
  const { simulator } = stage.wecom
  const fitting = Object.entries(stage.suites).find(([, { suiteId }]) => {
    const page = Object.assign({ suiteId, corpid, type, url: pageUrl }, signed)
    return simulator.acceptsSignature(page).ok
  })
  return fitting ? (fitting[0] as Key) : null
}

describe('companies with several apps', () => {
  test('have an agentid, a token and signatures of each app’s own', async () => {
    const { wecom, suited, suites } = stage
    const { world } = wecom.simulator
    for (const corpid of wecom.corpids.slice(0, 2)) {
      for (const key of installed) {
        const { suiteId } = suites[key]
        const { agentid } = currentInstallation(world, suiteId, corpid)!
        expect(await suited.ask(`/api/corps/${corpid}?suite=${key}`)).toMatchObject({
          suiteId,
          agentid,
        })
        const path = `/api/corps/${corpid}/access-token?suite=${suiteId}`
        const { accessToken } = await suited.ask(path)
        const own = credentialsOf(world.credentials, 'access_token', { suiteId, corpid })
        expect(own.map(({ value }) => value)).toEqual([accessToken])
        for (const prefix of [`/suites/${key}`, `/suites/${suiteId}`]) {
          for (const type of ['config', 'agent_config'] as const) {
            const { signed } = await sign(prefix, corpid, type)
            expect(goodFor(corpid, type, signed)).toBe(key)
          }
        }
      }
    }
  })

  test('must be asked for with the suite, which the refusal lists', async () => {
    const corpid = newCompany()
    await stage.install('crm', corpid)
    expect(await stage.suited.ask(`/api/corps/${corpid}`)).toMatchObject({ status: 'authorized' })
    await stage.install('shop', corpid)
    for (const path of ['', '/timeline', '/access-token', '/admins']) {
      const refused = await stage.suited.ask(`/api/corps/${corpid}${path}`)
      expect(refused).toMatchObject({ status: 400, code: 'suite_required' })
      expect(refused.suites.toSorted()).toEqual(['crm', 'shop'])
    }
  })

  test('leave one app and keep the others', async () => {
    const { wecom, suited, suites } = stage
    const [other] = wecom.corpids
    const corpid = newCompany()
    await installAll(corpid)
    await wecom.simulator.pusher.uninstall(suites.shop.suiteId, corpid)
    await stage.settled()
    const statusOf = async (key: Key, of: string) => (await sign(`/suites/${key}`, of)).status
    expect(await Promise.all(installed.map((key) => statusOf(key, corpid)))).toEqual([
      200, 404, 200,
    ])
    expect(await Promise.all(installed.map((key) => statusOf(key, other)))).toEqual([200, 200, 200])
    const left = await suited.ask(`/api/corps?status=cancelled`)
    expect(left.items).toMatchObject([{ corpid, suiteId: suites.shop.suiteId }])
  })

  test('have events and a timeline of each app’s own', async () => {
    const { wecom, suited, suites } = stage
    const [corpid] = wecom.corpids
    for (const key of installed) {
      await wecom.simulator.pusher.message(suites[key].suiteId, corpid, { text: `for ${key}` })
      await wecom.simulator.pusher.changeAuth(suites[key].suiteId, corpid)
    }
    await stage.settled()
    for (const key of installed) {
      const { suiteId } = suites[key]
      const told = await suited.ask(`/api/events?suite=${key}&limit=200`)
      expect(new Set(told.items.map((event: { suiteId: string }) => event.suiteId))).toEqual(
        new Set([suiteId]),
      )
      const texts = await suited.ask(`/api/events?suite=${suiteId}&corpid=${corpid}&type=text`)
      expect(texts.items).toMatchObject([{ payload: { Content: `for ${key}` } }])
      const { items } = await suited.ask(`/api/corps/${corpid}/timeline?suite=${key}`)
      const types = items.map(({ type }: { type: string }) => type)
      expect(types.filter((type: string) => type === 'create_auth')).toEqual(['create_auth'])
      expect(types.filter((type: string) => type === 'change_auth')).toEqual(['change_auth'])
    }
    const all = await suited.ask(`/api/events?type=text`)
    expect(all.items).toHaveLength(installed.length)
  })
})

describe('paths', () => {
  test('mean the suite of their key or id; without one, the default suite', async () => {
    const [corpid] = stage.wecom.corpids
    const { signed } = await sign('', corpid)
    expect(goodFor(corpid, 'agent_config', signed)).toBe('crm')
    for (const prefix of ['/suites/none', '/suites/CRM', `/suites/${corpid}`]) {
      const { status, signed: refusal } = await sign(prefix, corpid)
      expect([status, refusal]).toMatchObject([404, { code: 'suite_not_found' }])
    }
  })

  test('without a suite mean none where no suite is the default', async () => {
    const cwd = await workshop.folder()
    const suites = stage.content.suites!.map((suite) => ({ ...suite, default: false }))
    const path = writeSettings(cwd, { ...stage.content, suites })
    const suited = await listening(await workshop.start(['serve', '--config', path], { cwd }))
    for (const path of ['/callback/command', '/dataUrl', '/sign?corpid=a&url=b']) {
      expect(await suited.ask(path)).toMatchObject({ status: 404, code: 'suite_not_found' })
    }
    const { suiteId } = stage.suites.shop
    const url = `${suited.url}/suites/${suiteId}/callback/command`
    const { pusher } = stage.wecom.simulator
    expect(await pusher.checkUrl(suiteId, url)).toMatchObject({ ok: true })
  })

  test('of one suite take neither another’s seal nor another’s message', async () => {
    const { wecom, suited, suites } = stage
    const { pusher, world } = wecom.simulator
    const crmUrl = `${suited.url}/callback/command`
    expect(await pusher.checkUrl(suites.crm.suiteId, crmUrl)).toMatchObject({ ok: true })
    expect(await pusher.checkUrl(suites.shop.suiteId, crmUrl)).toMatchObject({ status: 403 })

    const ticketAt = async () => {
      const told = (await suited.ask('/api/status')).suites
      return told.map(({ ticketReceivedAt }: { ticketReceivedAt: number }) => ticketReceivedAt)
    }
    const before = await ticketAt()
    const foreign = `<xml><SuiteId>${suites.shop.suiteId}</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>${Math.floor(world.clock.now() / 1000)}</TimeStamp><SuiteTicket>foreign</SuiteTicket></xml>`
    const push = pushRequest(world, crmUrl, {
      sealer: suites.crm,
      message: foreign,
      receiveId: suites.crm.suiteId,
      toUserName: suites.crm.suiteId,
      agentId: '',
    })
    const pushed = await fetch(push.url, push.init)
    expect(await pushed.json()).toMatchObject({ status: 403, code: 'wrong_receiver' })
    expect(await ticketAt()).toEqual(before)
    await until('a line that names it', () =>
      suited
        .logs()
        .some(({ reason, came }) => reason === 'wrong_receiver' && came === suites.shop.suiteId),
    )
  })

  test('of companies go with the suite that the query names, by key or id', async () => {
    const { suited, suites } = stage
    const corpid = newCompany()
    await stage.install('shop', corpid)
    const isListed = async (suite: string) => {
      const { items } = await suited.ask(`/api/corps?suite=${suite}`)
      return items.some((corp: { corpid: string }) => corp.corpid === corpid)
    }
    expect(await isListed('shop')).toBe(true)
    expect(await isListed(suites.shop.suiteId)).toBe(true)
    expect(await isListed('crm')).toBe(false)
    expect(await suited.ask('/api/corps?suite=none')).toMatchObject({ code: 'suite_not_found' })
  })
})
