/** Several replicas of the binary on one database, behind one balancer. */
import { join } from 'node:path'
import type { Database } from '../../src/store/postgres/connection/database'
import { builtBinary } from '../binary/build'
import { type RunningProcess, startProcess } from '../binary/process'
import { adminToken, listening, type Suited } from '../binary/suited'
import { until } from '../binary/until'
import { type Forwarder, openForwarder } from '../postgres/forwarder'
import { openTestPool } from '../postgres/pool'
import { findPostgres, type PostgresServer, startPostgres } from '../postgres/server'
import { createTemporaryFolder } from '../store/temporary-folder'
import { type Balancer, openBalancer } from './balancer'
import { createMachineClock, type MachineClock } from './clocks/machine-clock'

/** 32 bytes in base64: with them all replicas seal what they keep. */
export const encryptionKey = Buffer.alloc(32, 7).toString('base64')

/** In what a start differs from the first one. */
export interface OtherStart {
  /** The path of a binary of another version. */
  readonly program?: string | undefined
  readonly settings?: Readonly<Record<string, string>>
}

export interface Replica {
  readonly name: string
  /** The way to the database, for it alone. */
  readonly forwarder: Forwarder
  /** As it runs now, or ran last. */
  readonly suited: Suited
  /** By which the database knows it, as it runs now. */
  readonly id: string
  readonly running: boolean
  readonly paused: boolean
  /** Of its machine; null: the true one. */
  readonly machineClock: MachineClock | null
  /** Starts it, again if it was killed, and waits until it listens. */
  start(other?: OtherStart): Promise<Suited>
  /** As `systemctl stop`; its exit code. */
  leave(): Promise<number>
  /** Has it read its settings again: whatever it does now and then it does at once. */
  reload(): Promise<void>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Stands still, as a machine that is suspended, until `goOn`. */
  pause(): void
  goOn(): void
}

/** The other side's world: what replicas ask of WeCom is handed to it. */
export type AskWecom = (request: Request) => Response | Promise<Response>

export interface Fleet {
  readonly server: PostgresServer
  /** The database, for the test itself. */
  readonly database: Database
  readonly replicas: readonly Replica[]
  readonly balancer: Balancer
  /** All ways to the database lead to another server from now on. */
  redirect(port: number): void
  /**
   * The replica whose call to WeCom's path comes next, paused before the answer leaves: that waits
   * for it in the socket.
   */
  pausedAtCall(path: string): Promise<Replica>
  /** The auth_codes that replicas had exchanged, or begun to, before they were killed. */
  readonly codesOfKilled: ReadonlySet<string>
  /** Runs a command of the binary on the database, to its end. */
  run(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<RunningProcess>
  /** All that replicas wrote, those that are gone too. */
  written(): string
  stop(): Promise<void>
}

/**
 * A server with an empty database, and replicas that are not started yet.
 *
 * @param parts.settings of all replicas: the suite
 * @param parts.server if it is there already; it goes with the fleet
 */
export const createFleet = async (parts: {
  readonly count: number
  readonly settings: Readonly<Record<string, string>>
  readonly wecom: AskWecom
  readonly server?: PostgresServer | undefined
  /** The text of a configuration file; none unless given. */
  readonly configuration?: string
  /** The library with which each replica has a clock of its own. */
  readonly faketime?: string | undefined
}): Promise<Fleet> => {
  const { count, settings, wecom, faketime } = parts
  const storeAt = (port: number) => `postgres://suited@127.0.0.1:${port}/postgres`
  const binary = await builtBinary()
  const server = parts.server ?? (await startPostgres(findPostgres() ?? '', { durable: true }))
  const ownWay = await openForwarder(server.port)
  const database = openTestPool(storeAt(ownWay.port), 4)
  const folder = await createTemporaryFolder()
  const configPath = join(folder.path, 'suited.toml')
  await Bun.write(configPath, parts.configuration ?? '')
  const processes: RunningProcess[] = []
  const paused = new Set<string>()
  const awaited = new Map<string, (replica: Replica) => void>()
  const exchangedBy = new Map<string, string>()
  const codesOfKilled = new Set<string>()

  const doors: { stop(closeActive: boolean): Promise<void> }[] = []

  const createReplica = async (name: string): Promise<Replica> => {
    const forwarder = await openForwarder(server.port)
    const door = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        const { pathname } = new URL(request.url)
        if (pathname.endsWith('/get_permanent_code')) {
          const { auth_code: code } = (await request.clone().json()) as { auth_code: string }
          exchangedBy.set(code, name)
        }
        const meet = awaited.get(pathname)
        awaited.delete(pathname)
        if (meet) {
          replica.pause()
          meet(replica)
        }
        return wecom(request)
      },
    })
    doors.push(door)
    const machineClock = faketime ? createMachineClock(faketime, folder.path, name) : null
    let current: Suited | null = null
    const runs = () => current !== null && current.process.exitCode === null
    const replica: Replica = {
      name,
      forwarder,
      machineClock,
      get suited() {
        if (current === null) throw new Error(`${name} was never started`)
        return current
      },
      get id() {
        const started = replica.suited
          .logs()
          .find(({ message }) => message === 'suited is listening')
        return String(started?.replica)
      },
      get running() {
        return runs()
      },
      get paused() {
        return paused.has(name)
      },
      async start({ program = binary, settings: more = {} } = {}) {
        const process = startProcess([program, 'serve', '--config', configPath], {
          cwd: folder.path,
          env: {
            SUITED_HOST: '127.0.0.1',
            SUITED_PORT: '0',
            WECOM_API_URL: door.url.origin,
            SUITED_STORE: storeAt(forwarder.port),
            SUITED_ENCRYPTION_KEY: encryptionKey,
            SUITED_ADMIN_TOKEN: adminToken,
            SUITED_TRUSTED_DOMAINS: 'app.example.com',
            SUITED_LOG_FORMAT: 'json',
            ...machineClock?.env,
            ...settings,
            ...more,
          },
        })
        processes.push(process)
        current = await listening(process)
        return current
      },
      async leave() {
        replica.suited.process.signal('SIGTERM')
        return replica.suited.process.exited
      },
      async reload() {
        const { process } = replica.suited
        const before = process.stderr.length
        process.signal('SIGHUP')
        await until('other settings', () =>
          process.stderr.slice(before).includes('"the settings were read again"'),
        )
      },
      async kill() {
        paused.delete(name)
        await current?.process.kill()
        for (const [code, by] of exchangedBy) if (by === name) codesOfKilled.add(code)
      },
      pause() {
        paused.add(name)
        current?.process.signal('SIGSTOP')
      },
      goOn() {
        paused.delete(name)
        current?.process.signal('SIGCONT')
      },
    }
    return replica
  }

  const names = Array.from({ length: count }, (_, n) => `replica ${n + 1}`)
  const replicas = await Promise.all(names.map(createReplica))
  const balancer = await openBalancer(() =>
    replicas
      .filter(({ name, running }) => running && !paused.has(name))
      .map(({ suited }) => Number(new URL(suited.url).port)),
  )
  return {
    server,
    database,
    replicas,
    balancer,
    redirect(port) {
      for (const way of [ownWay, ...replicas.map(({ forwarder }) => forwarder)]) way.redirect(port)
    },
    codesOfKilled,
    pausedAtCall: (path) => new Promise((resolve) => void awaited.set(path, resolve)),
    async run(args, settings) {
      const env = { SUITED_STORE: storeAt(ownWay.port), ...settings }
      const command = startProcess([binary, ...args], { cwd: folder.path, env })
      await command.exited
      return command
    },
    written: () => processes.map(({ stdout, stderr }) => stdout + stderr).join(''),
    async stop() {
      await Promise.all(replicas.map((replica) => replica.kill()))
      balancer.close()
      for (const { forwarder } of replicas) forwarder.close()
      await Promise.all(doors.map((door) => door.stop(true)))
      await database.close()
      ownWay.close()
      await server.remove()
      await folder.remove()
    },
  }
}
