/** A file that is whole and on the disk, or not there. */
import { chmod, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export const temporaryEnding = '.tmp'

/** Makes a renaming in a folder outlive a power cut, where its file system can. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch {
    // Some file systems can't sync a folder; there a rename is as safe as it gets.
  } finally {
    await folder.close()
  }
}

/** Writes a file that its owner alone may read, in place of one of that name if there is one. */
export const writeDurably = async (
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const temporary = path + temporaryEnding
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      await chmod(temporary, 0o600)
      for await (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}
