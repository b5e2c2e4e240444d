/** The calls of the operating system that the file store makes, and nothing else. */
import {
  chmod,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  unlink,
} from 'node:fs/promises'
import { errnoOf } from '../../driver/io-failure'

export interface OpenFile {
  writeFile(text: string): Promise<void>
  /** Resolves when all that was written is on the disk itself. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface FileState {
  /** Its permissions are in the lowest nine bits. */
  readonly mode: number
  isFile(): boolean
  isDirectory(): boolean
}

/** Handed in, so that a test can watch the calls and let them fail. */
export interface FileSystem {
  /** `r` for a folder that is to be synced, `w` for a file that is to be written from its start. */
  open(path: string, flags: 'r' | 'w', mode?: number): Promise<OpenFile>
  readFile(path: string): Promise<string>
  rename(from: string, to: string): Promise<void>
  link(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Makes the folder and those above it; resolves with the topmost that it had to make. */
  mkdir(path: string, mode: number): Promise<string | undefined>
  readdir(path: string): Promise<string[]>
  chmod(path: string, mode: number): Promise<void>
  /** Of a link, what it is itself. */
  lstat(path: string): Promise<FileState>
}

export const nodeFileSystem: FileSystem = {
  open,
  readFile: (path) => readFile(path, 'utf8'),
  rename,
  link,
  unlink,
  mkdir: (path, mode) => mkdir(path, { recursive: true, mode }),
  readdir: (path) => readdir(path),
  chmod,
  lstat: (path) => lstat(path),
}

/** The text of a file, or null if there is no such file. */
export const readText = async (fs: FileSystem, path: string): Promise<string | null> => {
  try {
    return await fs.readFile(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Resolves whether there was such a file. */
export const removeFile = async (fs: FileSystem, path: string): Promise<boolean> => {
  try {
    await fs.unlink(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
