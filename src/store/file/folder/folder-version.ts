/**
 * `format.json`: how the files of this folder are laid out, as one number for all of them. A change
 * of the layout makes it larger; the step that brings a folder of the number before up to date
 * belongs here, and first copies what it will change to a folder `before-version-N` inside. There
 * has been but one layout so far, so there is no step yet.
 */
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ServiceError } from '../../../errors'
import { createDurableAdapter } from '../disk/durable-adapter'
import type { FileSystem } from '../disk/file-system'

const name = 'format.json'

/** The layout that this suited reads and writes. */
export const folderVersion = 1

const Format = Type.Object({ version: Type.Integer({ minimum: 1 }) })

/**
 * Checks that this suited knows the layout of a folder before anything in it is touched, and notes
 * the layout of one that has none noted: it is new, or older than the note.
 *
 * @throws {ServiceError} store_unavailable — a newer suited laid it out, or the note is damaged
 */
export const checkFolderVersion = async (fs: FileSystem, dir: string): Promise<void> => {
  const adapter = createDurableAdapter({ fs, path: join(dir, name), mode: 'durable, alone' })
  const format = await adapter.read().catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined
    throw error
  })
  if (format === null) return void (await adapter.write({ version: folderVersion }))
  if (!Value.Check(Format, format)) {
    throw new ServiceError(
      'store_unavailable',
      `${name} is damaged. If no newer suited ever had this folder, remove it.`,
    )
  }
  if (format.version > folderVersion) {
    throw new ServiceError(
      'store_unavailable',
      `a newer suited laid it out (version ${format.version}; this one knows ${folderVersion}). Start the newer suited, or restore a copy from before it.`,
    )
  }
}
