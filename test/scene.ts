/**
 * A whole suited in one process, against the simulator, under a clock that only the test moves:
 * what every test of `suite` and `http` plays on.
 */

import { type App, answerOf, createPublicApp } from '../src/app'
import { type Config, readConfig } from '../src/config/config'
import type { Sender } from '../src/delivery/send/sender'
import { factRule } from '../src/events/fact-rule'
import { createLogger } from '../src/log'
import { createProcessState, type ProcessState } from '../src/service/ground/process-state'
import { createService } from '../src/service/service'
import type { Service } from '../src/service/service-parts'
import { createSimulator, type Simulator, type SimulatorOptions } from '../src/simulator/simulator'
import type { EventLogDriver, StoreDriver } from '../src/store/driver/drivers'
import { createMemoryEventLogData } from '../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../src/store/memory/memory-store'
import type { BackupFolder } from '../src/suite/transfer/backup'
import { freshBytes } from './fresh-bytes'
import { createManualClock, type ManualClock } from './manual-clock'

export const adminToken = 'an-admin-token-for-the-tests'
export const startAt = Date.UTC(2026, 10, 22, 8)
/** The page that scenes sign, on the simulator's trusted domain. */
export const pageUrl = 'https://app.example.com/orders?id=7'

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

export interface Scene {
  readonly clock: ManualClock
  readonly simulator: Simulator
  readonly service: Service
  readonly store: StoreDriver
  readonly eventLog: EventLogDriver
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
  /** How often WeCom was asked at a path, `*` allowed at its end. */
  calls(path: string): number
  /** Lets what was begun go on without moving the time. */
  settle(): Promise<void>
  /** A ticket, then an install of the first company, both worked off. */
  installed(corpid?: string): Promise<string>
  /**
   * A new process on the same drivers' data, as after `kill -9`: the one before gets no answer to
   * anything any more. Settings that are handed in take the place of those before.
   */
  restart(env?: Readonly<Record<string, string>>): Promise<Scene>
  /** One more process on the same drivers' data, beside those that run; WeCom pushes none to it. */
  beside(env?: Readonly<Record<string, string>>): Promise<Scene>
  /** The same process with other settings in place of those before, as after SIGHUP. */
  reload(env?: Readonly<Record<string, string>>): Promise<Scene>
  stop(): Promise<void>
}

export interface Drivers {
  readonly store: StoreDriver
  readonly eventLog: EventLogDriver
}

export interface SceneOptions {
  /** The way to endpoints; without it nothing may be sent. */
  readonly sender?: Sender
  /** Room on the disk; unknown unless given. */
  readonly freeBytes?: () => Promise<number | null>
  /** Where snapshots go; nowhere without it. */
  readonly backupFolder?: BackupFolder
  /** Settings beyond or in place of the usual ones; an empty text takes one away. */
  readonly env?: Readonly<Record<string, string>>
  /** A configuration file, parsed; made with what the simulator made up. */
  readonly file?: (simulator: Simulator) => Readonly<Record<string, unknown>>
  readonly simulator?: Partial<SimulatorOptions>
  /** Domain-ownership files, by name. */
  readonly domainFiles?: Readonly<Record<string, string>>
  /** The other end of a request's connection; without it requests come over no network. */
  readonly remoteAddressOf?: (request: Request) => string | null
  /** Stands between suited and WeCom: hands on what it likes, and answers the rest itself. */
  readonly between?: (wecom: Simulator['fetch']) => Simulator['fetch']
  /** Whether nothing real is under way that has to end before time goes on. */
  readonly atRest?: () => boolean
  /** Opens the drivers of one process: once at the start, and again at each restart. */
  readonly drivers?: (clock: ManualClock) => Drivers | Promise<Drivers>
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export const jsonOf = (response: Response): Promise<any> => response.json() as Promise<any>

/** Numbers that look random and are the same in every run. */
export const createSeries = (seed: number) => () => {
  // mulberry32
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

const memoryDrivers = (): NonNullable<SceneOptions['drivers']> => {
  const storeData = createMemoryStoreData()
  const logData = createMemoryEventLogData()
  return (clock) => ({
    store: createMemoryStore({ clock, freshBytes, data: storeData }),
    eventLog: createMemoryEventLog(factRule, logData, clock),
  })
}

/** What stays when settings change, and goes with the process. */
interface Process {
  readonly drivers: Drivers
  readonly processState: ProcessState
  /** Of its randomness. */
  readonly seed: number
}

/** What pages and WeCom ask, which a listener of the world's alone answers in the same way. */
const publicPath = /^\/(sign|callback)\b/

const once = <T>(make: () => T): (() => T) => {
  let made: T | null = null
  return () => {
    made ??= make()
    return made
  }
}

const never = () => new Promise<never>(() => undefined)

/** The same object for as long as its process lives; after that nothing comes back from it. */
const mortal = <T extends object>(object: T, lives: () => boolean): T =>
  new Proxy(object, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        if (!lives()) return never()
        // As it is now: a test may have put another one there.
        const now = Reflect.get(target, name) as (...given: unknown[]) => unknown
        const result = now.apply(target, given)
        if (!(result instanceof Promise)) return result
        return result.then(
          (value) => (lives() ? value : never()),
          (error) => (lives() ? Promise.reject(error) : never()),
        )
      }
    },
  })

export const createScene = async (options: SceneOptions = {}): Promise<Scene> => {
  const clock = createManualClock(startAt, options.atRest)
  /** What WeCom pushes to. */
  let pushedTo: (() => App) | null = null
  const simulator = createSimulator({
    clock,
    random: createSeries(1),
    send: async (url, init) => {
      if (!pushedTo) throw new Error('suited is not running')
      return pushedTo().handle(new Request(url, init))
    },
    ...options.simulator,
  })
  const { provider, suites, companies } = simulator.world
  const suite = [...suites.values()][0]!
  suite.commandUrl ??= 'http://localhost/callback/command'
  suite.dataUrl ??= 'http://localhost/callback/data/$CORPID$'

  const ofSuite = options.file
    ? {}
    : {
        WECOM_TOKEN: suite.token,
        WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
        WECOM_SUITE_ID: suite.suiteId,
        WECOM_SUITE_SECRET: suite.suiteSecret,
      }
  const env = {
    ...ofSuite,
    WECOM_PROVIDER_CORPID: provider.corpid,
    SUITED_ADMIN_TOKEN: adminToken,
    SUITED_TRUSTED_DOMAINS: 'app.example.com',
    ...options.env,
  }
  const openDrivers = options.drivers ?? memoryDrivers()
  const logs: LogLine[] = []
  let ids = 0
  let lastSeed = 2
  const living = new Set<Process>()
  /** The one that WeCom pushes to. */
  let first: Process | null = null

  const toWecom = options.between?.(simulator.fetch) ?? simulator.fetch

  const newProcess = async (seed: number): Promise<Process> => ({
    drivers: await openDrivers(clock),
    processState: createProcessState(clock),
    seed,
  })

  const begin = async (more: Readonly<Record<string, string>>, own: Process): Promise<Scene> => {
    const file = options.file?.(simulator) ?? null
    const read = readConfig({
      flags: {},
      env: { ...env, ...more },
      file,
      readFile: () => '',
      realPath: (path) => path,
    })
    if (!read.ok) throw new Error(JSON.stringify(read.reason))
    const config = read.value

    living.add(own)
    const lives = () => living.has(own)
    const { store, eventLog } = own.drivers
    const running = createService({
      config,
      store: mortal(store, lives),
      eventLog: mortal(eventLog, lives),
      facts: mortal(eventLog, lives),
      auditLog: mortal(eventLog, lives),
      onceValues: mortal(eventLog, lives),
      apiKeys: mortal(store, lives),
      endpoints: mortal(store, lives),
      deliveries: mortal(eventLog, lives),
      budgets: mortal(store, lives),
      livingReplicas: () => living.size,
      watch: {
        corpVisits: mortal(store, lives),
        suspectedCorps: mortal(eventLog, lives),
        sharedWork: mortal(eventLog, lives),
      },
      sender: options.sender ?? {
        send: () => Promise.reject(new Error('this scene has no sender')),
      },
      clock: mortal(clock, lives),
      random: createSeries(own.seed),
      freshBytes,
      newId: () => `event-${String(++ids).padStart(6, '0')}`,
      fetch: mortal({ fetch: toWecom }, lives).fetch as typeof fetch,
      log: createLogger({
        level: 'debug',
        format: 'json',
        now: clock.now,
        write: (line) => logs.push(JSON.parse(line)),
      }),
      version: 'test',
      domainFiles: {
        read: async (name) => options.domainFiles?.[name] ?? null,
        names: async () => Object.keys(options.domainFiles ?? {}),
      },
      freeBytes: options.freeBytes ?? (async () => null),
      backupFolder: options.backupFolder ?? null,
      processState: own.processState,
      remoteAddressOf: options.remoteAddressOf ?? (() => null),
    })
    if (living.size === 1) first = own
    // Most scenes need no more than callbacks and signatures: what operators are answered is put
    // together for the scenes that ask it.
    const { appParts } = running
    const publicApp = once(() => createPublicApp(appParts, false))
    const publicAnswer = once(() => answerOf(publicApp(), appParts, false))
    const wholeAnswer = once(() => answerOf(running.app, appParts, false))
    if (own === first) pushedTo = publicApp
    running.start()

    const request: Scene['request'] = async (path, init) => {
      const answer = publicPath.test(path) ? publicAnswer() : wholeAnswer()
      return answer(new Request(`http://localhost${path}`, init))
    }
    const settle = () => clock.advance(0)

    return {
      clock,
      simulator,
      service: running,
      store,
      eventLog,
      config,
      suiteId: suite.suiteId,
      corpids: [...companies.keys()],
      logs,
      request,
      async ask(path, init) {
        const headers = { authorization: `Bearer ${adminToken}`, ...init?.headers }
        return jsonOf(await request(path, { ...init, headers }))
      },
      sign(corpid, type = 'config') {
        const query = new URLSearchParams({ corpid, url: pageUrl, type })
        return request(`/sign?${query}`)
      },
      calls: (path) => simulator.calls.count({ path }),
      settle,
      async installed(corpid = [...companies.keys()][0]!) {
        await simulator.pusher.pushTicket(suite.suiteId)
        await simulator.pusher.install(suite.suiteId, corpid)
        await settle()
        return corpid
      },
      async restart(env = {}) {
        living.clear()
        return begin({ ...more, ...env }, await newProcess(own.seed))
      },
      beside: async (env = {}) => begin({ ...more, ...env }, await newProcess(++lastSeed)),
      async reload(env = {}) {
        const next = await begin({ ...more, ...env }, own)
        await running.stop()
        next.service.lookForWork()
        return next
      },
      stop: () => running.stop(),
    }
  }
  return begin({}, await newProcess(lastSeed))
}
