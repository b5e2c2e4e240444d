import { expect, test } from 'bun:test'
import { createKeyNotice } from '../../../../src/store/postgres/replicas/key-notice'
import { createRecordingLog } from '../../recording-log'

test('a key that is missing is told once with its digits and the cure, and so is that none is', () => {
  const log = createRecordingLog()
  const { saw } = createKeyNotice(log)
  for (const ids of [[], ['0123456789ab'], ['0123456789ab'], [], []]) saw(ids)
  expect(log.entries).toEqual([
    {
      level: 'error',
      message: 'this replica lacks a key of the database: it takes no work',
      fields: {
        reason: expect.stringMatching(
          /the key 0123456789ab, which .*set SUITED_ENCRYPTION_KEY to it/,
        ),
      },
    },
    {
      level: 'info',
      message: 'this replica has all keys of the database again, and works',
      fields: {},
    },
  ])
})
