import { expect, test } from 'bun:test'
import { secondMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import { createEventWork } from '../../src/service/event-work'
import { createNotifiers } from '../../src/service/ground/notifiers'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import type { Suite } from '../../src/suite/suites'
import { createManualClock } from '../manual-clock'
import { startMs } from '../store/conformance/bench'
import { event } from '../store/conformance/records'
import { createRecordingLog } from '../store/recording-log'

test('what is of a suite that only another process knows is left to that, for as long as it lives', async () => {
  const clock = createManualClock(startMs)
  const eventLog = createMemoryEventLog(factRule)
  const worked: string[] = []
  let ofOthers = [
    { key: 'crm', suiteId: 'wwsuite' },
    { key: 'template', suiteId: 'dktemplate' },
  ]
  const log = createRecordingLog()
  const worker = createEventWork({
    suites: { all: [{ suiteId: 'wwsuite', observes: false } as Suite] },
    eventLog,
    actions: {
      async change_auth({ id }) {
        worked.push(id)
        return { status: 'done' }
      },
    },
    onSettled: async () => undefined,
    notifiers: createNotifiers(),
    processState: { unwritten: [] },
    sharing: { isShared: true, suitesOfOthers: () => ofOthers },
    clock,
    random: () => 0.5,
    log,
  })
  const change = { type: 'change_auth', status: 'pending' } as const
  await eventLog.append(event(1, { ...change, suiteId: 'wwsuite' }))
  await eventLog.append(event(2, { ...change, suiteId: 'dktemplate' }))
  worker.start()
  await clock.advance(10 * secondMs)
  expect(worked).toEqual([event(1).id])
  const told = log.entries.filter(({ level }) => level === 'warn')
  expect(told.map(({ fields }) => fields)).toEqual([{ suites: ['template'] }])
  ofOthers = []
  await clock.advance(10 * secondMs)
  expect(worked).toEqual([event(1).id, event(2).id])
  await worker.stop()
})
