/** The adapter by which lowdb writes a document durably to the disk. */
import { dirname } from 'node:path'
import type { Adapter } from 'lowdb'
import { errnoOf } from '../../driver/io-failure'
import { temporaryEnding } from './durable-file'
import { type FileSystem, readText, removeFile } from './file-system'
import { makeFolder, syncFolder } from './folder-sync'
import { fileMode } from './private-files'

/** The copy beside a durable document. */
export const copyEnding = '.bak'

/**
 * - `volatile`: renamed into place, not synced: whole after a crash, perhaps gone after a power
 * cut.
 * - `durable`: on the disk before `write` resolves; the version before stays beside it as the copy.
 * - `durable, forgetting`: likewise, but the copy is of this version too: what only the version
 *   before held is in no file afterwards.
 * - `durable, alone`: on the disk likewise; the copy is somebody else's business.
 */
export type WriteMode = 'volatile' | 'durable' | 'durable, forgetting' | 'durable, alone'

export interface AdapterOptions {
  readonly fs: FileSystem
  readonly path: string
  readonly mode: WriteMode
}

/**
 * Opens a file to be written from its start, making the folder that it stands in if it is missing.
 */
export const openForWriting = async (fs: FileSystem, path: string) => {
  try {
    return await fs.open(path, 'w', fileMode)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    await makeFolder(fs, dirname(path))
    return fs.open(path, 'w', fileMode)
  }
}

/** Puts a text in the place of a file, or leaves that file as it was. */
const replaceFile = async (
  fs: FileSystem,
  path: string,
  text: string,
  durable: boolean,
  beforeRename = async () => {},
) => {
  const temporary = path + temporaryEnding
  try {
    const file = await openForWriting(fs, temporary)
    try {
      await file.writeFile(text)
      if (durable) await file.sync()
    } finally {
      await file.close()
    }
    await beforeRename()
    await fs.rename(temporary, path)
  } catch (error) {
    await removeFile(fs, temporary).catch(() => {})
    throw error
  }
  if (durable) await syncFolder(fs, dirname(path))
}

/** Makes the version of now the copy; resolves false if there is none. */
const copyCurrent = async (fs: FileSystem, path: string): Promise<boolean> => {
  const copy = path + copyEnding
  await removeFile(fs, copy)
  try {
    await fs.link(path, copy)
    return true
  } catch {
    // There is none, or the file system knows no links.
    const current = await readText(fs, path)
    if (current !== null) await replaceFile(fs, copy, current, true)
    return current !== null
  }
}

/**
 * Removes the copy for good before a newer version is in place, so that no crash leaves it behind.
 */
const removeCopy = async (fs: FileSystem, path: string) => {
  if (await removeFile(fs, path + copyEnding)) await syncFolder(fs, dirname(path))
}

const parsed = (text: string): object => {
  const value: unknown = JSON.parse(text)
  // lowdb takes what is falsy for absent, and what is absent may be written anew.
  if (typeof value !== 'object' || value === null) throw new SyntaxError('not a JSON object')
  return value
}

/**
 * The adapter of one document. `read` gives null if there is no file, and throws a SyntaxError,
 * whose message may quote the file, if it holds no JSON object.
 */
export const createDurableAdapter = ({ fs, path, mode }: AdapterOptions): Adapter<unknown> => ({
  read: async () => {
    const text = await readText(fs, path)
    return text === null ? null : parsed(text)
  },
  write: async (data) => {
    const text = `${JSON.stringify(data, null, 2)}\n`
    if (mode === 'volatile') return replaceFile(fs, path, text, false)
    if (mode === 'durable, alone') return replaceFile(fs, path, text, true)
    let copied = false
    await replaceFile(fs, path, text, true, async () => {
      if (mode === 'durable') copied = await copyCurrent(fs, path)
      else await removeCopy(fs, path)
    })
    if (!copied) await replaceFile(fs, path + copyEnding, text, true)
  },
})
