/** The machine that is measured on: its cores, and which process runs where. */
import { readFileSync, statSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

/** What is measured runs on one core, what measures it on another. */
export type Core = 'server' | 'generator'

const coreNumbers: Record<Core, string> = { server: '0', generator: '1' }

const taskset = cpus().length > 1 ? Bun.which('taskset') : null

/** A command bound to its core, where that can be done. */
export const onCore = (core: Core, command: readonly string[]): string[] =>
  taskset === null ? [...command] : [taskset, '-c', coreNumbers[core], ...command]

/** Binds a process and all its threads; those that it starts inherit it. */
export const bindTo = (core: Core, pid: number): void => {
  if (taskset) Bun.spawnSync([taskset, '-a', '-cp', coreNumbers[core], String(pid)])
}

/** Resident memory of a process, in megabytes of 2^20 bytes. */
export const memoryMbOf = (pid: number): number => {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** Linux counts the time of processes in hundredths of a second. */
const ticksEachSecond = 100

/** The processor time that a process has used so far, all its threads, in seconds. */
export const cpuSecondsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program, in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksEachSecond
}

export const sizeMbOf = (path: string): number => statSync(path).size / 2 ** 20

/** One sentence for the head of the results; taken before the run, for the run is a load itself. */
export const describeMachine = (): string => {
  const [first] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const pinned = taskset ? 'server on one core, load generator on another' : 'nothing pinned'
  return `${cpus().length} × ${first?.model ?? 'unknown CPU'}, ${gigabytes} GB, ${process.platform} ${process.arch}; load ${loadavg()[0]?.toFixed(1)} before the run; ${pinned}`
}
