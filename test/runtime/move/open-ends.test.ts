import { expect, test } from 'bun:test'
import { moveSource, moveTarget } from '../../../src/runtime/move/open-ends'
import { createRecordingLog } from '../../store/recording-log'

const key = Buffer.alloc(32, 7)
/** No name server knows it, so nothing is sent. */
const remote = 'postgres://suited:pass-word@db.invalid/suited'
const settings = {
  SUITED_STORE: 'file',
  SUITED_DATA_DIR: '/nowhere/suited',
  SUITED_ENCRYPTION_KEY: key,
  SUITED_PREVIOUS_ENCRYPTION_KEY: null,
}
const target = { flag: '--to', key, from: 'the folder /nowhere/suited' } as const

test.each([
  ['it comes from', 'SUITED_STORE', moveSource],
  [
    'it goes to',
    '--to',
    (given: typeof settings, log: ReturnType<typeof createRecordingLog>) =>
      moveTarget({ ...target, to: given.SUITED_STORE }, settings, log),
  ],
])('a remote database that %s is warned of where it proves nothing', async (_, named, open) => {
  const warningsFor = async (store: string) => {
    const log = createRecordingLog()
    await open({ ...settings, SUITED_STORE: store }, log).catch(() => undefined)
    return log.entries.map(({ message }) => message)
  }
  const [warning, ...others] = await warningsFor(remote)
  expect(warning).toStartWith(`${named} is not local and does not end in ?sslmode=verify-full`)
  expect(warning).not.toContain('pass-word')
  expect(others).toEqual([])
  expect(await warningsFor(`${remote}?sslmode=verify-full`)).toEqual([])
})
