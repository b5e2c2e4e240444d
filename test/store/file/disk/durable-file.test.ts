import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmod, lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../../../src/store/file/disk/durable-file'
import { createTemporaryFolder, type TemporaryFolder } from '../../temporary-folder'

const pieces = async function* () {
  yield new TextEncoder().encode('first, ')
  yield new TextEncoder().encode('second')
}

describe('a file that is written durably', () => {
  let folder: TemporaryFolder
  const at = (name: string) => join(folder.path, name)

  beforeEach(async () => {
    folder = await createTemporaryFolder()
  })
  afterEach(() => folder.remove())

  test('takes the place of what a crash left, for its owner alone', async () => {
    await writeFile(at('file.tmp'), 'half of it', { mode: 0o644 })
    await writeDurably(at('file'), pieces())
    expect(await readdir(folder.path)).toEqual(['file'])
    expect(await readFile(at('file'), 'utf8')).toBe('first, second')
    expect((await lstat(at('file'))).mode & 0o777).toBe(0o600)
  })

  test('is written through no link, neither at its name nor at its temporary one', async () => {
    await writeFile(at('other'), 'theirs')
    await chmod(at('other'), 0o644)
    await symlink(at('other'), at('file'))
    await symlink(at('other'), at('file.tmp'))
    await writeDurably(at('file'), pieces())
    expect(await readFile(at('other'), 'utf8')).toBe('theirs')
    expect((await lstat(at('other'))).mode & 0o777).toBe(0o644)
    expect((await lstat(at('file'))).isFile()).toBe(true)
    expect((await readdir(folder.path)).sort()).toEqual(['file', 'other'])
  })
})
