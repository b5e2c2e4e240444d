/** A data folder as the storage of one process. */
import { systemClock } from '../../clock'
import { closeFolder, type Folder, freeBytesOf } from '../folder/data-folder'
import { foundInFolder } from '../folder/folder-warnings'
import type { Storage } from './storage'

/** @param folder that this process owns, opened */
export const folderStorage = (folder: Folder): Storage => ({
  store: folder.store,
  eventLog: folder.eventLog,
  clock: systemClock,
  shared: null,
  quiet: (log) => log,
  place: { dataDir: folder.dir },
  warnings: foundInFolder(folder),
  becameUser: folder.becameUser,
  freeBytes: () => freeBytesOf(folder.dir),
  makeReserve: folder.reserve.make,
  close: () => closeFolder(folder),
})
