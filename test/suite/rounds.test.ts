import { expect, test } from 'bun:test'
import type { Logger } from '../../src/log'
import { createRounds } from '../../src/suite/rounds'
import { createManualClock } from '../manual-clock'

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

test('what a round left behind to go on hears of the stop', async () => {
  const rounds = createRounds({ clock: createManualClock(0), log: quiet })
  const heard: AbortSignal[] = []
  rounds.every(1000, (stopping) => heard.push(stopping))
  expect(heard.map(({ aborted }) => aborted)).toEqual([false])
  await rounds.stop()
  expect(heard.map(({ aborted }) => aborted)).toEqual([true])
})
