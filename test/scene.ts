/**
 * A whole suited in one process, against the simulator, under a clock that only the test moves:
 * what every test of `suite` and `http` plays on.
 */
import { createService, type Service } from '../src/commands/service'
import { type Config, readConfig } from '../src/config/config'
import { createLogger } from '../src/log'
import { createSimulator, type Simulator, type SimulatorOptions } from '../src/simulator/simulator'
import type { EventLog } from '../src/store/event-log'
import { createMemoryEventLog } from '../src/store/memory/memory-event-log'
import { createMemoryStore } from '../src/store/memory/memory-store'
import type { Store } from '../src/store/store'
import { createManualClock, type ManualClock } from './manual-clock'

export const adminToken = 'an-admin-token-for-the-tests'
export const startAt = Date.UTC(2026, 10, 22, 8)

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

export interface Scene {
  readonly clock: ManualClock
  readonly simulator: Simulator
  readonly service: Service
  readonly store: Store
  readonly eventLog: EventLog
  readonly config: Config
  readonly suiteId: string
  /** Companies of the simulator; none has installed the app yet. */
  readonly corpids: readonly string[]
  /** Every line that was logged, `debug` included. */
  readonly logs: readonly LogLine[]
  /** A request to suited, by path. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** The same with the admin token; the answer's JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  ask(path: string, init?: RequestInit): Promise<any>
  /** Asks for a signature of a page. */
  sign(corpid: string, type?: 'config' | 'agent_config'): Promise<Response>
  /** Lets what was begun go on without moving the time. */
  settle(): Promise<void>
  /** A ticket, then an install of the first company, both worked off. */
  installed(corpid?: string): Promise<string>
  /** A new process on the same store: what was in memory is gone. */
  restart(): Promise<Scene>
  stop(): Promise<void>
}

export interface SceneOptions {
  /** Settings beyond or in place of the usual ones; an empty text takes one away. */
  readonly env?: Readonly<Record<string, string>>
  readonly simulator?: Partial<SimulatorOptions>
  readonly drivers?: (clock: ManualClock) => { store: Store; eventLog: EventLog }
}

/** Numbers that look random and are the same in every run. */
const createSeries = (seed: number) => () => {
  // mulberry32
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

const pageUrl = 'https://app.example.com/orders?id=7'

export const createScene = async (options: SceneOptions = {}): Promise<Scene> => {
  const clock = createManualClock(startAt)
  let service: Service | null = null
  const simulator = createSimulator({
    clock,
    random: createSeries(1),
    send: async (url, init) => {
      if (!service) throw new Error('suited is not running')
      return service.app.handle(new Request(url, init))
    },
    ...options.simulator,
  })
  const { provider, suites, companies } = simulator.world
  const suite = [...suites.values()][0]!
  suite.commandUrl ??= 'http://localhost/callback/command'
  suite.dataUrl ??= 'http://localhost/callback/data/$CORPID$'

  const env = {
    WECOM_TOKEN: suite.token,
    WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
    WECOM_SUITE_ID: suite.suiteId,
    WECOM_SUITE_SECRET: suite.suiteSecret,
    WECOM_PROVIDER_CORPID: provider.corpid,
    SUITED_ADMIN_TOKEN: adminToken,
    SUITED_TRUSTED_DOMAINS: 'app.example.com',
    ...options.env,
  }
  const read = readConfig({ flags: {}, env, file: null, readFile: () => '' })
  if (!read.ok) throw new Error(JSON.stringify(read.reason))
  const config = read.value

  const { store, eventLog } = options.drivers?.(clock) ?? {
    store: createMemoryStore({ clock }),
    eventLog: createMemoryEventLog(),
  }
  const logs: LogLine[] = []
  let ids = 0

  const begin = (): Scene => {
    const own = createService({
      config,
      store,
      eventLog,
      clock,
      random: createSeries(2),
      newId: () => `event-${String(++ids).padStart(6, '0')}`,
      fetch: simulator.fetch as typeof fetch,
      log: createLogger({
        level: 'debug',
        format: 'json',
        now: clock.now,
        write: (line) => logs.push(JSON.parse(line)),
      }),
      version: 'test',
    })
    service = own
    own.start()

    const request: Scene['request'] = (path, init) =>
      own.app.handle(new Request(`http://localhost${path}`, init))
    const settle = () => clock.advance(0)

    return {
      clock,
      simulator,
      service: own,
      store,
      eventLog,
      config,
      suiteId: suite.suiteId,
      corpids: [...companies.keys()],
      logs,
      request,
      async ask(path, init) {
        const headers = { authorization: `Bearer ${adminToken}`, ...init?.headers }
        return (await request(path, { ...init, headers })).json()
      },
      sign(corpid, type = 'config') {
        const query = new URLSearchParams({ corpid, url: pageUrl, type })
        return request(`/sign?${query}`)
      },
      settle,
      async installed(corpid = [...companies.keys()][0]!) {
        await simulator.pusher.pushTicket(suite.suiteId)
        await simulator.pusher.install(suite.suiteId, corpid)
        await settle()
        return corpid
      },
      async restart() {
        // As after kill -9: nothing is closed, nothing is told.
        return begin()
      },
      stop: () => own.stop(),
    }
  }
  return begin()
}
