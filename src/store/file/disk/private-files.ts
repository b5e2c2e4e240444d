/**
 * Permissions of a data folder, repaired where a restore or a copy by hand left files open to
 * others.
 */
import { join } from 'node:path'
import { reasonOf } from '../../../errors'
import type { Logger } from '../../../log'
import { errnoOf } from '../../driver/io-failure'
import type { FileSystem } from './file-system'

export const fileMode = 0o600
export const folderMode = 0o700
const ofOthers = 0o077

/** A folder and the names in it. */
export interface Listing {
  readonly folder: string
  readonly names: readonly string[]
}

/** Few: this is not urgent, for nobody else gets into the folder any more. */
const filesAtOnce = 4

/**
 * The mode that a file or folder is to get; null if its own is right. Links are left alone: they
 * lead elsewhere.
 */
const modeFor = async (fs: FileSystem, path: string): Promise<number | null> => {
  const found = await fs.lstat(path)
  if ((found.mode & ofOthers) === 0) return null
  if (found.isFile()) return fileMode
  return found.isDirectory() ? folderMode : null
}

export interface PermissionRepair {
  /**
   * Closes to others what is open to them of everything listed. Never throws.
   *
   * @param stopped ends it early when it says so
   */
  repair(listings: readonly Listing[], stopped: () => boolean): Promise<void>
  /** Logs how much was open, and what could not be closed. */
  report(log: Logger): void
}

export const createPermissionRepair = (fs: FileSystem): PermissionRepair => {
  let closed = 0
  let failed = 0
  let failure: unknown

  const closeOne = async (path: string) => {
    try {
      const mode = await modeFor(fs, path)
      if (mode === null) return
      await fs.chmod(path, mode)
      closed += 1
    } catch (error) {
      // Meanwhile replaced or removed.
      if (errnoOf(error) === 'ENOENT') return
      failed += 1
      failure = error
    }
  }

  return {
    async repair(listings, stopped) {
      // One generator for all of them.
      const paths = (function* () {
        for (const { folder, names } of listings) for (const name of names) yield join(folder, name)
      })()
      const repairNext = async () => {
        for (const path of paths) {
          if (stopped()) return
          await closeOne(path)
        }
      }
      await Promise.all(Array.from({ length: filesAtOnce }, repairNext))
    },
    report(log) {
      if (closed > 0) {
        log.warn(
          'files in the data folder stood open to other users of this machine and are closed now: secrets in them may have been read',
          { count: closed },
        )
      }
      if (failed > 0) {
        log.warn('files in the data folder could not be closed to other users', {
          count: failed,
          reason: reasonOf(failure),
        })
      }
    },
  }
}
