/** The storage that the settings name, opened for a service. */
import type { Settings } from '../../config/settings'
import type { Logger } from '../../log'
import { isDatabase } from '../../store-address'
import { openFolder } from '../folder/data-folder'
import { databaseSettingsOf } from './database-member'
import { openDatabase, type WhileAway } from './database-storage'
import { folderStorage } from './folder-storage'
import type { Storage } from './storage'

type StorageSettings = Pick<
  Settings,
  'SUITED_STORE' | 'SUITED_DATA_DIR' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
>

/**
 * @param whileAway what stands in for the service while its database is not there yet
 * @throws {StartFailure} it can't be had; it says why, and what to do
 */
export const openStorage = async (
  settings: StorageSettings,
  log: Logger,
  whileAway?: WhileAway,
): Promise<Storage> => {
  if (isDatabase(settings.SUITED_STORE)) {
    return openDatabase(databaseSettingsOf(settings), log, whileAway)
  }
  return folderStorage(await openFolder(settings, log))
}
