/** A move from one data folder into another, under another key. */
import { describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { differences, surveyOf } from '../../../src/store/move/move'
import { corp } from '../../store/conformance/records'
import { fillWithEverything } from '../../store/move/everything'
import { move, settingsOf, useFilledFolder, within } from './move-bench'

const { suiteId } = corp()

describe('the move of a data folder', () => {
  const bench = useFilledFolder()
  const wanted = () => ({ from: bench.filled, to: bench.pathOf('to'), key: 'b' })

  test('brings everything, sealed with the key of the target', async () => {
    const { from, to } = wanted()
    expect(await move(wanted())).toMatchObject({ kind: 'moved', damaged: [] })
    const there = await within(settingsOf(to, 'b'), surveyOf)
    expect(differences(await within(from, surveyOf), there)).toEqual([])
    expect(readdirSync(to)).not.toContain('moving.json')
    await expect(within(settingsOf(to, 'a'), surveyOf)).rejects.toThrow('encrypted with')
  })

  test('run again writes nothing, and tells whether all is there', async () => {
    const { to } = wanted()
    await move(wanted())
    expect((await move(wanted())).kind).toBe('was_there')
    await within(settingsOf(to, 'b'), ({ store }) =>
      store.changeCorp(suiteId, 'wpCorp_1', (one) => ({ ...one!, name: '新名字' })),
    )
    expect(await move(wanted())).toMatchObject({
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
    await within(from, ({ store }) => store.removeCorp(suiteId, 'wpCorp_1', () => true))
    expect(await move({ ...wanted(), key: 'c' })).toMatchObject({ kind: 'moved' })
    const there = await within(settingsOf(to, 'c'), surveyOf)
    expect(differences(await within(from, surveyOf), there)).toEqual([])
    expect(existsSync(join(to, 'domain', 'WW_verify_a.txt'))).toBe(true)
  })

  test('goes on with no half of another move', async () => {
    const { from } = wanted()
    await expect(move({ ...wanted(), breakOff: true })).rejects.toThrow('it dies')
    const other = settingsOf(bench.pathOf('other'), 'a')
    await within(other, (folder) => fillWithEverything(folder, { companies: 1, events: 5 }))
    await expect(move({ ...wanted(), from: other })).rejects.toThrow(
      `A move from the folder ${from.SUITED_DATA_DIR}`,
    )
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
