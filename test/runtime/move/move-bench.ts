/** A folder with some of everything, and moves between stores. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'bun:test'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { closeFolder, type Folder, openFolder } from '../../../src/runtime/folder/data-folder'
import { type EndSettings, moveSource, moveTarget } from '../../../src/runtime/move/open-ends'
import { type MoveOutcome, runMove } from '../../../src/runtime/move/run-move'
import { type Survey, surveyOf } from '../../../src/store/move/move'
import { fillWithEverything } from '../../store/move/everything'
import { createRecordingLog } from '../../store/recording-log'
import { keyNamed } from '../../store/sealed-with'
import { createTemporaryFolder, type TemporaryFolder } from '../../store/temporary-folder'

export const silentLog = createRecordingLog()

export const settingsOf = (dir: string, key: string, store = 'file'): EndSettings => ({
  SUITED_STORE: store,
  SUITED_DATA_DIR: dir,
  SUITED_ENCRYPTION_KEY: keyNamed(key),
  SUITED_PREVIOUS_ENCRYPTION_KEY: null,
})

/** A folder as a service has it. */
export const within = async <T>(
  settings: EndSettings,
  work: (folder: Folder) => Promise<T>,
): Promise<T> => {
  const folder = await openFolder(settings, silentLog)
  try {
    return await work(folder)
  } finally {
    await closeFolder(folder)
  }
}

export interface Move {
  readonly from: EndSettings
  readonly to: string
  /** Of the target. */
  readonly key: string
  /** Whether it dies before its end. */
  readonly breakOff?: boolean
  readonly leaveDamaged?: boolean
}

export const move = async (given: Move): Promise<MoveOutcome> => {
  const { from, to, key, breakOff = false, leaveDamaged = false } = given
  const source = await moveSource(from, silentLog)
  try {
    const wanted = { to, flag: '--to', key: keyNamed(key), from: source.name } as const
    const target = await moveTarget(wanted, from, silentLog)
    const dying = async () => {
      throw new Error('it dies')
    }
    try {
      const end = breakOff ? { ...source, stillAlone: dying } : source
      return await runMove(end, target, { leaveDamaged })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/**
 * A folder of a test's own, and beside it one with some of everything under the key a: a copy of
 * one that is filled once, since to open a folder takes a thread of its own.
 */
export const useFilledFolder = () => {
  let template: TemporaryFolder
  let temporary: TemporaryFolder
  let survey: Survey
  // Whoever takes a folder closes its files to others, for all of its process.
  const mask = process.umask()
  const templateOf = (name: string) => join(template.path, name)

  beforeAll(async () => {
    template = await createTemporaryFolder()
    survey = await within(settingsOf(templateOf('from'), 'a'), async (folder) => {
      await fillWithEverything(folder, { companies: 5, events: 10 })
      return surveyOf(folder)
    })
  })
  afterAll(async () => {
    process.umask(mask)
    await template.remove()
  })

  beforeEach(async () => {
    temporary = await createTemporaryFolder()
    cpSync(template.path, temporary.path, { recursive: true })
  })
  afterEach(() => temporary.remove())

  return {
    get filled() {
      return settingsOf(join(temporary.path, 'from'), 'a')
    },
    /** What is in it. */
    get survey() {
      return survey
    },
    pathOf: (name: string) => join(temporary.path, name),
    /** Before all tests: each finds a copy of what is there then beside its folder. */
    template: { filled: () => settingsOf(templateOf('from'), 'a'), pathOf: templateOf },
  }
}
