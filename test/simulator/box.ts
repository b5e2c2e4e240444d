import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/simulator'
import { seededRandom } from '../../src/simulator/world/random-text'
import { createManualClock, type ManualClock } from '../manual-clock'

export const startMs = 1_700_000_000_000
export const suiteId = 'wwsuite0123456789'
export const templateId = 'dktemplate0123456'
export const loginId = 'wwlogin0123456789'
export const corpid = 'wpCompanyA'
export const otherCorpid = 'wpCompanyB'
export const creator = 'woCreatorA'
export const worker = 'woWorkerA'
export const provider = { corpid: 'wwprovider0123456', secret: 'provider-secret' }

export type Json = Record<string, unknown>

/** A simulator under a hand-driven clock, and the few things that every test does with it. */
export interface Box {
  readonly clock: ManualClock
  readonly simulator: Simulator
  get(path: string, query?: Record<string, string>): Promise<Json>
  post(path: string, query: Record<string, string>, body?: Json): Promise<Json>
  /** The newest ticket, counted as delivered. */
  suiteToken(suite?: string): Promise<string>
  /** Installs the app on the provider's site and fetches the company's token. */
  corpToken(corp?: string): Promise<string>
}

const secretOf = (simulator: Simulator, suite: string) =>
  simulator.world.suites.get(suite)?.suiteSecret ?? ''

export const createBox = (options: Partial<SimulatorOptions> = {}): Box => {
  const clock = createManualClock(startMs)
  const simulator = createSimulator({
    clock,
    random: seededRandom(1),
    send: async () => new Response('success'),
    provider,
    suites: [
      { suiteId, trustedDomains: ['app.example.com'], installDomains: ['example.com'] },
      { suiteId: templateId, kind: 'customised' },
      { suiteId: loginId, kind: 'login' },
    ],
    companies: [
      {
        corpid,
        name: '青松科技有限公司',
        members: [
          { userid: creator, role: 'creator', departments: [1] },
          { userid: worker, role: 'member', departments: [2] },
        ],
      },
      { corpid: otherCorpid, name: '云帆贸易有限公司' },
    ],
    ...options,
  })
  const url = (path: string, query: Record<string, string>) =>
    `https://qyapi.weixin.qq.com${path}?${new URLSearchParams(query)}`
  const get: Box['get'] = async (path, query = {}) =>
    (await (await simulator.fetch(url(path, query))).json()) as Json
  const post: Box['post'] = async (path, query, body = {}) => {
    const init = { method: 'POST', body: JSON.stringify(body) }
    return (await (await simulator.fetch(url(path, query), init)).json()) as Json
  }
  const suiteToken = async (suite = suiteId) => {
    const answer = await post(
      '/cgi-bin/service/get_suite_token',
      {},
      {
        suite_id: suite,
        suite_secret: secretOf(simulator, suite),
        suite_ticket: simulator.issueTicket(suite),
      },
    )
    return String(answer.suite_access_token)
  }
  return {
    clock,
    simulator,
    get,
    post,
    suiteToken,
    corpToken: async (corp = corpid) => {
      const { installation } = await simulator.pusher.install(suiteId, corp, { from: 'provider' })
      const answer = await post(
        '/cgi-bin/service/get_corp_token',
        { suite_access_token: await suiteToken() },
        { auth_corpid: corp, permanent_code: installation.permanentCode },
      )
      return String(answer.access_token)
    },
  }
}
