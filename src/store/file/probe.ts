import { join } from 'node:path'
import { type FileSystem, removeFile } from './file-system'

const text = 'Written to see whether the data folder can be written.\n'

/** Writes, syncs and removes a tiny file. Throws what the operating system says if that fails. */
export const probeFolder = async (fs: FileSystem, dir: string): Promise<void> => {
  const path = join(dir, 'probe.tmp')
  const file = await fs.open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
    await removeFile(fs, path)
  }
}
