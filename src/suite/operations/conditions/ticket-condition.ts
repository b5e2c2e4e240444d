/** Whether suite_tickets come. Pure. */
import { ticketLifeMs, ticketOverdueMs } from '../../../retry'
import { isTicketOverdue, type Waiting } from '../waiting'
import { type Condition, type ConditionTypes, unknown } from './condition'

export const ticketTypes: ConditionTypes = {
  begins: 'suited.ticket_overdue',
  ends: 'suited.ticket_back',
}

/**
 * A process that was down, or asleep, has missed tickets itself: until WeCom had the time to push
 * one, an old one says nothing. Before the very first one nothing is overdue.
 *
 * @param awaited in words, why it is overdue
 */
export const ticketCondition = (found: {
  /** Of the last one; null if there was none. Epoch milliseconds. */
  readonly receivedAt: number | null
  readonly awaited: Waiting | null
  /** Since when this process could take tickets. Epoch milliseconds. */
  readonly awakeSince: number
  readonly now: number
}): Condition => {
  const { receivedAt, awaited, awakeSince, now } = found
  if (receivedAt === null) return unknown
  if (!isTicketOverdue(receivedAt, now)) return { state: 'off', since: receivedAt }
  if (awaited === null || now - awakeSince < ticketOverdueMs) return unknown
  const { detail, cure } = awaited
  const details = { lastTicketAt: receivedAt, cause: detail, cure }
  return { state: 'on', since: receivedAt + ticketLifeMs, details }
}
