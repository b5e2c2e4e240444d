import { expect, test } from 'bun:test'
import { markForDispatch } from '../../src/delivery/marked-log'
import { factRule } from '../../src/events/fact-rule'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { startMs } from '../store/conformance/bench'
import { event } from '../store/conformance/records'

test('events go in the order of their arrival, though the clocks of replicas differ', async () => {
  const driver = createMemoryEventLog(factRule)
  const marked = markForDispatch(driver, () => true)
  const aheadMs = 15
  await marked.append(event(1, { status: 'done', receivedAt: startMs + aheadMs }))
  await marked.append(event(2, { status: 'done', receivedAt: startMs }))

  const [first, second] = await driver.listUndispatched(startMs, 10)

  expect([first?.id, second?.id]).toEqual([event(1).id, event(2).id])
})

test('an event goes nowhere where there is no endpoint', async () => {
  const driver = createMemoryEventLog(factRule)
  await markForDispatch(driver, () => false).append(event(1, { status: 'done' }))
  expect(await driver.listUndispatched(startMs, 10)).toEqual([])
})
