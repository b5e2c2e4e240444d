/** WeCom for a process across the network: the simulator in this process, on a port of its own. */
import { systemClock } from '../../src/clock'
import type { Pushed } from '../../src/simulator/push/push-messages'
import { createSimulator, type Simulator } from '../../src/simulator/simulator'
import type { Suite } from '../../src/simulator/world/world'
import { adminToken, type Suited } from './suited'
import { until } from './until'

/**
 * Throws unless the service took a push. One that it took late on a busy machine is taken all the
 * same: how soon they are is the matter of other cases.
 */
const expectTaken = (what: string, push: Pushed | null) => {
  if (push === null || !(push.ok || push.problem === 'late')) {
    throw new Error(`The ${what} was not taken: ${push?.detail}`)
  }
}

export interface Wecom {
  readonly simulator: Simulator
  readonly url: string
  readonly suite: Suite
  readonly suiteId: string
  /** Companies, none of which has the app at first. */
  readonly corpids: readonly [string, string, ...string[]]
  /** With these a suited works for it, on any free port of this machine. */
  readonly settings: Readonly<Record<string, string>>
  /** Pushes go to this suited from now on; its URLs are not checked. */
  pushTo(suited: Suited): void
  /** Pushes a ticket, and waits until it was turned into a suite_access_token. */
  giveTicket(suited: Suited): Promise<void>
  /** Lets a company install the app, and waits until that is worked off. */
  install(suited: Suited, corpid: string): Promise<void>
  /** Whatever is asked of WeCom from now on, no answer comes. */
  hang(): void
  /** Every credential that it gave out and every secret that it shares with the app. */
  secrets(): string[]
  stop(): Promise<void>
}

/** The company's record once it is authorised and its details are read; null before. */
export const authorised = async (suited: Suited, corpid: string) => {
  const corp = await suited.ask(`/api/corps/${corpid}`)
  return corp.status === 'authorized' && corp.agentid !== null ? corp : null
}

const suiteToken = async (suited: Suited): Promise<number | null> =>
  (await suited.ask('/api/status')).suites[0].accessTokenExpiresAt

const nothingIsPending = async (suited: Suited): Promise<boolean> =>
  (await suited.ask('/api/status')).events.pending === 0

export const startWecom = (): Wecom => {
  const simulator = createSimulator({
    clock: systemClock,
    random: Math.random,
    send: (url, init) => fetch(url, init),
  })
  const { world, pusher, faults } = simulator
  simulator.app.listen({ hostname: '127.0.0.1', port: 0 })
  const url = simulator.app.server!.url.origin
  const suite = [...world.suites.values()][0]!
  const { suiteId } = suite
  const [first, second, ...others] = [...world.companies.keys()]

  return {
    simulator,
    url,
    suite,
    suiteId,
    corpids: [first!, second!, ...others],
    settings: {
      WECOM_API_URL: url,
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: world.provider.corpid,
      SUITED_HOST: '127.0.0.1',
      SUITED_PORT: '0',
      SUITED_ADMIN_TOKEN: adminToken,
      SUITED_TRUSTED_DOMAINS: 'app.example.com',
    },
    pushTo(suited) {
      suite.commandUrl = `${suited.url}/callback/command`
      suite.dataUrl = `${suited.url}/callback/data/$CORPID$`
    },
    async giveTicket(suited) {
      expectTaken('ticket', await pusher.pushTicket(suiteId))
      await until('a suite_access_token', () => suiteToken(suited))
    },
    async install(suited, corpid) {
      expectTaken('install', (await pusher.install(suiteId, corpid)).push)
      await until('an authorisation', () => authorised(suited, corpid))
      await until('an empty event log', () => nothingIsPending(suited))
    },
    hang() {
      faults.add({ path: '/*', hang: true })
    },
    secrets: () => [
      ...world.credentials.byValue.keys(),
      ...[...world.installations.values()].flat().map(({ permanentCode }) => permanentCode),
      suite.suiteSecret,
      suite.token,
      suite.encodingAesKey,
      world.provider.secret,
    ],
    stop: async () => {
      await simulator.app.stop(true)
    },
  }
}
