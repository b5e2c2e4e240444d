/** A file that a command is asked for: whole or not there, and never written through a link. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { becomeStarterAgain } from '../../runtime/folder/folder-user'
import { beginFile, temporaryEnding, type UnfinishedFile } from '../../store/file/disk/durable-file'

/**
 * Begins a file that is gone with the process unless it was finished, however a signal or a mistake
 * ends it.
 *
 * @param whose the file is: of who started this process, or of the data folder's owner, who this
 * process has become
 * @throws what the operating system says
 */
export const openOutputFile = async (
  path: string,
  whose: 'starter' | 'owner',
): Promise<UnfinishedFile> => {
  // A name that nobody can have put a link under.
  const temporary = `${path}.${randomUUID()}${temporaryEnding}`
  const file = await beginFile(path, temporary)
  let finished = false
  process.once('exit', () => {
    if (finished) return
    if (whose === 'starter') becomeStarterAgain()
    rmSync(temporary, { force: true })
  })
  // The numbers that shells give to what a signal ended.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  return {
    ...file,
    async finish() {
      await file.finish()
      finished = true
    },
  }
}
