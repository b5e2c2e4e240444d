/** A file that is whole and on the disk, or not there. */
import { open, rename, rm } from 'node:fs/promises'
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

/** A file that has its content under a temporary name at first. */
export interface UnfinishedFile {
  /** Once, all of it; it is on the disk when this resolves. */
  write(pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Gives it its name, in place of a file or link of that name if there is one. */
  finish(): Promise<void>
}

/**
 * Begins a file that its owner alone may read. Refuses if anything is there under the temporary name,
 * and follows no link.
 */
export const beginFile = async (path: string, temporary: string): Promise<UnfinishedFile> => {
  const file = await open(temporary, 'wx', 0o600)
  await file.chmod(0o600)
  return {
    async write(pieces) {
      try {
        for await (const piece of pieces) await file.writeFile(piece)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async finish() {
      await rename(temporary, path)
      await syncFolder(dirname(path))
    },
  }
}

/** Writes a file that its owner alone may read, in place of one of that name if there is one. */
export const writeDurably = async (
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const temporary = path + temporaryEnding
  try {
    // What a crash left there, or a link that somebody put there.
    await rm(temporary, { force: true })
    const file = await beginFile(path, temporary)
    await file.write(pieces)
    await file.finish()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
