/** Events on their way to endpoints: appended, dispatched, claimed, ended. */
import type { Attempt, ClaimedDelivery, DeliveryOutcome } from '../../../src/store/deliveries'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { NewEvent } from '../../../src/store/event-record'
import { startMs } from './bench'
import { event } from './records'

export const a = 'a'
export const b = 'b'
export const leaseMs = 60_000

/** The text that is sent of event number `n`. */
export const textOf = (n: number): string => `{"id":"${event(n).id}","text":"第 ${n} 条"}`

export interface To {
  readonly endpoints?: readonly string[]
  readonly ordered?: boolean
  /** When it is dispatched, and due. */
  readonly at?: number
}

/** A done event that can be dispatched. */
export const ready = (n: number, changes: Partial<NewEvent> = {}): NewEvent =>
  event(n, { status: 'done', dispatchAt: startMs + n, ...changes })

export const dispatchTo = (
  log: EventLogDriver,
  n: number,
  { endpoints = [a], ordered = false, at = startMs }: To = {},
): Promise<void> =>
  log.dispatch(
    [
      {
        id: event(n).id,
        body: textOf(n),
        endpoints: endpoints.map((name) => ({ name, ordered, dueAt: at })),
      },
    ],
    at,
  )

/** Appends event number `n` and dispatches it. */
export const send = async (
  log: EventLogDriver,
  n: number,
  to: To = {},
  changes: Partial<NewEvent> = {},
): Promise<void> => {
  await log.append(ready(n, changes))
  await dispatchTo(log, n, to)
}

/** Claims what is due, all of it fresh unless told otherwise. */
export const claimDue = (
  log: EventLogDriver,
  now: number,
  given: { endpoint?: string; limit?: number; backlogLimit?: number; freshSince?: number } = {},
): Promise<ClaimedDelivery[]> => {
  const { endpoint = a, limit = 10, backlogLimit = limit, freshSince = 0 } = given
  return log.claimDeliveries({ endpoint, now, leaseMs, freshSince, limit, backlogLimit })
}

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  endpoint: a,
  at: startMs + 1000,
  address: '192.0.2.1',
  status: 200,
  error: null,
  durationMs: 12,
  answer: '好的',
  ...changes,
})

export const failed = (changes: Partial<Attempt> = {}): Attempt =>
  attempt({ status: 500, error: 'status 500', answer: 'Oops', ...changes })

export const done = { status: 'done' } as const
export const dead = { status: 'dead', lastError: 'status 410' } as const
export const again = (nextAttemptAt: number, step = 1): DeliveryOutcome => ({
  status: 'pending',
  lastError: 'status 500',
  nextAttemptAt,
  step,
})

/** Ends the claim of a delivery. */
export const end = (
  log: EventLogDriver,
  n: number,
  outcome: DeliveryOutcome,
  given: { endpoint?: string; claim?: number; took?: boolean | null } = {},
) => {
  const { endpoint = a, claim = 1, took = outcome.status === 'done' } = given
  const tried = took === true ? attempt({ endpoint }) : failed({ endpoint })
  return log.settleDelivery({
    id: event(n).id,
    endpoint,
    claim,
    outcome,
    attempt: took === null ? null : tried,
    endpointTook: took,
  })
}
