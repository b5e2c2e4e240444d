/** Both ends of a move, by the settings and by what its caller says. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Settings } from '../../config/settings'
import type { Logger } from '../../log'
import { isDatabase, judgeStore } from '../../store-address'
import { exitCodes, giveUp } from '../process/exit'
import { nameOfDatabase } from '../storage/database-access'
import { databaseSettingsOf } from '../storage/database-member'
import { warningsOfStore } from '../warnings'
import { databaseSource, databaseTarget } from './database-ends'
import { folderSource, folderTarget, nameOfFolder } from './folder-ends'
import type { MoveSource, MoveTarget, Target } from './move-end'

export type EndSettings = Pick<
  Settings,
  'SUITED_STORE' | 'SUITED_DATA_DIR' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
>

/**
 * The store of the settings, alone.
 *
 * @throws {StartFailure} it can't be had
 */
export const moveSource = async (settings: EndSettings, log: Logger): Promise<MoveSource> => {
  if (isDatabase(settings.SUITED_STORE)) {
    for (const warning of warningsOfStore(settings.SUITED_STORE)) log.warn(warning)
    return databaseSource(databaseSettingsOf(settings), log)
  }
  const dir = settings.SUITED_DATA_DIR
  if (!existsSync(dir)) {
    return giveUp(exitCodes.failed, `There is no folder ${dir}: SUITED_DATA_DIR names it.`)
  }
  return folderSource(settings, log)
}

const pathIn = (to: string, { SUITED_STORE, SUITED_DATA_DIR }: EndSettings): string | null => {
  if (/^\.{0,2}\//.test(to)) return resolve(to)
  return to === 'file' && isDatabase(SUITED_STORE) ? resolve(SUITED_DATA_DIR) : null
}

const refuseSource = (name: string, { from, flag }: Target): void => {
  if (name !== from) return
  giveUp(exitCodes.badUsage, `It comes from ${from}: let ${flag} name another place.`)
}

/**
 * Where it goes.
 *
 * @throws {StartFailure} it can't be had, or is where it comes from
 */
export const moveTarget = async (
  target: Target,
  settings: EndSettings,
  log: Logger,
): Promise<MoveTarget> => {
  const { to, flag, key } = target
  // It may have been sealed before its key was changed.
  const previous = settings.SUITED_PREVIOUS_ENCRYPTION_KEY
  const dir = pathIn(to, settings)
  if (dir !== null) {
    if (existsSync(dir)) refuseSource(nameOfFolder(dir), target)
    const own = {
      SUITED_DATA_DIR: dir,
      SUITED_ENCRYPTION_KEY: key && Buffer.from(key),
      SUITED_PREVIOUS_ENCRYPTION_KEY: previous,
    }
    const isRoots = !existsSync(dir) && process.geteuid?.() === 0
    const opened = await folderTarget(own, target, log)
    if (isRoots) {
      log.warn(
        `The folder ${dir} is new and belongs to root. If the service runs as another user, give it to that one before it starts: chown -R USER ${dir}`,
      )
    }
    return opened
  }
  if (to === 'file') {
    return giveUp(
      exitCodes.badUsage,
      'It is in a folder already: --to file leads out of a database.',
    )
  }
  const judged = judgeStore(to)
  if (!judged.ok) return giveUp(exitCodes.badUsage, `The store of ${flag} ${judged.reason}.`)
  if (key === null) {
    return giveUp(
      exitCodes.badSettings,
      'A database wants an encryption key, for its old rows, logs and backups are not suited’s to erase: set SUITED_ENCRYPTION_KEY, or give --key-file FILE (suited keygen makes one).',
    )
  }
  refuseSource(nameOfDatabase(to), target)
  for (const warning of warningsOfStore(to, flag)) log.warn(warning)
  const access = {
    SUITED_STORE: to,
    SUITED_ENCRYPTION_KEY: key,
    SUITED_PREVIOUS_ENCRYPTION_KEY: previous,
  }
  return databaseTarget(access, target, log)
}
