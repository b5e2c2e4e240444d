/** A file that a command is asked for: whole or not there, and never written through a link. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { becomeStarter } from '../../runtime/folder/folder-user'
import { syncFolder, temporaryEnding } from '../../store/file/disk/durable-file'

export interface OutputFile {
  write(pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Gives it its name; before that it is gone with the process, however a signal or a mistake ends it. */
  finish(): Promise<void>
}

/**
 * @param whose the file is: of who started this process, or of the data folder's owner, who this
 * process has become
 * @throws what the operating system says
 */
export const openOutputFile = async (
  path: string,
  whose: 'starter' | 'owner',
): Promise<OutputFile> => {
  // A name that nobody can have put a link under, and `x` follows none and opens nothing that is there.
  const temporary = `${path}.${randomUUID()}${temporaryEnding}`
  const file = await open(temporary, 'wx', 0o600)
  let finished = false
  process.once('exit', () => {
    if (finished) return
    if (whose === 'starter') becomeStarter()
    rmSync(temporary, { force: true })
  })
  // The numbers that shells give to what a signal ended.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  return {
    async write(pieces) {
      for await (const piece of pieces) await file.writeFile(piece)
      await file.sync()
      await file.close()
    },
    async finish() {
      // A link at that name is replaced.
      await rename(temporary, path)
      finished = true
      await syncFolder(dirname(path))
    },
  }
}
