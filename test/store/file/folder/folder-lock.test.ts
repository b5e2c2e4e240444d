import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../../src/clock'
import {
  type FolderLock,
  FolderLocked,
  lockFolder,
} from '../../../../src/store/file/folder/folder-lock'
import { codeOf, startMs } from '../../conformance/bench'
import { createTemporaryFolder, type TemporaryFolder } from '../../temporary-folder'

describe('the lock of a data folder', () => {
  let waits: number[]
  /** What happens while somebody waits for the folder. */
  let meanwhile: () => void
  let now: number
  let alive: number[]
  const clock: Pick<Clock, 'now' | 'sleep'> = {
    now: () => now,
    async sleep(ms) {
      now += ms
      waits.push(ms)
      meanwhile()
    },
  }
  let folder: TemporaryFolder
  let held: FolderLock[]
  let others: Bun.Subprocess[]
  const lock = async (dir = folder.path) => {
    const taken = await lockFolder(dir, {
      clock,
      random: () => 0.5,
      pid: process.pid,
      isAlive: (pid) => alive.includes(pid),
    })
    held.push(taken)
    return taken
  }
  const refusal = async () => {
    const failure: unknown = await lock().catch((error) => error)
    return failure instanceof FolderLocked ? failure : null
  }

  beforeEach(async () => {
    folder = await createTemporaryFolder()
    held = []
    others = []
    waits = []
    now = startMs
    alive = [process.pid]
    meanwhile = () => undefined
  })
  afterEach(async () => {
    for (const other of others) other.kill('SIGKILL')
    for (const taken of held) taken.release()
    await folder.remove()
  })

  test('tells who holds the folder, in files for the owner alone', async () => {
    await writeFile(join(folder.path, 'owner.json'), 'of a former owner')
    await chmod(join(folder.path, 'owner.json'), 0o644)
    await lock()
    const owner = { pid: process.pid, host: hostname(), startedAt: startMs }
    const path = join(folder.path, 'owner.json')
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(owner)
    expect((await readdir(folder.path)).sort()).toEqual(['owner.json', 'owner.lock'])
    for (const name of await readdir(folder.path)) {
      expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600)
    }
  })

  test('writes who holds it in place of a link, and follows none', async () => {
    const other = join(folder.path, 'of-somebody')
    await writeFile(other, 'theirs')
    await chmod(other, 0o644)
    await symlink(other, join(folder.path, 'owner.json'))
    await lock()
    expect(await readFile(other, 'utf8')).toBe('theirs')
    expect((await stat(other)).mode & 0o777).toBe(0o644)
    expect(await readFile(join(folder.path, 'owner.json'), 'utf8')).toContain('"pid"')
  })

  test('is refused where a link stands in place of the lock file', async () => {
    const other = join(folder.path, 'of-somebody')
    await writeFile(other, '')
    await chmod(other, 0o644)
    await symlink(other, join(folder.path, 'owner.lock'))
    const failure = lock()
    expect(await codeOf(failure)).toBe('store_unavailable')
    await expect(failure).rejects.toThrow('owner.lock in the data folder is not a plain file')
    expect((await stat(other)).mode & 0o777).toBe(0o644)
  })

  test('is had in a folder that a link names', async () => {
    const dir = join(folder.path, 'data')
    await symlink('data', join(folder.path, 'link'))
    await lock(dir)
    held.at(-1)?.release()
    await lock(join(folder.path, 'link'))
    expect((await readdir(dir)).sort()).toEqual(['owner.json', 'owner.lock'])
  })

  test('makes the folder if there is none', async () => {
    const dir = join(folder.path, 'deep', 'data')
    await lock(dir)
    expect((await stat(dir)).mode & 0o777).toBe(0o700)
  })

  test('is refused to another part of the same process, again and again', async () => {
    await lock()
    for (let n = 0; n < 3; n++) {
      const refused = await refusal()
      expect(refused?.dir).toBe(folder.path)
      expect(refused?.owner).toEqual({ pid: process.pid, host: hostname(), startedAt: startMs })
    }
  })

  test('is free once it was given back, and giving it back twice is harmless', async () => {
    const first = await lock()
    first.release()
    expect(await readdir(folder.path)).toEqual(['owner.lock'])
    await lock()
    first.release()
    expect((await readdir(folder.path)).sort()).toEqual(['owner.json', 'owner.lock'])
    expect(await refusal()).not.toBeNull()
  })

  test('is refused without a name when the holder’s is not to be read', async () => {
    await lock()
    await writeFile(join(folder.path, 'owner.json'), '{"pid":')
    expect((await refusal())?.owner).toBeNull()
  })

  test('is had by who asks while somebody passes through, within half a second', async () => {
    const passing = await lock()
    meanwhile = () => waits.length === 3 && passing.release()
    await lock()
    expect(waits).toHaveLength(3)
  })

  test('is refused after half a second in which it stays taken', async () => {
    await lock()
    expect(await refusal()).not.toBeNull()
    const waited = waits.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThanOrEqual(500)
    expect(waited).toBeLessThan(550)
  })

  test('is refused without the name of a process of this machine that has ended', async () => {
    await lock()
    const of = (pid: number, host: string) =>
      writeFile(join(folder.path, 'owner.json'), JSON.stringify({ pid, host, startedAt: 1 }))
    await of(4321, hostname())
    const refused = await refusal()
    expect(refused?.owner).toBeNull()
    expect(refused?.message).toEndWith('belongs to a process that did not say who it is.')
    // Of another machine nobody here can tell.
    await of(4321, 'elsewhere')
    expect((await refusal())?.owner?.host).toBe('elsewhere')
    alive.push(4321)
    await of(4321, hostname())
    expect((await refusal())?.owner?.pid).toBe(4321)
  })

  test('a lock file that is none is named', async () => {
    await writeFile(join(folder.path, 'owner.lock'), 'no database'.repeat(1000))
    expect(await codeOf(lock())).toBe('store_unavailable')
  })

  test('a folder that can’t be made is named', async () => {
    await writeFile(join(folder.path, 'file'), '')
    expect(await codeOf(lock(join(folder.path, 'file', 'data')))).toBe('store_unavailable')
  })

  /** Another process that asks for the folder, and what it says about that. */
  const otherProcess = async () => {
    const script = join(import.meta.dir, 'hold-lock.ts')
    const other = Bun.spawn([process.execPath, script, folder.path], { stdout: 'pipe' })
    others.push(other)
    const { value } = await other.stdout.getReader().read()
    return { other, says: new TextDecoder().decode(value).trim() }
  }

  test('is held by another process while it lives, and free when it was killed', async () => {
    const { other, says } = await otherProcess()
    expect(says).toBe('held')
    alive.push(other.pid)
    expect((await refusal())?.owner?.pid).toBe(other.pid)
    other.kill('SIGKILL')
    await other.exited
    await lock()
    const owner = JSON.parse(await readFile(join(folder.path, 'owner.json'), 'utf8'))
    expect(owner.pid).toBe(process.pid)
  })

  test('is refused to another process, also after this one was refused it again', async () => {
    await lock()
    await refusal()
    const { other, says } = await otherProcess()
    expect(says).toBe(`refused by ${process.pid}`)
    expect(await other.exited).toBe(0)
  })
})
