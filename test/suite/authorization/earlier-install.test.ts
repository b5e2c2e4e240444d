import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createFollowsOpenInstall } from '../../../src/suite/authorization/earlier-install'
import { event, suiteId } from '../../store/conformance/records'

const cancelledAt = 1_700_000_000_000

/** Whether a cancel_auth follows an install that another process received so much later. */
const followsInstallAt = async (laterMs: number): Promise<boolean> => {
  const eventLog = createMemoryEventLog(factRule)
  const install = { type: 'create_auth', corpid: null, receivedAt: cancelledAt + laterMs }
  await eventLog.append(event(2, install))
  await eventLog.append(event(1, { type: 'cancel_auth', receivedAt: cancelledAt }))
  const cancelAuth = await eventLog.get(event(1).id)
  const follows = createFollowsOpenInstall({ eventLog, heldCodes: new Map() })
  return follows({ ...cancelAuth!, suiteId })
}

describe('an open install that another process received', () => {
  test.each([-minuteMs, 0, 4 * minuteMs])(
    'may be before a cancel_auth if its clock says %i ms later: clocks differ',
    async (laterMs) => {
      expect(await followsInstallAt(laterMs)).toBe(true)
    },
  )

  test('is behind it if it came clearly later', async () => {
    expect(await followsInstallAt(6 * minuteMs)).toBe(false)
  })
})
