/** A file that a command is asked for: opened as who started the command, and whole or not there. */
import { rmSync } from 'node:fs'
import { chmod, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { becomeStarter } from '../../runtime/folder/folder-user'
import { syncFolder, temporaryEnding } from '../../store/file/disk/durable-file'

export interface OutputFile {
  write(pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** Gives it its name; before that it is gone with the process, however a signal or a mistake ends it. */
  finish(): Promise<void>
}

/** @throws what the operating system says */
export const openOutputFile = async (path: string): Promise<OutputFile> => {
  const temporary = path + temporaryEnding
  const file = await open(temporary, 'w', 0o600)
  await chmod(temporary, 0o600)
  let finished = false
  process.once('exit', () => {
    if (finished) return
    becomeStarter()
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
      await rename(temporary, path)
      finished = true
      await syncFolder(dirname(path))
    },
  }
}
