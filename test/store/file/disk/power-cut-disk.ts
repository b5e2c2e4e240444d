/**
 * A disk that forgets: a file system in memory that knows what was synced and what wasn't, and
 * whose power goes after any call that a test chooses.
 */
import { dirname, resolve } from 'node:path'
import type { FileSystem } from '../../../../src/store/file/disk/file-system'
import { systemError } from './faulty-file-system'

export interface FileNode {
  readonly kind: 'file'
  text: string
  /** What a power cut leaves for sure. */
  synced: string
}

/** A folder and everything below it. */
export interface FolderNode {
  readonly kind: 'folder'
  readonly names: Map<string, Node>
  readonly synced: Map<string, Node>
  /** Changes since the last sync: what became of names, null for those that went. */
  pending: ReadonlyMap<string, Node | null>[]
}

export type Node = FileNode | FolderNode

export interface Disk {
  readonly fs: FileSystem
  readonly root: FolderNode
  /** How many calls that change something were made. */
  readonly changes: () => number
  /** Resolves when a call finds no power. */
  readonly gone: Promise<'gone'>
  /** Everything that can be read, by path. */
  files(): Map<string, string>
}

export interface DiskOptions {
  /** Whether a sync does anything. */
  readonly syncs?: (what: 'file' | 'folder') => boolean
  /** After so many changes the power is gone: no further change comes back. */
  readonly powerFor?: number
  /** What was there before. */
  readonly root?: FolderNode
}

export const emptyFolder = (): FolderNode => ({
  kind: 'folder',
  names: new Map(),
  synced: new Map(),
  pending: [],
})

const partsOf = (path: string) => resolve(path).split('/').filter(Boolean)

export const createDisk = ({
  syncs = () => true,
  powerFor = Infinity,
  root = emptyFolder(),
}: DiskOptions = {}): Disk => {
  let changes = 0
  const { promise: gone, resolve: goDark } = Promise.withResolvers<'gone'>()

  /** Every change goes through here: the one that finds no power never ends. */
  const change = async <T>(work: () => T): Promise<T> => {
    if (changes >= powerFor) {
      goDark('gone')
      return new Promise<never>(() => {})
    }
    const result = work()
    changes += 1
    return result
  }

  const find = (path: string): Node => {
    let node: Node = root
    for (const part of partsOf(path)) {
      const next: Node | undefined = node.kind === 'folder' ? node.names.get(part) : undefined
      if (next === undefined) throw systemError('ENOENT')
      node = next
    }
    return node
  }
  const folderAt = (path: string): FolderNode => {
    const node = find(path)
    if (node.kind !== 'folder') throw systemError('ENOTDIR')
    return node
  }
  const fileAt = (path: string): FileNode => {
    const node = find(path)
    if (node.kind !== 'file') throw systemError('EISDIR')
    return node
  }
  const nameOf = (path: string) => partsOf(path).at(-1) ?? ''

  const put = (folder: FolderNode, names: ReadonlyMap<string, Node | null>) => {
    for (const [name, node] of names) {
      if (node === null) folder.names.delete(name)
      else folder.names.set(name, node)
    }
    folder.pending.push(names)
  }

  const sync = (node: Node) => {
    if (!syncs(node.kind)) return
    if (node.kind === 'file') {
      node.synced = node.text
      return
    }
    node.synced.clear()
    for (const [name, found] of node.names) node.synced.set(name, found)
    node.pending = []
  }

  const fs: FileSystem = {
    open: async (path, flags) => {
      const node =
        flags === 'r'
          ? find(path)
          : await change(() => {
              const folder = folderAt(dirname(path))
              const stored = folder.names.get(nameOf(path))
              if (stored?.kind === 'file') {
                stored.text = ''
                return stored
              }
              const made: FileNode = { kind: 'file', text: '', synced: '' }
              put(folder, new Map([[nameOf(path), made]]))
              return made
            })
      return {
        writeFile: (text) =>
          change(() => {
            if (node.kind === 'file') node.text += text
          }),
        sync: () => change(() => sync(node)),
        close: async () => {},
      }
    },
    readFile: async (path) => fileAt(path).text,
    rename: (from, to) =>
      change(() => {
        const file = fileAt(from)
        put(
          folderAt(dirname(to)),
          new Map<string, Node | null>([
            [nameOf(to), file],
            [nameOf(from), null],
          ]),
        )
      }),
    link: (from, to) =>
      change(() => {
        const file = fileAt(from)
        const folder = folderAt(dirname(to))
        if (folder.names.has(nameOf(to))) throw systemError('EEXIST')
        put(folder, new Map([[nameOf(to), file]]))
      }),
    unlink: (path) =>
      change(() => {
        fileAt(path)
        put(folderAt(dirname(path)), new Map([[nameOf(path), null]]))
      }),
    mkdir: (path) =>
      change(() => {
        let folder = root
        let at = ''
        let topmost: string | undefined
        for (const part of partsOf(path)) {
          at += `/${part}`
          const next = folder.names.get(part)
          if (next?.kind === 'file') throw systemError('EEXIST')
          const made = next ?? emptyFolder()
          if (next === undefined) {
            put(folder, new Map([[part, made]]))
            topmost ??= at
          }
          folder = made
        }
        return topmost
      }),
    readdir: async (path) => [...folderAt(path).names.keys()],
    chmod: async (path) => void find(path),
    lstat: async (path) => {
      const { kind } = find(path)
      const isFile = kind === 'file'
      return { mode: isFile ? 0o600 : 0o700, isFile: () => isFile, isDirectory: () => !isFile }
    },
  }

  const files = () => {
    const found = new Map<string, string>()
    const walk = (folder: FolderNode, at: string) => {
      for (const [name, node] of folder.names) {
        if (node.kind === 'file') found.set(`${at}/${name}`, node.text)
        else walk(node, `${at}/${name}`)
      }
    }
    walk(root, '')
    return found
  }

  return { fs, root, changes: () => changes, gone, files }
}
