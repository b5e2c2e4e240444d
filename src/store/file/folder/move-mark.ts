/**
 * `moving.json`: a move into this folder was begun and has not come to its end. What lies here then
 * is half of something, and nobody works on it.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { createDurableAdapter } from '../disk/durable-adapter'
import { type FileSystem, removeFile } from '../disk/file-system'
import { syncFolder } from '../disk/folder-sync'
import { ownerFile } from './folder-owner'

const name = 'moving.json'

const MoveMark = Type.Object({
  version: Type.Literal(1),
  from: Type.String({ description: 'What it moves from, for people; no secret.' }),
})

/** A half of a move lies there. */
export class HalfMoved extends Error {
  override readonly name = 'HalfMoved'
  constructor(readonly dir: string) {
    super(
      `A move into ${dir} was broken off, and this is only part of what it was to be. Run suited migrate again.`,
    )
  }
}

const adapterOf = (fs: FileSystem, dir: string) =>
  createDurableAdapter({ fs, path: join(dir, name), mode: 'durable, alone' })

/** What the move comes from that was begun and hasn't ended; null if there is none. */
export const moveUnderWay = async (fs: FileSystem, dir: string): Promise<string | null> => {
  const mark = await adapterOf(fs, dir)
    .read()
    .catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined
      throw error
    })
  if (mark === null) return null
  return Value.Check(MoveMark, mark) ? mark.from : 'somewhere'
}

/** Notes, durably, that what comes into the folder is not all of it yet. */
export const beginMove = (fs: FileSystem, dir: string, from: string): Promise<void> =>
  adapterOf(fs, dir).write({ version: 1, from })

/** All of it is there. */
export const endMove = async (fs: FileSystem, dir: string): Promise<void> => {
  await removeFile(fs, join(dir, name))
  await syncFolder(fs, dir)
}

/** What is not state, or has to stay until the end. */
const staying = ['owner.lock', 'domain', 'format.json', name]

/** Removes the half that a broken-off move left. */
export const removeHalf = async (dir: string): Promise<void> => {
  const kept = new Set([...staying.map((one) => join(dir, one)), ownerFile(dir)])
  for (const found of await readdir(dir)) {
    const path = join(dir, found)
    if (!kept.has(path)) await rm(path, { recursive: true, force: true })
  }
}
