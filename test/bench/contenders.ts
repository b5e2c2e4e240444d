/** Who is measured: suited and its peers, each started as a process on the server's core. */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtBinary } from '../binary/build'
import { until } from '../binary/until'
import { adminToken, encodingAesKey, providerCorpid, suiteId, suiteSecret, token } from './fixture'
import { onCore } from './machine'

export interface Contender {
  readonly origin: string
  readonly pid: number
  /** Ends it and removes what it wrote beside its data. */
  stop(): Promise<void>
}

const root = join(import.meta.dir, '../..')

/** Node's peers are TypeScript too; their packages stay where they were installed. */
const forNode = async (name: string): Promise<string> => {
  const outdir = join(root, 'node_modules/.cache/suited-bench')
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, `contenders/${name}.ts`)],
    outdir,
    target: 'node',
    packages: 'external',
    naming: '[name].mjs',
  })
  return built.outputs[0]!.path
}

interface Start {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The address in what it wrote so far, on both outputs. */
  origin(written: string): string | null
}

const start = async ({ command, env = {}, origin }: Start): Promise<Contender> => {
  const folder = mkdtempSync(join(tmpdir(), 'suited-bench-output-'))
  const output = join(folder, 'output')
  // A file, as a service manager's journal is one: a pipe would want a reader on some core.
  const file = openSync(output, 'a')
  const child = Bun.spawn(onCore('server', command), {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdin: 'ignore',
    stdout: file,
    stderr: file,
  })
  closeSync(file)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    kill()
    await child.exited
    rmSync(folder, { recursive: true, force: true })
  }
  const listens = async () => {
    const written = await Bun.file(output).text()
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended:\n${written}`)
    return origin(written)
  }
  try {
    return { origin: await until(`${command.join(' ')} to listen`, listens), pid: child.pid, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const firstLine = (written: string): string | null =>
  /^(http:\/\/\S+)\n/m.exec(written)?.[1] ?? null

const onBun = (name: string, env?: Record<string, string>): Promise<Contender> =>
  start({
    command: [process.execPath, join(import.meta.dir, `contenders/${name}.ts`)],
    origin: firstLine,
    ...(env && { env }),
  })

const onNode = async (name: string): Promise<Contender> =>
  start({ command: ['node', await forNode(name)], origin: firstLine })

export const startFloor = () => onBun('floor')

/** @param wecom where WeCom answers */
export const startHandThrough = (wecom: string) => onBun('hand-through', { BENCH_WECOM: wecom })

export const nodePeers = ['express', 'fastify', 'easywechat'] as const
export type NodePeer = (typeof nodePeers)[number]

export const startPeer = (name: NodePeer) => onNode(name)

/** The version of Node, or null where there is none and its peers can't take part. */
export const nodeVersion = (): string | null =>
  Bun.which('node') ? Bun.spawnSync(['node', '--version']).stdout.toString().trim() : null

export interface SuitedOptions {
  readonly dataDir: string
  /** Where WeCom answers. */
  readonly wecom: string
  /** Settings beyond those that every one needs; none of them gives all defaults. */
  readonly settings?: Readonly<Record<string, string>>
  /** A command that runs the binary as its own. */
  readonly under?: readonly string[]
  /** Signs like suited, slower: a mistake that the results must show. */
  readonly planted?: boolean
}

/** The log at `warn` and no limit on rates: what is left is the work itself. */
export const lean = { SUITED_LOG_LEVEL: 'warn', SUITED_RATE_LIMIT: '0' } as const

export const suitedSettings = ({ dataDir, wecom, settings = {} }: SuitedOptions) => ({
  WECOM_API_URL: wecom,
  WECOM_TOKEN: token,
  WECOM_ENCODING_AES_KEY: encodingAesKey,
  WECOM_SUITE_ID: suiteId,
  WECOM_SUITE_SECRET: suiteSecret,
  WECOM_PROVIDER_CORPID: providerCorpid,
  SUITED_HOST: '127.0.0.1',
  SUITED_TRUSTED_DOMAINS: 'app.example.com',
  SUITED_DATA_DIR: dataDir,
  ...settings,
})

/** A free port of this machine, for a process whose log says nothing. */
export const freePort = (): number => {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = server
  server.stop(true)
  return port
}

/** Lists wait until every document was read; what is measured before that has the reading in it. */
const untilAllRead = async (origin: string): Promise<void> => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const { ok, status } = await fetch(`${origin}/api/corps?limit=1`, { headers })
  if (!ok) throw new Error(`suited answers ${status} to a list`)
}

/** The built binary, ready and with all its documents read. */
export const startSuited = async (options: SuitedOptions): Promise<Contender> => {
  const port = String(freePort())
  const env = { ...suitedSettings(options), SUITED_PORT: port, SUITED_ADMIN_TOKEN: adminToken }
  if (options.planted) return onBun('planted', env)
  const origin = `http://127.0.0.1:${port}`
  const contender = await start({
    command: [...(options.under ?? []), await builtBinary(), 'serve'],
    env,
    origin: () => origin,
  })
  await until('suited to answer', async () =>
    (await fetch(`${origin}/readyz`).catch(() => null))?.ok ? true : null,
  )
  await untilAllRead(origin)
  return contender
}
