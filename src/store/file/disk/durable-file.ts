/**
 * A file outside of the documents, such as a backup: whole and on the disk, or not there. It is
 * written as its bytes come, and never through a link.
 */
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nodeFileSystem } from './file-system'
import { syncFolder } from './folder-sync'
import { fileMode } from './private-files'

/** Ends the name of what a crash may leave behind: harmless, replaced or removed later. */
export const temporaryEnding = '.tmp'

/** A file that has its content under a temporary name at first. */
export interface UnfinishedFile {
  /** Once, all of it; it is on the disk when this resolves. */
  write(pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Gives it its name, in place of a file or link of that name if there is one. */
  finish(): Promise<void>
}

/**
 * Begins a file that its owner alone may read. Refuses if anything is there under the temporary
 * name, and follows no link.
 */
export const beginFile = async (path: string, temporary: string): Promise<UnfinishedFile> => {
  const file = await open(temporary, 'wx', fileMode)
  // The umask may have taken some of that away.
  await file.chmod(fileMode)
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
      await syncFolder(nodeFileSystem, dirname(path))
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
