/**
 * A folder of a test's own: in memory where the machine has room for it, so that no test waits for
 * a disk.
 */
import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Linux's file system in memory. Containers often give it 64 MB, which would not do. */
const inMemory = '/dev/shm'
const neededBytes = 2 ** 30

/** A sync there costs nothing; on a disk it takes milliseconds, and there are thousands of them. */
const hasRoomInMemory = (): boolean => {
  if (Bun.env.TMPDIR !== undefined || !existsSync(inMemory)) return false
  const { bavail, bsize } = statfsSync(inMemory)
  return bavail * bsize >= neededBytes
}

const parent = hasRoomInMemory() ? inMemory : tmpdir()

export const createTemporaryFolder = async (): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(parent, 'suited-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
