import { afterEach, beforeEach } from 'bun:test'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import { openFileStore } from '../../../src/store/file/file-store'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { startMs } from '../conformance/bench'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder } from '../temporary-folder'
import { createFaultyFileSystem, type FaultyFileSystem } from './disk/faulty-file-system'

export interface FileBench {
  readonly dir: string
  readonly fs: FaultyFileSystem
  readonly log: ReturnType<typeof createRecordingLog>
  /** In clear, unless it is told how to seal. */
  open(sealing?: Sealing): Promise<StoreDriver>
  /** Path of a file below the folder. */
  at(file: string): string
  /** Every file below the folder with its content and mode, by its path below it. */
  files(): Promise<Map<string, { text: string; mode: number }>>
  folders(): Promise<Map<string, number>>
}

/** A fresh data folder on a watched file system for each test. */
export const useFileBench = (): FileBench => {
  let dir: string
  let fs: FaultyFileSystem
  let log: ReturnType<typeof createRecordingLog>
  let opened: StoreDriver[]
  let remove: () => Promise<void>

  beforeEach(async () => {
    const folder = await createTemporaryFolder()
    remove = folder.remove
    dir = folder.path
    fs = createFaultyFileSystem()
    log = createRecordingLog()
    opened = []
  })
  afterEach(async () => {
    fs.before = () => {}
    for (const store of opened) await store.close()
    await remove()
  })

  const entries = async () =>
    (await readdir(dir, { recursive: true, withFileTypes: true })).map((entry) => ({
      isFolder: entry.isDirectory(),
      path: join(entry.parentPath, entry.name),
    }))
  const below = (path: string) => path.slice(dir.length + 1)
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777

  return {
    get dir() {
      return dir
    },
    get fs() {
      return fs
    },
    get log() {
      return log
    },
    open: async (sealing = withoutKey) => {
      const clock = createManualClock(startMs)
      const store = await openFileStore({ dir, freshBytes, clock, log, fs, sealing })
      opened.push(store)
      return store
    },
    at: (file) => join(dir, file),
    files: async () => {
      const found = new Map<string, { text: string; mode: number }>()
      for (const { path, isFolder } of await entries()) {
        if (isFolder) continue
        found.set(below(path), { text: await readFile(path, 'utf8'), mode: await modeOf(path) })
      }
      return found
    },
    folders: async () => {
      const found = new Map([['.', await modeOf(dir)]])
      for (const { path, isFolder } of await entries()) {
        if (isFolder) found.set(below(path), await modeOf(path))
      }
      return found
    },
  }
}
