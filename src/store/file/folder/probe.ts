/** The probe whether the folders of documents can be written, by writing. */
import { join } from 'node:path'
import { openForWriting } from '../disk/durable-adapter'
import { type FileSystem, removeFile } from '../disk/file-system'
import { namesIn } from '../disk/folder-sync'
import { corpsFolder, corpsFolderOf, suiteIdsOfFolders, suitesFolder } from './layout'

const text = 'Written to see whether this folder can be written.\n'

/** Writes, syncs and removes a tiny file. Throws what the operating system says if that fails. */
const probeFolder = async (fs: FileSystem, folder: string): Promise<void> => {
  const path = join(folder, 'probe.tmp')
  const file = await openForWriting(fs, path)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
    await removeFile(fs, path)
  }
}

/** Probes the folder in which the documents of this suite's companies stand, or will. */
export const probeCorpsOf = (fs: FileSystem, dir: string, suiteId: string): Promise<void> =>
  probeFolder(fs, join(dir, corpsFolderOf(suiteId)))

/** Probes every folder in which documents of suites and companies stand, or will. */
export const probeAll = async (fs: FileSystem, dir: string): Promise<void> => {
  const suiteIds = suiteIdsOfFolders(await namesIn(fs, join(dir, corpsFolder)))
  const folders = [suitesFolder, corpsFolder, ...suiteIds.map(corpsFolderOf)]
  for (const folder of ['', ...folders]) await probeFolder(fs, join(dir, folder))
}
