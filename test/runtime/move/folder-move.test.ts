/** A move from one data folder into another, under another key. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MoveOutcome } from '../../../src/runtime/move/run-move'
import { nodeFileSystem } from '../../../src/store/file/disk/file-system'
import { beginMove } from '../../../src/store/file/folder/move-mark'
import { differences, surveyOf } from '../../../src/store/move/move'
import { corp } from '../../store/conformance/records'
import { move, settingsOf, useFilledFolder, within } from './move-bench'

const { suiteId } = corp()

describe('the move of a data folder', () => {
  const bench = useFilledFolder()
  const wanted = (to = 'to') => ({ from: bench.filled, to: bench.pathOf(to), key: 'b' })
  let outcome: MoveOutcome

  beforeAll(async () => {
    const { filled, pathOf } = bench.template
    outcome = await move({ from: filled(), to: pathOf('there'), key: 'b' })
  })

  test('brings everything, sealed with the key of the target', async () => {
    const { to } = wanted('there')
    expect(outcome).toMatchObject({ kind: 'moved', damaged: [] })
    const there = await within(settingsOf(to, 'b'), surveyOf)
    expect(differences(bench.survey, there)).toEqual([])
    expect(readdirSync(to)).not.toContain('moving.json')
    await expect(within(settingsOf(to, 'a'), surveyOf)).rejects.toThrow('encrypted with')
  })

  test('run again writes nothing, and tells whether all is there', async () => {
    const again = wanted('there')
    expect((await move(again)).kind).toBe('was_there')
    await within(settingsOf(again.to, 'b'), ({ store }) =>
      store.changeCorp(suiteId, 'wpCorp_1', (one) => ({ ...one!, name: '新名字' })),
    )
    expect(await move(again)).toMatchObject({
      kind: 'other_there',
      differing: [{ kind: { name: { many: 'companies' } }, one: 6, other: 6 }],
    })
  })

  test('broken off leaves a folder that nobody starts on, and begins anew', async () => {
    const { from, to } = wanted()
    await expect(move({ ...wanted(), breakOff: true })).rejects.toThrow('it dies')
    await expect(within(settingsOf(to, 'b'), surveyOf)).rejects.toThrow('Run suited migrate again')
    mkdirSync(join(to, 'domain'), { recursive: true })
    writeFileSync(join(to, 'domain', 'WW_verify_a.txt'), 'a')
    // What the source lost meanwhile is not in the target either.
    const here = await within(from, async (folder) => {
      await folder.store.removeCorp(suiteId, 'wpCorp_1', () => true)
      return surveyOf(folder)
    })
    expect(await move({ ...wanted(), key: 'c' })).toMatchObject({ kind: 'moved' })
    const there = await within(settingsOf(to, 'c'), surveyOf)
    expect(differences(here, there)).toEqual([])
    expect(existsSync(join(to, 'domain', 'WW_verify_a.txt'))).toBe(true)
  })

  test('goes on with no half of another move', async () => {
    const { from, to } = wanted()
    mkdirSync(to)
    await beginMove(nodeFileSystem, to, 'the folder /another')
    await expect(move({ from, to, key: 'b' })).rejects.toThrow('A move from the folder /another')
  })

  test('is refused into the folder that it comes from, by whatever path', async () => {
    const { from } = wanted()
    const link = bench.pathOf('link')
    symlinkSync(from.SUITED_DATA_DIR, link)
    for (const to of [from.SUITED_DATA_DIR, link]) {
      await expect(move({ from, to, key: 'b' })).rejects.toThrow('let --to name another place')
    }
  })

  test('names its flag where what that says can’t become a folder', async () => {
    const { from } = wanted()
    const file = bench.pathOf('file')
    await Bun.write(file, 'no folder')
    await expect(move({ from, to: file, key: 'b' })).rejects.toThrow(`--to names ${file}`)
  })

  test('is refused while a service has the folder, at either end', async () => {
    const { from, to } = wanted()
    await within(from, async () => {
      await expect(move(wanted())).rejects.toMatchObject({ exitCode: 75 })
    })
    await within(settingsOf(to, 'b'), async () => {
      await expect(move(wanted())).rejects.toMatchObject({ exitCode: 75 })
    })
  })
})
