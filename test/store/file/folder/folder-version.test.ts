import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeFileSystem } from '../../../../src/store/file/disk/file-system'
import { checkFolderVersion, folderVersion } from '../../../../src/store/file/folder/folder-version'
import { codeOf } from '../../conformance/bench'
import { createTemporaryFolder, type TemporaryFolder } from '../../temporary-folder'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await createTemporaryFolder()
})
afterEach(() => folder.remove())

const format = () => join(folder.path, 'format.json')
const check = () => checkFolderVersion(nodeFileSystem, folder.path)

describe('the layout of a data folder', () => {
  test('is noted in a new one', async () => {
    await check()
    expect(JSON.parse(await readFile(format(), 'utf8'))).toEqual({ version: folderVersion })
    expect(await readdir(folder.path)).toEqual(['format.json'])
  })

  test('of one from before the note is the first one', async () => {
    await mkdir(join(folder.path, 'corps'))
    await check()
    expect(JSON.parse(await readFile(format(), 'utf8'))).toEqual({ version: 1 })
  })

  test('that is known is taken, time after time', async () => {
    for (let n = 0; n < 3; n++) expect(await codeOf(check())).toEqual({ resolved: undefined })
  })

  test('of a newer suited is refused, and nothing is touched', async () => {
    const newer = JSON.stringify({ version: folderVersion + 1, more: true })
    await writeFile(format(), newer)
    expect(await codeOf(check())).toBe('store_unavailable')
    expect(await readFile(format(), 'utf8')).toBe(newer)
    expect(await readdir(folder.path)).toEqual(['format.json'])
  })

  test.each(['', '{', 'null', '{}', '{"version":0}', '{"version":"1"}'])(
    'noted as %j is refused and left as it is',
    async (text) => {
      await writeFile(format(), text)
      expect(await codeOf(check())).toBe('store_unavailable')
      expect(await readFile(format(), 'utf8')).toBe(text)
    },
  )
})
