/**
 * A machine of its own in this one: namespaces in which a real systemd is process 1, with this
 * machine's programs and nothing else of it. What is done there, even to /etc, this machine never
 * sees; no port of it is taken.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { until } from '../binary/until'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Box {
  /** Where its root can be written to from outside, as `scp` would. */
  readonly root: string
  /** A script as root in `/root`, to its end; `set -eu` holds. */
  attempt(script: string): Promise<Ended>
  /** The same; what it wrote. Throws if it fails. */
  run(script: string): Promise<string>
  /** Starts a script that stays; it ends with the box. */
  start(script: string): void
  /** A request from within; throws unless the answer is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  ask(url: string, init?: { method?: string; headers?: object; body?: string }): Promise<any>
  stop(): Promise<void>
}

const namespaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup']

/** Where version 2 of the cgroups is mounted here. */
const cgroups = (): string | null =>
  /^\S+ (\S+) cgroup2 rw/m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1] ?? null

export const findSystemd = (): string | null => Bun.which('/lib/systemd/systemd')

/** Whether this process may make a machine of its own; most containers may not. */
export const mayStartBoxes = (): boolean => {
  if (process.getuid?.() !== 0 || cgroups() === null || !Bun.which('setpriv')) return false
  const tried = ['unshare', ...namespaces, '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
  return Bun.spawnSync(tried).success
}

/** Null also for a process that has ended meanwhile, as those that prepare a box do. */
const childOf = (pid: number): number | null => {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    return Number(child) || null
  } catch {
    return null
  }
}

/** The keeper's child is `unshare`, whose child is process 1 of the box. */
const grandchildOf = (pid: number): number | null => {
  const child = childOf(pid)
  return child && childOf(child)
}

const request = `
const [url, init] = JSON.parse(process.argv[1])
const response = await fetch(url, init)
console.log(await response.text())`

export const startBox = async (): Promise<Box> => {
  const folder = mkdtempSync(join(tmpdir(), 'suited-box-'))
  const cgroup = join(cgroups() ?? '', basename(folder))
  const words = [join(import.meta.dir, 'box-keeper.sh'), cgroup, folder, process.execPath]
  const keeper = Bun.spawn(['sh', ...words], { stdin: 'pipe', stdout: 'ignore', stderr: 'pipe' })
  const stop = async () => {
    keeper.stdin.end()
    await keeper.exited
  }

  const enter = (script: string): string[] => {
    const target = ['--target', String(init), ...namespaces, '--root']
    return ['nsenter', ...target, 'sh', '-euc', `cd /root; ${script}`]
  }
  // What is typed there ends within a second; the service itself, which systemd starts, compiles.
  const env = { PATH: process.env.PATH, BUN_JSC_useJIT: '0' }
  const surroundings = { env, cwd: '/', stdin: 'ignore' } as const
  const attempt = async (script: string): Promise<Ended> => {
    const child = Bun.spawn(enter(script), { ...surroundings, stdout: 'pipe', stderr: 'pipe' })
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()])
    return { code: await child.exited, stdout, stderr }
  }
  const run = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await attempt(script)
    if (code !== 0) throw new Error(`exit code ${code} of:\n${script}\n${stdout}${stderr}`)
    return stdout
  }

  let init = 0
  try {
    init = await until('process 1', () => grandchildOf(keeper.pid))
    await until('systemd', async () => (await attempt('systemctl is-system-running')).code === 0)
  } catch (error) {
    await stop()
    throw new Error(`The box did not boot: ${await keeper.stderr.text()}`, { cause: error })
  }

  return {
    root: `/proc/${init}/root`,
    attempt,
    run,
    start(script) {
      Bun.spawn(enter(script), { ...surroundings, stdout: 'ignore', stderr: 'ignore' }).unref()
    },
    async ask(url, init = {}) {
      const words = JSON.stringify([url, init]).replaceAll("'", "'\\''")
      return JSON.parse(await run(`/opt/bun -e '${request}' '${words}'`))
    },
    stop,
  }
}
