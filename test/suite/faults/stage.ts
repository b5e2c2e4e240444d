/**
 * Ten minutes of our clock in which every call to WeCom goes wrong in one way. Each call has a
 * company of its own that needs it and asks every ten seconds, so that each is met by itself; one
 * more company has all its tokens cached.
 */
import { minuteMs, secondMs } from '../../../src/clock'
import type { Fault } from '../../../src/simulator/faults/faults'
import type { SignatureType } from '../../../src/suite/pages/signing'
import { adminToken, jsonOf, type LogLine, pageUrl, type Scene } from '../../scene'
import { providerSecret } from '../provider-scene'
import { type Key, threeSuites } from '../three-suites'

export type Strike = Omit<Fault, 'path' | 'suiteId' | 'corpid'>

export interface Seen {
  /** Calls that WeCom saw, those that failed and those that didn't. */
  readonly calls: number
  /** What those who needed it were answered, each once: `200`, `502 wecom_error`. */
  readonly answers: readonly string[]
  /** What the log said to the operator about it: warnings and errors. */
  readonly logged: readonly LogLine[]
}

export interface TenMinutes {
  readonly seen: Readonly<Record<CallName, Seen>>
  /** What pages of the company with cached tokens were answered, each once. */
  readonly served: readonly string[]
  /** What the status says at the end: codes of what is awaited, and the warnings. */
  readonly waiting: readonly string[]
  readonly warnings: readonly string[]
}

export const callNames = [
  'get_suite_token',
  'get_permanent_code',
  'get_auth_info',
  'get_corp_token',
  'gettoken',
  'get_jsapi_ticket',
  'ticket/get',
  'get_provider_token',
] as const
export type CallName = (typeof callNames)[number]

interface Upstream {
  readonly path: string
  readonly suite: Key
  /** Which company needs it; null for the calls that are about none. */
  readonly company: number | null
  /** The fault strikes the whole suite: the call names no company. */
  readonly wholeSuite?: true
  /** Makes it necessary: the token that WeCom gave before is dead, or a company installs. */
  readonly begin: 'kill' | 'install' | 'nothing'
  readonly type?: SignatureType
}

const upstreams: Readonly<Record<CallName, Upstream>> = {
  get_suite_token: {
    path: '/cgi-bin/service/get_suite_token',
    suite: 'hr',
    company: 1,
    wholeSuite: true,
    begin: 'kill',
  },
  get_permanent_code: {
    path: '/cgi-bin/service/v2/get_permanent_code',
    suite: 'crm',
    company: 2,
    begin: 'install',
  },
  get_auth_info: {
    path: '/cgi-bin/service/v2/get_auth_info',
    suite: 'crm',
    company: 3,
    begin: 'install',
  },
  get_corp_token: {
    path: '/cgi-bin/service/get_corp_token',
    suite: 'crm',
    company: 4,
    begin: 'kill',
  },
  gettoken: { path: '/cgi-bin/gettoken', suite: 'template', company: 5, begin: 'kill' },
  get_jsapi_ticket: {
    path: '/cgi-bin/get_jsapi_ticket',
    suite: 'crm',
    company: 6,
    begin: 'nothing',
  },
  'ticket/get': {
    path: '/cgi-bin/ticket/get',
    suite: 'crm',
    company: 7,
    begin: 'nothing',
    type: 'agent_config',
  },
  get_provider_token: {
    path: '/cgi-bin/service/get_provider_token',
    suite: 'crm',
    company: null,
    begin: 'kill',
  },
}

const companies = 8

/**
 * Company 0 has its tickets cached in every suite; the others have what their call doesn't bring.
 */
const createStage = async () => {
  const { scene, ids } = await threeSuites({
    env: { WECOM_PROVIDER_SECRET: providerSecret },
    simulator: {
      provider: { secret: providerSecret },
      suites: [{}, {}, { kind: 'customised' }],
      companies: Array.from({ length: companies }, (_, n) => ({ name: `企业 ${n}` })),
    },
  })
  const { pusher } = scene.simulator
  for (const suiteId of Object.values(ids)) await pusher.pushTicket(suiteId)
  const installed = Object.values(upstreams).filter(({ begin }) => begin !== 'install')
  for (const { suite, company } of [{ suite: 'crm' as Key, company: 0 }, ...installed]) {
    if (company === null) continue
    await pusher.install(ids[suite], scene.corpids[company]!)
    await scene.settle()
  }
  for (const type of ['config', 'agent_config'] as const) await scene.sign(scene.corpids[0]!, type)
  pusher.startTickets()
  await scene.clock.advance(5 * minuteMs)
  scene.simulator.calls.clear()
  return { scene, ids }
}

const keyed = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }

/** What was answered, in one word or two. */
const wordsOf = async (answer: Response): Promise<string> => {
  const { code } = await jsonOf(answer)
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`
}

const eachOnce = async (answers: readonly Promise<Response>[]): Promise<string[]> => {
  const words = await Promise.all((await Promise.all(answers)).map(wordsOf))
  return [...new Set(words)].sort()
}

/** Makes one call necessary, and gives back how its outcome is asked for. */
const begin = async (
  { scene, ids }: { scene: Scene; ids: Readonly<Record<Key, string>> },
  { suite, company, wholeSuite, begin, type = 'config' }: Upstream,
): Promise<() => Promise<Response>> => {
  const { simulator, corpids } = scene
  const suiteId = ids[suite]
  if (company === null) {
    const path = '/api/provider/access-token'
    const { accessToken: dead } = await scene.ask(path)
    const body = JSON.stringify({ dead })
    simulator.killTokens({ kind: 'provider_access_token' })
    return () => scene.request(path, { method: 'POST', headers: keyed, body })
  }
  const corpid = corpids[company]!
  if (begin === 'kill') simulator.killTokens({ suiteId, corpid, kind: 'access_token' })
  if (wholeSuite) simulator.killTokens({ suiteId, kind: 'suite_access_token' })
  if (begin === 'install') await simulator.pusher.install(suiteId, corpid)
  const query = new URLSearchParams({ corpid, url: pageUrl, type })
  return () => scene.request(`/suites/${suite}/sign?${query}`)
}

const askEveryMs = 10 * secondMs

export const tenMinutes = async (strike: Strike): Promise<TenMinutes> => {
  const stage = await createStage()
  const { scene, ids } = stage
  const { clock, simulator, corpids } = scene
  const linesBefore = scene.logs.length

  const needs = []
  for (const name of callNames) {
    const { path, suite, company, wholeSuite } = upstreams[name]
    const corpid = company === null || wholeSuite ? undefined : corpids[company]
    const suiteId = company === null ? undefined : ids[suite]
    const scope = { path, suiteId, corpid }
    if (name !== 'gettoken') simulator.faults.add({ ...scope, ...strike })
    else simulator.faults.add({ path, ...strike })
    needs.push({ name, scope, answers: [] as Promise<Response>[] })
  }
  const asks = new Map<CallName, () => Promise<Response>>()
  for (const { name } of needs) asks.set(name, await begin(stage, upstreams[name]))

  const served: Promise<Response>[] = []
  for (let elapsed = 0; elapsed < 10 * minuteMs; elapsed += askEveryMs) {
    for (const { name, answers } of needs) answers.push(asks.get(name)!())
    if (elapsed % minuteMs === 0) {
      served.push(scene.sign(corpids[0]!), scene.sign(corpids[0]!, 'agent_config'))
    }
    await clock.advance(askEveryMs)
  }
  const calls = needs.map(({ name, scope }) =>
    simulator.calls.count(name === 'gettoken' ? { path: scope.path } : scope),
  )
  const { waiting, warnings } = await scene.ask('/api/status')
  const lines = scene.logs
    .slice(linesBefore)
    .filter(({ level }) => level === 'warn' || level === 'error')
  // Whoever still waits gets an answer, too.
  await clock.advance(minuteMs)
  const seen = await Promise.all(
    needs.map(async ({ name, scope, answers }, n) => {
      const { path, company, suite } = upstreams[name]
      const about = company === null ? null : corpids[company]
      const logged = lines.filter(
        (line) =>
          line.path === path || (about && line.corpid === about && line.suiteId === ids[suite]),
      )
      return [name, { calls: calls[n] ?? 0, answers: await eachOnce(answers), logged, scope }]
    }),
  )
  const result = {
    seen: Object.fromEntries(seen) as TenMinutes['seen'],
    served: await eachOnce(served),
    waiting: (waiting as { code: string }[]).map(({ code }) => code),
    warnings,
  }
  await scene.stop()
  return result
}
