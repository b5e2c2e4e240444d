/** The current warnings of refused callbacks, with the state that they depend on. */
import type { Clock } from '../../../clock'
import { ticketOverdueMs } from '../../../retry'
import type { Store } from '../../../store/store'
import type { ClockCheck } from '../../../wecom/clock-check'
import type { Suites } from '../../suites'
import { ifReadable } from '../../unreadable-records'
import type { RefusedCallbackCounts } from './counts'
import { type RefusedCallbackWarning, refusedCallbackWarnings } from './warnings'

export type CurrentRefusedCallbackWarnings = () => Promise<readonly RefusedCallbackWarning[]>

export const createCurrentRefusedCallbackWarnings =
  (parts: {
    suites: Suites
    counts: Pick<RefusedCallbackCounts, 'list' | 'acceptedAt'>
    store: Pick<Store, 'loadSuite'>
    clockCheck: Pick<ClockCheck, 'offByMs'>
    clock: Pick<Clock, 'now'>
  }): CurrentRefusedCallbackWarnings =>
  async () => {
    const { suites, counts, store, clockCheck, clock } = parts
    const groups = counts.list()
    if (groups.length === 0) return []
    const now = clock.now()
    const supplied = new Set<string>()
    for (const { key, suiteId } of suites.all) {
      const record = suiteId === null ? null : await ifReadable(store.loadSuite(suiteId))
      const ticket = record?.ticket
      if (ticket && now - ticket.receivedAt <= ticketOverdueMs) supplied.add(key)
    }
    return refusedCallbackWarnings({
      groups,
      suites,
      acceptedAt: counts.acceptedAt,
      hasTicket: (key) => supplied.has(key),
      clockAheadMs: clockCheck.offByMs(),
      now,
    })
  }
