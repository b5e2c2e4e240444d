import { expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../../src/clock'
import { createClockNotice } from '../../../../src/store/postgres/replicas/clock-notice'
import { createRecordingLog } from '../../recording-log'

/** The levels and offsets that are told when the clock is seen to be off by these. */
const toldOf = (...offsetsMs: number[]) => {
  const log = createRecordingLog()
  const { saw } = createClockNotice(log)
  const news = offsetsMs.filter(saw)
  expect(news).toEqual(log.entries.map(({ fields }) => Number(fields.clockOffsetMs)))
  return log.entries.map(({ level, fields }) => [level, fields.clockOffsetMs])
}

test.each([
  ['a second is not told', [secondMs, -secondMs], []],
  ['more is told once, on whichever side', [1500, 1800], [['warn', 1500]]],
  ['more than a minute is an error', [-minuteMs - 1], [['error', -minuteMs - 1]]],
  [
    'that it grew, and that it agrees again',
    [2000, 2 * minuteMs, 0],
    [
      ['warn', 2000],
      ['error', 2 * minuteMs],
      ['info', 0],
    ],
  ],
  [
    'a jump from one side to the other',
    [10 * minuteMs, -10 * minuteMs],
    [
      ['error', 10 * minuteMs],
      ['error', -10 * minuteMs],
    ],
  ],
  ['an offset about a second is told once', [1100, 900, 1100, 600], [['warn', 1100]]],
])('of a clock that is off, %s', (_, offsetsMs, told) => {
  expect(toldOf(...offsetsMs)).toEqual(told as ReturnType<typeof toldOf>)
})
