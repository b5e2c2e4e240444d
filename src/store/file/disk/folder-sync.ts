/** Folders made so that they outlive a power cut, and for their owner alone. */
import { dirname, resolve } from 'node:path'
import type { Logger } from '../../../log'
import { errnoOf } from '../../driver/io-failure'
import type { FileSystem } from './file-system'
import { folderMode } from './private-files'

/** Some file systems can't sync a folder; on those a rename is as safe as it gets. */
const unsyncable = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EPERM'])

/** Makes what was created, renamed or removed in this folder outlive a power cut. */
export const syncFolder = async (fs: FileSystem, path: string): Promise<void> => {
  try {
    const folder = await fs.open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!unsyncable.has(errnoOf(error) ?? '')) throw error
  }
}

/** Makes a folder and those above it where they are missing, durably. */
export const makeFolder = async (fs: FileSystem, path: string): Promise<void> => {
  const topmost = await fs.mkdir(path, folderMode)
  if (topmost === undefined) return
  const above = dirname(resolve(topmost))
  for (let made = resolve(path); made.length > above.length; made = dirname(made)) {
    await syncFolder(fs, dirname(made))
  }
}

/** Makes a folder, and closes one that was there before to everybody but its owner. */
export const makePrivateFolder = async (
  fs: FileSystem,
  path: string,
  log: Logger,
): Promise<void> => {
  await makeFolder(fs, path)
  try {
    await fs.chmod(path, folderMode)
  } catch (error) {
    log.warn('a folder could not be closed to others', { path, errno: errnoOf(error) })
  }
}

/** The names in a folder; none if there is no such folder. */
export const namesIn = async (fs: FileSystem, path: string): Promise<string[]> => {
  try {
    return await fs.readdir(path)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return []
    throw error
  }
}
