/** The reasons why a data folder can't be used, as sentences and exit codes. */
import { statSync } from 'node:fs'
import { reasonOf } from '../../errors'
import { errnoOf } from '../../store/driver/io-failure'
import { FolderLocked } from '../../store/file/folder/folder-lock'
import { KeysMissing } from '../../store/file/folder/key-marker'
import { HalfMoved } from '../../store/file/folder/move-mark'
import { exitCodes, giveUp, StartFailure } from '../process/exit'
import { describeForeignFiles } from './foreign-files'

/** What to do about missing keys. */
export const keyAdvice = ({ needed, given }: Pick<KeysMissing, 'needed' | 'given'>): string => {
  if (needed.length > 1) {
    return 'Set SUITED_ENCRYPTION_KEY and SUITED_PREVIOUS_ENCRYPTION_KEY to them, and then run suited rekey.'
  }
  return given === null
    ? 'Set SUITED_ENCRYPTION_KEY to it.'
    : `SUITED_ENCRYPTION_KEY is the key ${given}: set it to the other one or, to change keys, set SUITED_PREVIOUS_ENCRYPTION_KEY to that.`
}

/**
 * @param named the setting or flag that names the folder
 * @throws {StartFailure} always: it says why the folder can't be used, and what to do
 */
export const giveUpOn = (dir: string, error: unknown, named = 'SUITED_DATA_DIR'): never => {
  if (error instanceof StartFailure) throw error
  if (error instanceof FolderLocked) {
    const advice = `One process owns a folder: stop that one, or choose another ${named}.`
    return giveUp(exitCodes.folderInUse, `${error.message} ${advice}`)
  }
  if (error instanceof KeysMissing) {
    return giveUp(exitCodes.badSettings, `${error.message} ${keyAdvice(error)}`)
  }
  if (error instanceof HalfMoved) return giveUp(exitCodes.failed, error.message)
  const foreign = describeForeignFiles(dir, process.geteuid?.())
  return giveUp(
    exitCodes.failed,
    `The data folder ${dir} can't be used: ${reasonOf(error)}${foreign === null ? '' : `\n${foreign}`}`,
  )
}

/**
 * Refuses what is there and no folder: a device, a file, a path below one.
 *
 * @param named the setting or flag that names it
 * @throws {StartFailure} it is a wrong setting
 */
export const refuseOtherThanFolder = (dir: string, named: string): void => {
  let isFolder: boolean
  try {
    isFolder = statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? true
  } catch (error) {
    isFolder = errnoOf(error) !== 'ENOTDIR'
  }
  if (isFolder) return
  giveUp(exitCodes.badSettings, `${named} names ${dir}, which is no folder and can't become one.`)
}
