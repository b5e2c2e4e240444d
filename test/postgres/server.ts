/**
 * A PostgreSQL of the tests' own: in a folder of its own, on a free port of the loopback, without
 * the machine's other clusters.
 */
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../free-port'
import { asPostgres, newCluster, ownFolder, runAsPostgres } from './cluster'

const installed = '/usr/lib/postgresql'

/** The folder of its programs; null if this machine doesn't have them. */
export const findPostgres = (): string | null => {
  const versions = existsSync(installed) ? readdirSync(installed).sort() : []
  const dir = versions.map((version) => join(installed, version, 'bin')).at(-1)
  return dir !== undefined && existsSync(join(dir, 'postgres')) ? dir : null
}

export interface PostgresServer {
  readonly port: number
  /** The folder of its cluster. */
  readonly dir: string
  /** Of one of its databases, for its superuser. */
  urlOf(database: string): string
  /** `immediate` is as pulling the plug: no checkpoint, recovery at the next start. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
  start(): Promise<void>
  /** A standby becomes the primary. */
  promote(): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

export interface ServerOptions {
  /** Whether commits wait for the disk. */
  readonly durable: boolean
  /** More settings, as `name=value`. */
  readonly settings?: readonly string[]
}

/** Starts the server of the cluster in `dir`. */
const runCluster = async (
  bin: string,
  dir: string,
  { durable, settings = [] }: ServerOptions,
): Promise<PostgresServer> => {
  const data = join(dir, 'data')
  const port = freePort()
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir}`,
    `fsync=${durable ? 'on' : 'off'}`,
    `synchronous_commit=${durable ? 'on' : 'off'}`,
    'max_wal_size=256MB',
    'checkpoint_timeout=30s',
    'shared_buffers=64MB',
    ...settings,
  ]
  const options = all.map((setting) => `-c ${setting}`).join(' ')
  const control = (...command: string[]) =>
    runAsPostgres([join(bin, 'pg_ctl'), '-D', data, '-w', '-t', '120', ...command])
  const start = () => control('-l', join(dir, 'log'), '-o', options, 'start')
  await start()
  // Ends with this process, however that ends: then its input does.
  const keeper = Bun.spawn(
    [
      ...asPostgres,
      'sh',
      '-c',
      `read _; "$0" -D "$1" -m immediate stop; rm -rf "$2"`,
      join(bin, 'pg_ctl'),
      data,
      dir,
    ],
    { stdin: 'pipe', stdout: 'ignore', stderr: 'ignore' },
  )
  keeper.unref()
  return {
    port,
    dir,
    urlOf: (database) => `postgres://suited@127.0.0.1:${port}/${database}`,
    stop: (mode) => control('-m', mode, 'stop'),
    start,
    promote: () => control('promote'),
    async remove() {
      keeper.stdin.end()
      await keeper.exited
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/**
 * Makes a cluster and starts its server.
 *
 * @param bin as `findPostgres` gives it
 */
export const startPostgres = async (bin: string, options: ServerOptions): Promise<PostgresServer> =>
  runCluster(bin, await newCluster(bin), options)

/**
 * Starts a standby that follows a server.
 *
 * @param primaryPort where that server is found: its own port, or a way to it
 */
export const startStandby = async (
  bin: string,
  primaryPort: number,
  options: ServerOptions,
): Promise<PostgresServer> => {
  const dir = await ownFolder()
  const from = `host=127.0.0.1 port=${primaryPort} user=suited`
  const how = ['-D', join(dir, 'data'), '-R', '-X', 'stream', '-c', 'fast', '-d', from]
  await runAsPostgres([join(bin, 'pg_basebackup'), ...how])
  return runCluster(bin, dir, options)
}
