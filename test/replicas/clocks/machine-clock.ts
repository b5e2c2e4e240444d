/** The clock of one replica's machine, set by libfaketime while its process runs. */
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secondMs } from '../../../src/clock'

const libraries = '/usr/lib'

/** The library for programs of several threads; null if this machine doesn't have it. */
export const findFaketime = (): string | null =>
  (existsSync(libraries) ? readdirSync(libraries) : [])
    .map((folder) => join(libraries, folder, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path)) ?? null

export interface MachineClock {
  /** By how much it is ahead of the true time, in milliseconds; negative: behind. */
  readonly aheadMs: number
  /** What a process has to be started with to go by it. */
  readonly env: Readonly<Record<string, string>>
  /** From now on it is ahead by so much, for a process that runs too. */
  set(aheadMs: number): void
}

/** It begins with the true time. The clock that is never put back is the true one all along. */
export const createMachineClock = (library: string, folder: string, name: string): MachineClock => {
  const path = join(folder, `clock of ${name}`)
  let aheadMs = 0
  const write = () => {
    const seconds = aheadMs / secondMs
    // In one step: it is read at each look at the clock.
    writeFileSync(`${path}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`)
    renameSync(`${path}.new`, path)
  }
  write()
  return {
    get aheadMs() {
      return aheadMs
    },
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set(nextMs) {
      aheadMs = nextMs
      write()
    },
  }
}
