/** A data folder at either end of a move. */
import { realpathSync } from 'node:fs'
import type { Settings } from '../../config/settings'
import type { Logger } from '../../log'
import { nodeFileSystem as fs } from '../../store/file/disk/file-system'
import { beginMove, endMove, moveUnderWay, removeHalf } from '../../store/file/folder/move-mark'
import { closeFolder, type Folder, lockDataFolder, openOwnedFolder } from '../folder/data-folder'
import { exitCodes, giveUp } from '../process/exit'
import type { MoveSource, MoveTarget, Target } from './move-end'

export type FolderSettings = Pick<
  Settings,
  'SUITED_DATA_DIR' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
>

const holdingOf = ({ store, eventLog }: Folder) => ({ store, eventLog })

/** @param dir that is there */
export const nameOfFolder = (dir: string): string => `the folder ${realpathSync(dir)}`

/** @throws {StartFailure} it can't be had, also because a service runs on it */
export const folderSource = async (settings: FolderSettings, log: Logger): Promise<MoveSource> => {
  const owned = await lockDataFolder(settings, 'visitor')
  const folder = await openOwnedFolder(owned, settings, log)
  return {
    name: nameOfFolder(folder.dir),
    holding: holdingOf(folder),
    stillAlone: async () => undefined,
    close: () => closeFolder(folder),
  }
}

/** The half of a move from elsewhere is somebody else's to go on with. */
const removeOwnHalf = async (dir: string, from: string): Promise<boolean> => {
  const begunFrom = await moveUnderWay(fs, dir)
  if (begunFrom === null) return false
  if (begunFrom !== from) {
    return giveUp(
      exitCodes.failed,
      `A move from ${begunFrom} into ${dir} was broken off. Go on with that one, or remove the folder.`,
    )
  }
  await removeHalf(dir)
  return true
}

/**
 * @param from the name of the source
 * @param flag what names the folder
 * @throws {StartFailure} it can't be had, or half of another move lies there
 */
export const folderTarget = async (
  settings: FolderSettings,
  { from, flag }: Pick<Target, 'from' | 'flag'>,
  log: Logger,
): Promise<MoveTarget> => {
  let isAnew = false
  const prepare = async (dir: string) => {
    isAnew = await removeOwnHalf(dir, from)
  }
  const owned = await lockDataFolder(settings, 'visitor', { prepare, named: flag })
  const folder = await openOwnedFolder(owned, settings, log)
  const { dir } = folder
  return {
    name: nameOfFolder(dir),
    holding: holdingOf(folder),
    isAnew,
    begin: () => beginMove(fs, dir, from),
    finish: () => endMove(fs, dir),
    close: () => closeFolder(folder),
  }
}
