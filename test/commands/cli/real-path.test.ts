import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { leadsThrough, realPath } from '../../../src/commands/cli/real-path'
import { createTemporaryFolder, type TemporaryFolder } from '../../store/temporary-folder'

describe('where a path leads', () => {
  let folder: TemporaryFolder
  let dir: string
  const at = (...names: string[]) => join(dir, ...names)

  beforeEach(async () => {
    folder = await createTemporaryFolder()
    dir = realpathSync(folder.path)
    mkdirSync(at('data'))
    symlinkSync(at('data'), at('link'))
    symlinkSync('data/later', at('dangling'))
    symlinkSync('loop', at('loop'))
  })
  afterEach(() => folder.remove())

  test.each([
    ['a folder', 'data', 'data'],
    ['a link', 'link', 'data'],
    ['what is not there yet', 'none/at/all', 'none/at/all'],
    ['what is not there yet behind a link', 'link/backup/new', 'data/backup/new'],
    ['a link to what is not there yet', 'dangling/backup', 'data/later/backup'],
    ['a link to itself', 'loop', 'loop'],
  ])('is told for %s', (_, path, target) => {
    expect(realPath(at(path))).toBe(at(target))
  })

  test('is absolute, whatever the path is relative to', () => {
    expect(realPath(relative(process.cwd(), at('link')))).toBe(at('data'))
    expect(realPath('/')).toBe('/')
  })

  test.each([
    ['the folder itself', 'data', true],
    ['what is below it', 'data/backup/new', true],
    ['a link to it', 'link/backup', true],
    ['a link in it that leads out again', 'data/out/backup', true],
    ['a link to a link in it that leads out again', 'through/backup', true],
    ['a folder beside it', 'data-2/backup', false],
    ['the folder above it', '.', false],
    ['a link to itself', 'loop/backup', false],
  ])('goes through a folder or not, for %s', (_, path, expected) => {
    mkdirSync(at('outside'))
    symlinkSync('../outside', at('data', 'out'))
    symlinkSync(at('data', 'out'), at('through'))
    expect(leadsThrough(at(path), at('data'))).toBe(expected)
    expect(leadsThrough(at(path), at('link'))).toBe(expected)
  })
})
