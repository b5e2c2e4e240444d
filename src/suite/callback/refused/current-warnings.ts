/** The complaints about refused callbacks as they stand now, with the state that they depend on. */
import type { Clock } from '../../../clock'
import type { Store } from '../../../store/store'
import type { ClockCheck } from '../../../wecom/clock-check'
import type { Suites } from '../../suites'
import { ifReadable } from '../../unreadable-records'
import { ticketLifeMs } from '../suite-ticket'
import type { RefusedCallbacks } from './counts'
import { type Complaint, complaintsOf } from './warnings'

export type ReadComplaints = () => Promise<readonly Complaint[]>

export const createReadComplaints =
  (parts: {
    suites: Suites
    book: Pick<RefusedCallbacks, 'list' | 'acceptedAt'>
    store: Pick<Store, 'loadSuite'>
    clockCheck: Pick<ClockCheck, 'offByMs'>
    clock: Pick<Clock, 'now'>
  }): ReadComplaints =>
  async () => {
    const { suites, book, store, clockCheck, clock } = parts
    const groups = book.list()
    if (groups.length === 0) return []
    const now = clock.now()
    const supplied = new Set<string>()
    for (const { key, suiteId } of suites.all) {
      const record = suiteId === null ? null : await ifReadable(store.loadSuite(suiteId))
      const ticket = record?.ticket
      if (ticket && now - ticket.receivedAt <= ticketLifeMs) supplied.add(key)
    }
    return complaintsOf({
      groups,
      suites,
      acceptedAt: book.acceptedAt,
      hasTicket: (key) => supplied.has(key),
      clockAheadMs: clockCheck.offByMs(),
      now,
    })
  }
