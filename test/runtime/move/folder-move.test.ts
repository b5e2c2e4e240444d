/** A move from one data folder into another, under another key. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeFolder, openFolder } from '../../../src/runtime/folder/data-folder'
import { type EndSettings, moveSource, moveTarget } from '../../../src/runtime/move/open-ends'
import { runMove } from '../../../src/runtime/move/run-move'
import { differences, surveyOf } from '../../../src/store/move/move'
import { fillWithEverything } from '../../store/move/everything'
import { createRecordingLog } from '../../store/recording-log'
import { keyNamed } from '../../store/sealed-with'
import { createTemporaryFolder, type TemporaryFolder } from '../../store/temporary-folder'

describe('the move of a data folder', () => {
  const silentLog = createRecordingLog()
  let template: TemporaryFolder
  let temporary: TemporaryFolder
  let from: EndSettings
  let to: string

  const settingsOf = (dir: string, key: Buffer | null): EndSettings => ({
    SUITED_STORE: 'file',
    SUITED_DATA_DIR: dir,
    SUITED_ENCRYPTION_KEY: key,
    SUITED_PREVIOUS_ENCRYPTION_KEY: null,
  })

  /** Opened as a service would. */
  const within = async <T>(
    settings: EndSettings,
    work: (folder: Awaited<ReturnType<typeof openFolder>>) => Promise<T>,
  ): Promise<T> => {
    const folder = await openFolder(settings, silentLog)
    try {
      return await work(folder)
    } finally {
      await closeFolder(folder)
    }
  }

  beforeAll(async () => {
    template = await createTemporaryFolder()
    await within(settingsOf(template.path, keyNamed('a')), (folder) =>
      fillWithEverything(folder, { companies: 5, events: 10 }),
    )
  })
  afterAll(() => template.remove())

  beforeEach(async () => {
    temporary = await createTemporaryFolder()
    from = settingsOf(join(temporary.path, 'from'), keyNamed('a'))
    to = join(temporary.path, 'to')
    cpSync(template.path, from.SUITED_DATA_DIR, { recursive: true })
  })
  afterEach(() => temporary.remove())

  const move = async (given: { key?: Buffer; from?: EndSettings; breakOff?: boolean } = {}) => {
    const { key = keyNamed('b'), breakOff = false } = given
    const source = await moveSource(given.from ?? from, silentLog)
    try {
      const target = await moveTarget({ to, key, from: source.name }, from, silentLog)
      try {
        const broken = {
          ...source,
          stillAlone: async () => {
            throw new Error('kill -9')
          },
        }
        return await runMove(breakOff ? broken : source, target, { leaveDamaged: false })
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  }

  test('brings everything, sealed with the key of the target', async () => {
    expect(await move()).toMatchObject({ kind: 'moved', damaged: [] })
    const there = await within(settingsOf(to, keyNamed('b')), surveyOf)
    const here = await within(from, surveyOf)
    expect(differences(here, there)).toEqual([])
    expect(readdirSync(to)).not.toContain('moving.json')
    await expect(within(settingsOf(to, keyNamed('a')), surveyOf)).rejects.toThrow('encrypted with')
  })

  test('run again writes nothing, and tells whether all is there', async () => {
    await move()
    expect((await move()).kind).toBe('was_there')
    await within(settingsOf(to, keyNamed('b')), ({ store }) =>
      store.changeCorp('ww1a2b3c4d5e6f7890', 'wpCorp_1', (one) => ({ ...one!, name: '新名字' })),
    )
    expect(await move()).toMatchObject({
      kind: 'other_there',
      differing: [{ kind: { name: { many: 'companies' } }, one: 6, other: 6 }],
    })
  })

  test('broken off leaves a folder that nobody starts on, and begins anew', async () => {
    await expect(move({ breakOff: true })).rejects.toThrow('kill -9')
    await expect(within(settingsOf(to, keyNamed('b')), surveyOf)).rejects.toThrow(
      'Run suited migrate again',
    )
    mkdirSync(join(to, 'domain'), { recursive: true })
    writeFileSync(join(to, 'domain', 'WW_verify_a.txt'), 'a')
    // What the source lost meanwhile is not in the target either.
    await within(from, ({ store }) =>
      store.removeCorp('ww1a2b3c4d5e6f7890', 'wpCorp_1', () => true),
    )
    expect(await move({ key: keyNamed('c') })).toMatchObject({ kind: 'moved' })
    const there = await within(settingsOf(to, keyNamed('c')), surveyOf)
    expect(differences(await within(from, surveyOf), there)).toEqual([])
    expect(existsSync(join(to, 'domain', 'WW_verify_a.txt'))).toBe(true)
  })

  test('goes on with no half of another move', async () => {
    await expect(move({ breakOff: true })).rejects.toThrow('kill -9')
    const other = settingsOf(join(temporary.path, 'other'), keyNamed('a'))
    await within(other, (folder) => fillWithEverything(folder, { companies: 1, events: 5 }))
    await expect(move({ from: other })).rejects.toThrow(
      `A move from the folder ${from.SUITED_DATA_DIR}`,
    )
  })

  test('waits for nobody: a folder with a service on it is refused, at either end', async () => {
    await within(from, async () => {
      await expect(move()).rejects.toMatchObject({ exitCode: 75 })
    })
    await within(settingsOf(to, keyNamed('b')), async () => {
      await expect(move()).rejects.toMatchObject({ exitCode: 75 })
    })
  })
})
