import { basename } from 'node:path'
import { type FileSystem, nodeFileSystem } from '../../../../src/store/file/disk/file-system'

export interface FaultyFileSystem extends FileSystem {
  /** What was asked of it: the call and the file's name. */
  readonly calls: string[]
  /** Called before each call is passed on; what it throws is the call's failure. */
  before: (call: string, path: string) => void | Promise<void>
}

/** An error as the operating system would give it. */
export const systemError = (errno: string): Error =>
  Object.assign(new Error(`${errno}: made up`), { code: errno })

/** The real file system, watched, and failing where a test wants it to. */
export const createFaultyFileSystem = (): FaultyFileSystem => {
  const calls: string[] = []
  const pass = async <T>(call: string, path: string, run: () => Promise<T>): Promise<T> => {
    calls.push(`${call} ${basename(path)}`)
    await fs.before(call, path)
    return run()
  }
  const real = nodeFileSystem
  const fs: FaultyFileSystem = {
    calls,
    before: () => {},
    open: async (path, flags, mode) => {
      const file = await pass(`open ${flags}`, path, () => real.open(path, flags, mode))
      return {
        writeFile: (text) => pass('write', path, () => file.writeFile(text)),
        sync: () => pass('sync', path, () => file.sync()),
        close: () => file.close(),
      }
    },
    readFile: (path) => pass('read', path, () => real.readFile(path)),
    rename: (from, to) => pass('rename', to, () => real.rename(from, to)),
    link: (from, to) => pass('link', to, () => real.link(from, to)),
    unlink: (path) => pass('unlink', path, () => real.unlink(path)),
    mkdir: (path, mode) => pass('mkdir', path, () => real.mkdir(path, mode)),
    readdir: (path) => pass('readdir', path, () => real.readdir(path)),
    // Not watched: it changes nothing, and goes on in the background.
    lstat: real.lstat,
    chmod: (path, mode) => pass('chmod', path, () => real.chmod(path, mode)),
  }
  return fs
}
