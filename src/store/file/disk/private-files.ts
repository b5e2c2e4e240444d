/** Closing to others what a restore or a copy by hand left open to them in a data folder. */
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
const looksAtOnce = 4

/** Files and folders among these names; links are left alone, for they lead elsewhere. */
const modeFor = async (fs: FileSystem, path: string): Promise<number | null> => {
  const found = await fs.lstat(path)
  if ((found.mode & ofOthers) === 0) return null
  if (found.isFile()) return fileMode
  return found.isDirectory() ? folderMode : null
}

export interface Closing {
  /**
   * Looks at everything listed and closes what is open to others. Never throws.
   *
   * @param stopped ends it early when it says so
   */
  close(listings: readonly Listing[], stopped: () => boolean): Promise<void>
  /** Says once how much was open, and what could not be closed. */
  tell(log: Logger): void
}

export const createClosing = (fs: FileSystem): Closing => {
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
    async close(listings, stopped) {
      // One generator for all that look.
      const paths = (function* () {
        for (const { folder, names } of listings) for (const name of names) yield join(folder, name)
      })()
      const look = async () => {
        for (const path of paths) {
          if (stopped()) return
          await closeOne(path)
        }
      }
      await Promise.all(Array.from({ length: looksAtOnce }, look))
    },
    tell(log) {
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
