/**
 * What a test of the binary works with. Whatever a test starts or makes is gone when it ends,
 * however it ends.
 */
import { afterEach, beforeAll, setDefaultTimeout } from 'bun:test'
import { createTemporaryFolder, type TemporaryFolder } from '../store/temporary-folder'
import { builtBinary } from './build'
import { type ProcessOptions, type RunningProcess, startProcess } from './process'
import { listening, type Suited } from './suited'
import { startWecom, type Wecom } from './wecom'

export interface Workshop {
  /** The path of the binary. */
  binary(): string
  /** A new empty folder. */
  folder(): Promise<string>
  /** A new folder with all that is in another one, and its modes. */
  copyOf(folder: string): Promise<string>
  /** Starts the binary, in an empty folder unless another is named. */
  start(args: readonly string[], options?: Partial<ProcessOptions>): Promise<RunningProcess>
  /** Any other program, likewise. */
  startProgram(command: readonly string[], options: ProcessOptions): RunningProcess
  /** Starts the binary and waits for its end. */
  run(args: readonly string[], options?: Partial<ProcessOptions>): Promise<RunningProcess>
  /** Starts the service with these settings and waits until it listens. */
  serve(settings: Readonly<Record<string, string>>): Promise<Suited>
  wecom(): Wecom
  /** A service that works for a WeCom, with its state in a folder that outlives its process. */
  serviceFor(wecom: Wecom, dataDir: string, more?: Record<string, string>): Promise<Suited>
}

/**
 * @param whenOver `afterAll` where all cases of a file share what is started and made: what takes
 * long to come about, and what no case leaves in another state
 */
export const useWorkshop = (
  whenOver: (clear: () => Promise<void>) => void = afterEach,
): Workshop => {
  let binary = ''
  let processes: RunningProcess[] = []
  let wecoms: Wecom[] = []
  let folders: TemporaryFolder[] = []

  setDefaultTimeout(90_000)
  beforeAll(async () => {
    binary = await builtBinary()
  })
  whenOver(async () => {
    const [ending, closing, leaving] = [processes, wecoms, folders]
    processes = []
    wecoms = []
    folders = []
    await Promise.all(ending.map((process) => process.kill()))
    await Promise.all(closing.map((wecom) => wecom.stop()))
    await Promise.all(leaving.map((folder) => folder.remove()))
  })

  const folder = async (): Promise<string> => {
    const made = await createTemporaryFolder()
    folders.push(made)
    return made.path
  }
  const copyOf = async (original: string): Promise<string> => {
    const copy = await folder()
    const copied = Bun.spawnSync(['cp', '-a', `${original}/.`, copy])
    if (!copied.success) throw new Error(copied.stderr.toString())
    return copy
  }
  const startProgram: Workshop['startProgram'] = (command, options) => {
    const process = startProcess(command, options)
    processes.push(process)
    return process
  }
  const start: Workshop['start'] = async (args, options = {}) =>
    startProgram([binary, ...args], { ...options, cwd: options.cwd ?? (await folder()) })
  const serve: Workshop['serve'] = async (settings) =>
    listening(await start(['serve'], { env: settings }))

  return {
    binary: () => binary,
    folder,
    copyOf,
    start,
    startProgram,
    async run(args, options) {
      const process = await start(args, options)
      await process.exited
      return process
    },
    serve,
    wecom() {
      const wecom = startWecom()
      wecoms.push(wecom)
      return wecom
    },
    async serviceFor(wecom, dataDir, more = {}) {
      const settings = { ...wecom.settings, SUITED_DATA_DIR: dataDir, ...more }
      const suited = await serve(settings)
      wecom.pushTo(suited)
      return suited
    },
  }
}
