/** One process seen from outside: what it was given, what it writes, how it ends. */

export interface ProcessOptions {
  /** Its whole environment, but for PATH, HOME and the engine's settings: those are the test's. */
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd: string
}

export interface RunningProcess {
  readonly pid: number
  /** All that it wrote so far. */
  readonly stdout: string
  readonly stderr: string
  /**
   * Its exit code, once all that it wrote was read; 128 and the signal's number if one ended it.
   */
  readonly exited: Promise<number>
  /** The same; null before. */
  readonly exitCode: number | null
  signal(name: NodeJS.Signals): void
  /** As `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Hundreds of processes start here and end within a second: what the engine compiles for later is a
 * quarter of their work. Those of the long runs are as shipped.
 */
const interpreted = Bun.env.SUITED_LONG_TESTS === '1' ? {} : { BUN_JSC_useJIT: '0' }

/** What it has of the test's own environment: the way to programs, and settings of the engine. */
const surroundings = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name === 'PATH' || name === 'HOME' || name.startsWith('BUN_JSC_'),
    ),
  )

export const startProcess = (
  command: readonly string[],
  { env, cwd }: ProcessOptions,
): RunningProcess => {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...interpreted, ...surroundings(), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const written = { stdout: '', stderr: '' }
  const read = async (name: keyof typeof written) => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
      written[name] += text
    }
  }
  let exitCode: number | null = null
  const exited = Promise.all([child.exited, read('stdout'), read('stderr')]).then(([code]) => {
    exitCode = code
    return code
  })

  return {
    pid: child.pid,
    exited,
    get stdout() {
      return written.stdout
    },
    get stderr() {
      return written.stderr
    },
    get exitCode() {
      return exitCode
    },
    signal: (name) => child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
